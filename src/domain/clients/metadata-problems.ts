import type { Config } from "../../config/env.ts";
import type { SigningAlgorithm } from "../../crypto/jwt.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import { keyProblems } from "./key-problems.ts";
import { type ClientMetadata, deviceCodeGrant, type GrantType, tokenExchangeGrant } from "./metadata.ts";
import { checkRedirectUri } from "./redirect-uri.ts";

type ClientType = "confidential" | "public";
type Problems = Record<string, string>;

/** What does not fit together, one sentence a field. Empty when all is well. `signsWith`: what the realm has keys for. */
export function metadataProblems(
  type: ClientType,
  metadata: ClientMetadata,
  config: Config,
  signsWith: readonly SigningAlgorithm[],
): Problems {
  return {
    ...keyProblems({ type, metadata }, config),
    ...(signsWith.includes(metadata.id_token_signed_response_alg)
      ? {}
      : { id_token_signed_response_alg: "the realm has no key of this kind yet; rotate its keys first" }),
    ...addressProblems(type, metadata, config),
    ...(type === "public" ? publicProblems(metadata) : confidentialProblems(metadata)),
    ...refreshProblems(metadata),
  };
}

const uriFields = ["redirect_uris", "error_uris", "post_logout_redirect_uris"] as const;

function addressProblems(type: ClientType, metadata: ClientMetadata, { development }: Config): Problems {
  const problems: Problems = {};
  // A native app may have a secret of its own when each copy registers itself (RFC 8252 §8.5).
  const kind = metadata.application_type === "native" ? "public" : type;
  for (const field of uriFields) {
    for (const uri of metadata[field]) {
      const problem = checkRedirectUri(uri, kind, development);
      if (problem !== null) problems[field] = `${uri}: ${problem}`;
    }
  }
  const odd = metadata.origins.findLast((origin) => URL.parse(origin)?.origin !== origin);
  if (odd !== undefined) problems.origins = `${odd}: not an origin`;
  const logoutUri = metadata.backchannel_logout_uri;
  const fault = logoutUri === undefined ? null : logoutUriFault(logoutUri, development);
  if (fault !== null) problems.backchannel_logout_uri = `${logoutUri}: ${fault}`;
  return problems;
}

const logoutUriFault = (uri: string, development: boolean): string | null =>
  uri.includes("#") ? "must not have a fragment" : outboundFault(uri, development);

function publicProblems({ token_endpoint_auth_method, grant_types, require_pkce }: ClientMetadata): Problems {
  const problems: Problems = {};
  if (token_endpoint_auth_method !== undefined && token_endpoint_auth_method !== "none")
    problems.token_endpoint_auth_method = "a public client has no secret";
  if (grant_types.includes("client_credentials"))
    problems.grant_types = "client_credentials is for confidential clients";
  if (grant_types.includes(tokenExchangeGrant)) problems.grant_types = "token exchange is for confidential clients";
  if (!require_pkce) problems.require_pkce = "a public client always uses PKCE";
  return problems;
}

const confidentialProblems = ({ token_endpoint_auth_method }: ClientMetadata): Problems =>
  token_endpoint_auth_method === "none" ? { token_endpoint_auth_method: "a confidential client authenticates" } : {};

const startsRefreshing: readonly GrantType[] = ["authorization_code", deviceCodeGrant];

const refreshProblems = ({ grant_types }: ClientMetadata): Problems =>
  grant_types.includes("refresh_token") && !startsRefreshing.some((grant) => grant_types.includes(grant))
    ? { grant_types: "refresh_token needs authorization_code or the device grant" }
    : {};
