import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { problemSchema } from "../admin/problem-json.ts";
import { authorizationRequest } from "../oauth/authorization-documents.ts";
import { loginSchema } from "./login.ts";
import { forgotSchema, resetSchema } from "./password.ts";
import { registerSchema } from "./register.ts";
import { reminderSchema } from "./reminder.ts";
import { userSchema } from "./user-json.ts";

const tag = "Qiota";
const forms =
  "By form or JSON. A form may stand on a page of the realm, or of the client that its `client_id` names: on the origin of any of its registered addresses.";

const named = { client_id: z.string().optional().describe("The client on whose site the form stands.") };
const request = authorizationRequest.extend({
  error_uri: z
    .string()
    .optional()
    .describe("Registered. Where a form that is refused leads, with `error` and `state`."),
});
const messageAnswer = z.object({ message: z.string() });
const entered = z.object({
  redirect_uri: z
    .string()
    .describe("Where to send the browser: to the client with `code`, `state` and `iss`; or a page."),
  code: z
    .string()
    .optional()
    .describe(
      "`tfa-validation-is-required` or `tfa-setup-is-required`: nobody is signed in yet (see the endpoints at /tfa).",
    ),
  message: z.string().optional(),
});

const refused = (description: string) => ({ description, schema: problemSchema });
const foreign = refused("`cross-site-request`: the page belongs neither to the realm nor to the client.");
const invalid = refused("A field is missing or not valid; `errors` names it.");
const throttled = refused("`rate-limited`, with Retry-After.");
const badRequest = refused(
  "The client or an address is not registered, or the authorization request is not valid: of a form only the former; the latter is told to redirect_uri.",
);
const redirected = {
  description:
    "A form: to redirect_uri with `code`, `state` and `iss`; to a hosted page when consent is owed; or to error_uri with `error`.",
};
const owed = { description: "A form: to the hosted page for the second factor or the new password that is owed." };
const signedIn = { description: "JSON, or `Accept: application/json`.", schema: entered };

const endpoints: readonly EndpointDocument[] = [
  {
    method: "post",
    path: "/login",
    tag,
    summary: "Sign in from a partner's form",
    description: `${forms} The parameters are those of /authorize. Errors at error_uri: \`bad_credential\`, the same for a wrong password and an unknown address; \`too_many_attempts\`; \`session-limit-reached\`.`,
    body: { schema: request.extend(loginSchema.shape), type: "form" },
    responses: {
      200: signedIn,
      302: redirected,
      303: owed,
      400: badRequest,
      401: refused("`bad_credential`: JSON, or a form without error_uri."),
      403: foreign,
      422: invalid,
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: "/register",
    tag,
    summary: "Make an account",
    description: `${forms} Sends a mail that confirms the address. With a redirect_uri it signs in and goes on as /login does; errors at error_uri are the codes of this list.`,
    body: { schema: request.partial().extend(registerSchema.shape), type: "form" },
    responses: {
      200: signedIn,
      201: { description: "Without redirect_uri: made, nobody is signed in.", schema: z.object({ user: userSchema }) },
      302: redirected,
      303: owed,
      400: badRequest,
      403: refused("`cross-site-request` or `sign-up-closed`"),
      409: refused("`user-already-exists`"),
      422: invalid,
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: "/register/reminder",
    tag,
    summary: "Send the mail that confirms the address again",
    description: `${forms} The same answer for every address. One recipient gets a few an hour.`,
    body: { schema: reminderSchema.extend(named), type: "form" },
    responses: {
      200: { description: "If there is such an account.", schema: messageAnswer },
      403: foreign,
      422: refused("`email` is missing."),
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: "/password/forgot",
    tag,
    summary: "Send a link for a new password",
    description: `${forms} The same answer for every address. One recipient gets a few an hour.`,
    body: { schema: forgotSchema.extend(named), type: "form" },
    responses: {
      200: { description: "If there is such an account.", schema: messageAnswer },
      400: refused("`redirect-not-allowed`: redirect_url is not on a domain of the realm."),
      403: foreign,
      422: refused("`email` is missing."),
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: "/password/reset",
    tag,
    summary: "Set a new password with the token of the link",
    description: `${forms} Ends the user's sessions. Signs nobody in.`,
    body: { schema: resetSchema.extend(named), type: "form" },
    responses: {
      200: { description: "It is set.", schema: messageAnswer },
      403: refused("`token-consumed`, `verification-token-mismatch` or `cross-site-request`"),
      422: refused("`password-too-short`, `password-too-common`, …; `errors` names the field."),
      429: throttled,
    },
    security: "none",
  },
];

/** Partners know them by the first, the JSON names of the second are those of the main products' API. */
export const qiotaDocuments: readonly EndpointDocument[] = ["/v1", "/api/v1"].flatMap((prefix) =>
  endpoints.map((endpoint) => ({ ...endpoint, path: `${prefix}${endpoint.path}` })),
);
