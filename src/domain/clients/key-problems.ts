/** What a client's keys and its profile ask of the rest of its registration: RFC 7591 §2, FAPI 2.0 Security Profile §5.3.2.1, §5.4.1. */
import type { Config } from "../../config/env.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import { signingKeys } from "./client-keys.ts";
import { assertionAlgorithmsOf, authMethodOf, type RegisteredClient, requirementsOf } from "./requirements.ts";

/** One sentence a field; empty when all is well. */
export function keyProblems(client: RegisteredClient, config: Config): Record<string, string> {
  return { ...setProblems(client, config), ...(requirementsOf(client).fapi2 ? profileProblems(client) : {}) };
}

function setProblems(client: RegisteredClient, config: Config): Record<string, string> {
  const { jwks, jwks_uri } = client.metadata;
  const fault = jwks_uri === undefined ? null : outboundFault(jwks_uri, config.development);
  if (fault !== null) return { jwks_uri: fault };
  if (jwks !== undefined && jwks_uri !== undefined) return { jwks_uri: "give jwks or jwks_uri, not both" };
  if (authMethodOf(client) !== "private_key_jwt") return {};
  if (jwks === undefined && jwks_uri === undefined) return { jwks: "private_key_jwt needs jwks or jwks_uri" };
  if (jwks !== undefined && !assertionAlgorithmsOf(client).some((alg) => signingKeys(jwks.keys, alg).length > 0))
    return { jwks: "holds no key that could verify an assertion of this client" };
  return {};
}

function profileProblems({ type, metadata }: RegisteredClient): Record<string, string> {
  const problems: Record<string, string> = {};
  if (type === "public") problems.profile = "is for confidential clients";
  if (!["private_key_jwt", undefined].includes(metadata.token_endpoint_auth_method))
    problems.token_endpoint_auth_method = "the profile has private_key_jwt";
  if (!metadata.require_pkce) problems.require_pkce = "the profile has PKCE always";
  if (metadata.token_endpoint_auth_signing_alg === "RS256")
    problems.token_endpoint_auth_signing_alg = "RS256 is not in the profile";
  if (metadata.id_token_signed_response_alg === "RS256")
    problems.id_token_signed_response_alg = "RS256 is not in the profile";
  return problems;
}
