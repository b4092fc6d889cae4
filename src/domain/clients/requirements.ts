/** What one client must do beyond what every client must: RFC 9126 §6, RFC 9449 §5.2, FAPI 2.0 Security Profile §5.3.2. Pure. */
import type { Client } from "./client.ts";
import { type AssertionAlgorithm, assertionAlgorithms, fapiAlgorithms } from "./client-keys.ts";
import type { ClientAuthMethod } from "./metadata.ts";

export interface Requirements {
  /** The FAPI 2.0 Security Profile holds: registered by its name, or part by part. */
  readonly fapi2: boolean;
  /** Authorization requests come by /par (RFC 9126 §6). */
  readonly pushedRequest: boolean;
  /** Tokens are bound to a key of the client's, whose possession each request proves (RFC 9449 §5.2). */
  readonly boundTokens: boolean;
  /** The code is bound to a verifier (RFC 7636). Where this is false it still is for requests outside OpenID Connect. */
  readonly codeChallenge: boolean;
}

/** What is known of a client, before it is stored too. */
export type RegisteredClient = Pick<Client, "type" | "metadata">;

export function requirementsOf(client: RegisteredClient): Requirements {
  const { require_par, dpop_bound_access_tokens, require_pkce } = client.metadata;
  const fapi2 = isOfProfile(client);
  return {
    fapi2,
    pushedRequest: fapi2 || require_par,
    boundTokens: fapi2 || dpop_bound_access_tokens,
    codeChallenge: fapi2 || require_pkce || client.type === "public",
  };
}

/** The one way in which the client authenticates: as registered, else what its kind of client does. */
export function authMethodOf({ type, metadata }: RegisteredClient): ClientAuthMethod {
  if (metadata.token_endpoint_auth_method !== undefined) return metadata.token_endpoint_auth_method;
  if (metadata.profile === "fapi2") return "private_key_jwt";
  return type === "public" ? "none" : "client_secret";
}

/** A client that has all the parts of the profile is held to the whole of it. */
function isOfProfile(client: RegisteredClient): boolean {
  const { profile, require_par, dpop_bound_access_tokens } = client.metadata;
  return profile === "fapi2" || (require_par && dpop_bound_access_tokens && authMethodOf(client) === "private_key_jwt");
}

/** What its assertions may be signed with: the one registered, else any that its profile allows. */
export function assertionAlgorithmsOf(client: RegisteredClient): readonly AssertionAlgorithm[] {
  const registered = client.metadata.token_endpoint_auth_signing_alg;
  if (registered !== undefined) return [registered];
  return requirementsOf(client).fapi2 ? fapiAlgorithms : assertionAlgorithms;
}
