import * as z from "zod";
import { acrValues } from "../../domain/authorization/acr.ts";
import { promptValues } from "../../domain/authorization/authorization-request.ts";
import { responseModes } from "../../domain/authorization/redirect-target.ts";
import { grantTypes } from "../../domain/clients/metadata.ts";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { paths } from "./paths.ts";

const tag = "OAuth 2.0 and OpenID Connect";
const alsoAt = (path: string): string => `Also at \`/v1${path}\` and \`/api/auth/v1/oauth${path}\`.`;

export const authorizationRequest = z.object({
  response_type: z.literal("code"),
  client_id: z.string().describe("`client_id` or integration id."),
  request_uri: z
    .string()
    .optional()
    .describe("What /par answered: it stands for all other parameters but client_id, and those beside it are ignored."),
  redirect_uri: z.string().describe("Registered, character by character."),
  scope: z.string().optional(),
  state: z.string().max(2048).optional(),
  nonce: z.string().max(512).optional(),
  code_challenge: z
    .string()
    .length(43)
    .optional()
    .describe("Required but for confidential OpenID clients registered without it (RFC 7636)."),
  code_challenge_method: z.literal("S256").optional(),
  response_mode: z.enum(responseModes).optional(),
  prompt: z
    .string()
    .optional()
    .describe(`Of ${promptValues.join(", ")}.`),
  max_age: z.string().optional().describe("Seconds since the password was last given."),
  acr_values: z
    .string()
    .optional()
    .describe(`Of ${acrValues.join(", ")}; with the first, a user who has shown one factor only is asked for another.`),
  claims: z
    .string()
    .optional()
    .describe("Single claims for UserInfo and the ID token, as JSON (OpenID Connect Core §5.5)."),
  id_token_hint: z.string().optional(),
  login_hint: z.string().optional(),
  ui_locales: z.string().optional(),
  dpop_jkt: z.string().length(43).optional().describe("Thumbprint of the key to bind the code to (RFC 9449 §10)."),
  error_uri: z.string().optional().describe("A registered address for users who are not signed in."),
  resource: z.string().optional().describe("Who the tokens are for (RFC 8707); may come several times."),
});

const pushedRequest = authorizationRequest.omit({ request_uri: true }).extend({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  client_assertion_type: z.string().optional(),
  client_assertion: z.string().optional(),
});

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

const endSessionRequest = z.object({
  id_token_hint: z.string().optional(),
  client_id: z.string().optional(),
  post_logout_redirect_uri: z.string().optional().describe("Registered, character by character."),
  state: z.string().optional(),
  ui_locales: z.string().optional(),
  logout_hint: z.string().optional().describe("Passed over: the person in front of the browser is asked."),
});

const claims = z.looseObject({ sub: z.string() });
const metadata = z.looseObject({ issuer: z.string() });
const oauthError = {
  description: "RFC 6749 §5.2",
  schema: z.object({ error: z.string(), error_description: z.string() }),
};
const redirected = { description: "To the client with `code`, `state` and `iss`; or to the sign-in page." };
const page = { description: "A page: what is wrong, when nobody may be told by redirect." };

export const oauthDocuments: readonly EndpointDocument[] = [
  {
    method: "get",
    path: paths.authorize,
    tag,
    summary: "Authorization endpoint",
    description: `RFC 6749 §4.1.1, OpenID Connect Core §3.1.2. ${alsoAt(paths.authorize)} At the latter codes are \`<uuid>-<expiry in epoch ms>\`, and \`allow_ajax=true\` gets \`{"redirect_uri","redirect_url"}\` instead of a redirect.`,
    query: authorizationRequest,
    responses: { 302: redirected, 400: page },
    security: "session",
  },
  {
    method: "post",
    path: paths.authorize,
    tag,
    summary: "Authorization endpoint, by form",
    description: alsoAt(paths.authorize),
    body: { schema: authorizationRequest, type: "form" },
    responses: { 303: redirected, 400: page },
    security: "session",
  },
  {
    method: "post",
    path: paths.par,
    tag,
    summary: "Push an authorization request",
    description: `RFC 9126. Takes the parameters of an authorization request from the client itself and answers the \`request_uri\` that stands for them at the authorization endpoint, for one code. A proof in the header \`DPoP\` binds that code to its key (RFC 9449 §10.1). ${alsoAt(paths.par)}`,
    body: { schema: pushedRequest, type: "form" },
    responses: {
      201: { description: "Kept.", schema: z.object({ request_uri: z.string(), expires_in: z.int() }) },
      400: oauthError,
      401: oauthError,
    },
    security: "client",
  },
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
  {
    method: "get",
    path: paths.endSession,
    tag,
    summary: "Sign out, asked for by an application",
    description: `RP-Initiated Logout 1.0. ${alsoAt(paths.endSession)}`,
    query: endSessionRequest,
    responses: {
      200: { description: "A page: asks, or says that it is done." },
      302: { description: "To post_logout_redirect_uri." },
      400: page,
    },
    security: "session",
  },
  {
    method: "post",
    path: paths.endSession,
    tag,
    summary: "Sign out, asked for by an application, by form",
    description: alsoAt(paths.endSession),
    body: { schema: endSessionRequest, type: "form" },
    responses: {
      200: { description: "A page: asks, or says that it is done." },
      303: {
        description:
          "To post_logout_redirect_uri; or here again by GET, when another site's form brought no session along.",
      },
      400: page,
    },
    security: "session",
  },
  {
    method: "get",
    path: paths.jwks,
    tag,
    summary: "The realm's public keys",
    description: `RFC 7517. ${alsoAt(paths.jwks)}`,
    responses: {
      200: { description: "The key set.", schema: z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }) },
    },
    security: "none",
  },
  ...(["openid-configuration", "oauth-authorization-server"] as const).map(
    (name): EndpointDocument => ({
      method: "get",
      path: `/.well-known/${name}`,
      tag,
      summary: "The realm's metadata",
      description: `${name === "openid-configuration" ? "OpenID Connect Discovery §4." : "RFC 8414."} ${alsoAt(`/.well-known/${name}`)}`,
      responses: { 200: { description: "The metadata.", schema: metadata } },
      security: "none",
    }),
  ),
  {
    method: "get",
    path: "/.well-known/oauth-protected-resource",
    tag,
    summary: "Metadata of the realm's own endpoints as a protected resource",
    description:
      "RFC 9728 §3. A resource server that is registered at an address on a domain of the realm has its metadata below, at its own path.",
    responses: { 200: { description: "The metadata.", schema: z.looseObject({ resource: z.string() }) } },
    security: "none",
  },
];
