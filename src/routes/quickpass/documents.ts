import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { problemSchema } from "../admin/problem-json.ts";
import { newAccountSchema } from "./accounts.ts";
import { handOverSchema, linkRequiredSchema } from "./hand-over.tsx";
import { linkSchema } from "./link.ts";
import { accountsAnswerSchema, signedInSchema } from "./user-json.ts";
import { verifyAnswerSchema, verifySchema } from "./verify-session.ts";
import { webhookDocuments } from "./webhook-documents.ts";

const tag = "Main products";

const refused = (description: string) => ({ description, schema: problemSchema });
const throttled = refused("`rate-limited`, with Retry-After.");
const invalid = refused("A field is missing or not valid; `errors` names it.");

const handedOver = {
  200: { description: "Without redirect_url, or to who accepts JSON: signed in.", schema: signedInSchema },
  303: { description: "To redirect_url, or in a browser to the page that asks for what is missing." },
  400: refused("`redirect-not-allowed`"),
  401: refused(
    "One code for each fault of the token, looked for in this order: `token-unsigned`, `token-malformed`, `token-type-wrong`, `token-issuer-unknown`, `token-algorithm-wrong`, `token-signature-wrong`, `token-claims-missing` and `token-claims-malformed` (`errors` names them), `token-lifetime-too-long` (more than 15 minutes), `token-not-yet-valid`, `token-audience-wrong`, `token-user-invalid`, `token-expired`.",
  ),
  403: refused(
    "`token-consumed`, `cross-site-request`, `account-disabled`, `session-limit-reached` or `sign-up-closed`",
  ),
  409: {
    description: "`link-required`: there is an account with the address. Programs get a link_token.",
    schema: linkRequiredSchema,
  },
  422: invalid,
  429: throttled,
};

const idOrKey = "Caller: the user, signed in; or the source's server with an X-API-Key";

export const quickpassDocuments: readonly EndpointDocument[] = [
  {
    method: "post",
    path: "/api/v1/sessions/verify",
    tag,
    summary: "Ask whether a session or an access token is alive",
    description:
      "For servers, with an X-API-Key that has the scope `sessions:verify`. Knows the sessions that were begun since the realm has a main product, older ones from their next use on, and access tokens issued since it has such a key. Each key may ask so many times in any minute (`rate_limits.session_checks_per_key_per_minute`), and RateLimit headers say how many are left. Ask again, with some patience in between, after a 503.",
    body: { schema: verifySchema, type: "json" },
    responses: {
      200: {
        description:
          "The user behind the token, or `valid: false` and nothing else. To a third party's application, as far as the user has let it know.",
        schema: verifyAnswerSchema,
      },
      401: refused("`api-key-invalid`: no key, or not one of the realm's."),
      403: refused("The key has not that scope."),
      422: invalid,
      429: refused("`rate-limited`, with Retry-After and RateLimit headers."),
      503: refused("No answer within three seconds, with Retry-After: nothing is said about the token."),
    },
    security: "api-key",
  },
  {
    method: "post",
    path: "/api/v1/auth/jwt",
    tag,
    summary: "Hand a signed-in user over",
    description:
      "By form or JSON. The token is good once. A form of a browser has to stand on an origin of the source or of the realm, and must not hide where it is. Where a second factor is owed, 200 with `code`, or its page.",
    body: { schema: handOverSchema, type: "form" },
    responses: handedOver,
    security: "none",
  },
  {
    method: "get",
    path: "/api/v1/auth/jwt",
    tag,
    summary: "Hand a signed-in user over by an address",
    description:
      "For sources that allow it only: addresses end up in histories and logs. The answer leads to one without the token.",
    query: handOverSchema,
    responses: { ...handedOver, 405: refused("The source does not allow it.") },
    security: "none",
  },
  {
    method: "post",
    path: "/api/v1/users/accounts/link",
    tag,
    summary: "Finish a hand-over whose address has an account here",
    description: "With the account's password, a one-time code, or its session; or with create_new.",
    body: { schema: linkSchema, type: "json" },
    responses: {
      200: {
        description: "Connected and signed in; or `code`, when a second factor is owed first.",
        schema: signedInSchema,
      },
      401: refused("`bad_credential` or `otp-mismatch`"),
      403: refused("`invalid-token`, `token-consumed`, `reauthentication-required` or `cross-site-request`"),
      409: refused("`account-already-linked`"),
      422: invalid,
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: "/api/v1/users/accounts",
    tag,
    summary: "Link an account of a source to a user",
    description: `${idOrKey} for \`accounts:write\`. A session must have been opened in the last ten minutes. A key links no administrators, and is shown the accounts of its own source.`,
    body: { schema: newAccountSchema, type: "json" },
    responses: {
      200: { description: "It was linked already.", schema: accountsAnswerSchema },
      201: { description: "It is linked now.", schema: accountsAnswerSchema },
      401: refused("`api-key-invalid`"),
      403: refused(
        "`verification-token-mismatch`, `token-consumed`, `session-required`, `reauthentication-required` or `forbidden`",
      ),
      404: refused("There is no such user, or no such source."),
      409: refused("`account-already-linked`: to another user."),
      422: invalid,
      429: throttled,
    },
    security: "session",
  },
  {
    method: "get",
    path: "/api/v1/users/{id}/accounts",
    tag,
    summary: "The accounts linked to a user",
    description: `${idOrKey} for \`accounts:read\`, which is shown those of its own source.`,
    pathParams: z.object({ id: z.string().describe("`qp_<id>`, or the id alone.") }),
    responses: {
      200: { description: "The oldest first.", schema: accountsAnswerSchema },
      401: refused("`api-key-invalid`"),
      403: refused("`session-required`, or the user is another one."),
      404: refused("There is no such user."),
      429: throttled,
    },
    security: "session",
  },
  {
    method: "delete",
    path: "/api/v1/users/accounts/{source}/{source_id}",
    tag,
    summary: "Take a link away",
    description: `${idOrKey} for \`accounts:write\`.`,
    pathParams: z.object({ source: z.string(), source_id: z.string() }),
    responses: {
      204: { description: "Done." },
      401: refused("`api-key-invalid`"),
      403: refused("`session-required`, `reauthentication-required` or `forbidden`"),
      404: refused("No such account is linked to the user."),
      409: refused("`last-way-in`, or `unified-account`: the ids of such a source are not links."),
      429: throttled,
    },
    security: "session",
  },
  ...webhookDocuments,
];
