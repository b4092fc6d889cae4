/** What the OpenAPI document says of how tokens are got, asked about and taken back: RFC 6749 §3.2, RFC 8628 §3.1, RFC 7009, RFC 7662. */
import * as z from "zod";
import { grantTypes } from "../../domain/clients/metadata.ts";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { alsoAt, oauthError, tag } from "./document-parts.ts";
import { paths } from "./paths.ts";

const deviceRequest = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  client_assertion_type: z.string().optional(),
  client_assertion: z.string().optional(),
  scope: z.string().optional(),
  resource: z.string().optional().describe("A resource server that the tokens are to be for (RFC 8707)."),
  code_challenge: z
    .string()
    .length(43)
    .optional()
    .describe("When sent, the token request needs its verifier (RFC 7636)."),
  code_challenge_method: z.literal("S256").optional(),
});

const deviceAnswer = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.int(),
  interval: z.int(),
});

const tokenRequest = z.object({
  grant_type: z.enum(grantTypes),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
  refresh_token: z.string().optional(),
  device_code: z.string().optional(),
  scope: z.string().optional(),
  resource: z.string().optional().describe("Who the access token is for (RFC 8707); may come several times."),
  subject_token: z.string().optional().describe("The access token to exchange (RFC 8693 §2.1)."),
  subject_token_type: z.string().optional().describe("`urn:ietf:params:oauth:token-type:access_token`."),
  actor_token: z.string().optional(),
  actor_token_type: z.string().optional(),
  audience: z.string().optional().describe("As `resource`, in token exchange."),
  requested_token_type: z.string().optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  client_assertion_type: z.string().optional().describe("`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`."),
  client_assertion: z.string().optional().describe("A JWT signed with the client's own key (RFC 7523 §2.2)."),
});

const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.enum(["Bearer", "DPoP"]),
  expires_in: z.int(),
  scope: z.string(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  issued_token_type: z.string().optional().describe("In answer to a token exchange (RFC 8693 §2.2.1)."),
});

const tokenParameter = z.object({ token: z.string(), token_type_hint: z.string().optional() });

const claims = z.looseObject({ sub: z.string() });

export const tokenDocuments: readonly EndpointDocument[] = [
  {
    method: "post",
    path: paths.token,
    tag,
    summary: "Token endpoint",
    description: `RFC 6749 §3.2. A proof in the header \`DPoP\` binds the tokens to its key (RFC 9449 §5). ${alsoAt(paths.token)}`,
    body: { schema: tokenRequest, type: "form" },
    responses: { 200: { description: "Tokens.", schema: tokenAnswer }, 400: oauthError, 401: oauthError },
    security: "client",
  },
  {
    method: "post",
    path: paths.deviceAuthorization,
    tag,
    summary: "Begin signing in on a device without a browser",
    description: `RFC 8628 §3.1. The person opens \`verification_uri\` elsewhere, types \`user_code\` and decides; the device asks the token endpoint meanwhile, \`interval\` seconds apart. ${alsoAt(paths.deviceAuthorization)}`,
    body: { schema: deviceRequest, type: "form" },
    responses: {
      200: { description: "The codes.", schema: deviceAnswer },
      400: oauthError,
      401: oauthError,
      429: oauthError,
      503: oauthError,
    },
    security: "client",
  },
  {
    method: "post",
    path: paths.revoke,
    tag,
    summary: "Revoke a token",
    description: `RFC 7009. A refresh token takes the access tokens of its grant with it. ${alsoAt(paths.revoke)}`,
    body: { schema: tokenParameter, type: "form" },
    responses: { 200: { description: "It is revoked, or was none of this client's." }, 401: oauthError },
    security: "client",
  },
  {
    method: "post",
    path: paths.introspect,
    tag,
    summary: "Ask whether a token is alive",
    description: `RFC 7662. The user's object is asked: the answer is the truth at this moment. ${alsoAt(paths.introspect)}`,
    body: { schema: tokenParameter, type: "form" },
    responses: {
      200: { description: "The token's state.", schema: z.looseObject({ active: z.boolean() }) },
      401: oauthError,
    },
    security: "client",
  },
  ...(["get", "post"] as const).map(
    (method): EndpointDocument => ({
      method,
      path: paths.userinfo,
      tag,
      summary: "Claims about the user",
      description: `OpenID Connect Core §5.3. A bound token comes by the scheme DPoP, with a proof (RFC 9449 §7.1). ${alsoAt(paths.userinfo)}`,
      responses: {
        200: { description: "The claims that the token's scopes allow.", schema: claims },
        401: oauthError,
        403: oauthError,
      },
      security: "bearer",
    }),
  ),
];
