/** What the OpenAPI document says of the authorization endpoint, and of requests that are pushed to it: RFC 6749 §4.1.1, RFC 9126. */
import * as z from "zod";
import { acrValues } from "../../domain/authorization/acr.ts";
import { promptValues } from "../../domain/authorization/authorization-request.ts";
import { responseModes } from "../../domain/authorization/redirect-target.ts";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { alsoAt, oauthError, page, tag } from "./document-parts.ts";
import { paths } from "./paths.ts";

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

const redirected = { description: "To the client with `code`, `state` and `iss`; or to the sign-in page." };

export const authorizationDocuments: readonly EndpointDocument[] = [
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
];
