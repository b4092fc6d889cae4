import * as z from "zod";
import type { Config } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import { checkRedirectUri } from "./redirect-uri.ts";

export const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";
export const tokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

export const grantTypes = ["authorization_code", "refresh_token", "client_credentials"] as const;
export type GrantType = (typeof grantTypes)[number];

/** `client_secret` stands for either way of sending the secret: what a client gets that did not choose. */
export const clientAuthMethods = ["client_secret_basic", "client_secret_post", "none", "client_secret"] as const;
export type ClientAuthMethod = (typeof clientAuthMethods)[number];

const uris = z.array(z.string().min(1).max(limits.urlLength)).max(100);

const scopeToken = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,128}$/);

/** A list of scopes, or RFC 6749 §3.3's one string. */
const scopes = z.preprocess(
  (value) => (typeof value === "string" ? value.split(" ").filter((scope) => scope !== "") : value),
  z.array(scopeToken).max(100),
);

/** What is registered of a client besides its name and secret. Names as in RFC 7591 §2 and the OpenID specifications. */
export const clientMetadataSchema = z.strictObject({
  redirect_uris: uris.default([]).describe("Where codes may be sent. Compared character by character."),
  error_uris: uris.default([]).describe("Where a request may send a user who is not signed in."),
  post_logout_redirect_uris: uris.default([]).describe("Where a user may go after signing out."),
  origins: z
    .array(z.string().max(limits.urlLength))
    .max(100)
    .default([])
    .describe("Further origins that may call the token endpoint from a browser."),
  grant_types: z.array(z.enum(grantTypes)).default(["authorization_code", "refresh_token"]),
  scopes: scopes.default(["openid", "profile", "email", "phone", "address", "roles", "offline_access"]),
  token_endpoint_auth_method: z.enum(clientAuthMethods).optional(),
  resources: z
    .array(z.string().max(512))
    .max(100)
    .optional()
    .describe("Resource servers of the realm's that its tokens may be for; all of them when left out (RFC 8707)."),
  access_token_format: z.enum(["jwt"]).default("jwt"),
  id_token_signed_response_alg: z.enum(["ES256", "RS256"]).default("ES256"),
  require_pkce: z.boolean().default(true).describe("May be lifted for confidential clients that use OpenID Connect."),
  logo_uri: z
    .url({ protocol: /^https$/ })
    .max(limits.urlLength)
    .optional(),
  policy_uri: z
    .url({ protocol: /^https$/ })
    .max(limits.urlLength)
    .optional(),
  tos_uri: z
    .url({ protocol: /^https$/ })
    .max(limits.urlLength)
    .optional(),
});

export type ClientMetadata = z.output<typeof clientMetadataSchema>;

/** What does not fit together, one sentence a field. Empty when all is well. */
export function metadataProblems(
  type: "confidential" | "public",
  metadata: ClientMetadata,
  config: Config,
): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const field of ["redirect_uris", "error_uris", "post_logout_redirect_uris"] as const) {
    for (const uri of metadata[field]) {
      const problem = checkRedirectUri(uri, type, config.development);
      if (problem !== null) problems[field] = `${uri}: ${problem}`;
    }
  }
  for (const origin of metadata.origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) problems.origins = `${origin}: not an origin`;
  }
  const method = metadata.token_endpoint_auth_method;
  if (type === "public" && method !== undefined && method !== "none")
    problems.token_endpoint_auth_method = "a public client has no secret";
  if (type === "confidential" && method === "none")
    problems.token_endpoint_auth_method = "a confidential client authenticates";
  if (type === "public" && metadata.grant_types.includes("client_credentials"))
    problems.grant_types = "client_credentials is for confidential clients";
  if (type === "public" && !metadata.require_pkce) problems.require_pkce = "a public client always uses PKCE";
  if (metadata.grant_types.includes("refresh_token") && !metadata.grant_types.includes("authorization_code"))
    problems.grant_types = "refresh_token needs authorization_code";
  return problems;
}
