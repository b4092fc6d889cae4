import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { consentsAnswerSchema } from "./consents.ts";
import { kickAnswerSchema, kickSchema } from "./kick.ts";
import { departureSchema, linkedAccountsAnswerSchema } from "./linked-accounts.ts";
import { ownDataSchema } from "./own-data.ts";
import { profileSchema } from "./profile.ts";
import { recoveryDocuments } from "./recovery-documents.ts";
import { sessionsAnswerSchema } from "./sessions.ts";
import { signInSchema } from "./sign-in.ts";
import { signUpSchema } from "./sign-up.ts";
import { returnQuerySchema, socialStartQuerySchema } from "./social-start.ts";
import { socialTokenSchema } from "./social-token.ts";
import { sessionSchema, userAnswerSchema } from "./user-json.ts";

const tag = "Sessions";
const social = "Sign-in with providers";
const providerParam = z.object({ provider: z.string().describe("The provider's name.") });
const base = "/api/auth/v1";
const memberQuery = z.object({
  key: z.literal("member").optional().describe("`member` repeats the user under that name."),
});
const user = { description: "The user.", schema: userAnswerSchema };
const signedIn = {
  description: "The user. The session comes in the cookie, and in `x-qt-auth` when that header was sent.",
  schema: userAnswerSchema,
};
const noSession = { description: "No live session: `session-required` or `session-revoked`." };
const invalid = { description: "A field is missing or not valid; `error.fields` names it." };
const throttled = { description: "Too many tries: `rate-limited`, with Retry-After." };

export const sessionDocuments: readonly EndpointDocument[] = [
  {
    method: "post",
    path: `${base}/signup`,
    tag,
    summary: "Make an account",
    description:
      "Signs in as well, unless `dont-login` is true. With the code of send-otp the address is confirmed, too.",
    query: memberQuery,
    body: { schema: signUpSchema, type: "json" },
    responses: {
      200: signedIn,
      401: { description: "`otp-mismatch`" },
      409: { description: "`user-already-exists`" },
      422: invalid,
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/login`,
    tag,
    summary: "Sign in with a password or a one-time code",
    query: memberQuery,
    body: { schema: signInSchema, type: "json" },
    responses: {
      200: signedIn,
      401: { description: "`bad_credential`: the same for a wrong password and an unknown account. `otp-mismatch`" },
      403: { description: "`session-limit-reached`" },
      422: invalid,
      429: throttled,
    },
    security: "none",
  },
  {
    method: "get",
    path: `${base}/logout`,
    tag,
    summary: "Sign out",
    description: "The session ends on every domain of the realm.",
    responses: { 204: { description: "Signed out." }, 403: noSession },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/users/me`,
    tag,
    summary: "The signed-in user",
    query: memberQuery,
    responses: { 200: user, 403: noSession },
    security: "session",
  },
  {
    method: "delete",
    path: `${base}/users/me`,
    tag,
    summary: "Delete one's own account",
    description:
      "At once and for good: sessions, grants, factors and links end with it, and a last mail says so. Needs a sign-in within the last ten minutes.",
    responses: {
      204: { description: "It is gone." },
      403: { description: "No live session, or `reauthentication-required`." },
      409: { description: "`last-sysadmin`: the realm's only system administrator stays." },
    },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/users/me/data`,
    tag,
    summary: "Download what is kept about oneself",
    description:
      "As a file, without anything that opens something: no hash, no secret, no token. Needs a sign-in within the last ten minutes; the owner is told by mail.",
    responses: {
      200: { description: "Everything.", schema: ownDataSchema },
      403: { description: "No live session, or `reauthentication-required`." },
      429: throttled,
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/users/profile`,
    tag,
    summary: "Change one's own profile",
    description: "Fields left out stay as they are; null empties one.",
    query: memberQuery,
    body: { schema: profileSchema, type: "json" },
    responses: {
      200: user,
      403: { description: "No live session, or `reauthentication-required`." },
      409: { description: "`user-already-exists`" },
      422: invalid,
    },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/sessions`,
    tag,
    summary: "One's own live sessions",
    responses: { 200: { description: "How many there are, and each.", schema: sessionsAnswerSchema }, 403: noSession },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/sessions/validate`,
    tag,
    summary: "The user, with their sessions",
    query: memberQuery,
    responses: {
      200: {
        description: "The user and the sessions.",
        schema: userAnswerSchema.extend({ sessions: z.array(sessionSchema) }),
      },
      403: noSession,
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/kick`,
    tag,
    summary: "End one's other sessions, or one of them",
    body: { schema: kickSchema, type: "json", optional: true },
    responses: {
      200: { description: "They have ended.", schema: kickAnswerSchema },
      403: noSession,
      404: { description: "There is no such session." },
    },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/kick`,
    tag,
    summary: "End one's other sessions",
    description: "From pages of the same origin, or with the token in `x-qt-auth`.",
    responses: { 200: { description: "They have ended.", schema: kickAnswerSchema }, 403: noSession },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/users/consents`,
    tag,
    summary: "What one has granted to applications",
    responses: { 200: { description: "Each, the newest first.", schema: consentsAnswerSchema }, 403: noSession },
    security: "session",
  },
  {
    method: "delete",
    path: `${base}/users/consents/{client}`,
    tag,
    summary: "Take back what one has granted to an application",
    description:
      "Its tokens are worth nothing at once, those for offline use too, and it is told that its sessions are over. It has to ask again.",
    pathParams: z.object({ client: z.string().describe("client_id or integration id.") }),
    responses: {
      204: { description: "Taken back." },
      403: noSession,
      404: { description: "Nothing has been granted to it." },
    },
    security: "session",
  },
  {
    method: "get",
    path: `${base}/sessions/live`,
    tag,
    summary: "Hear at once when the session is over",
    description:
      "A WebSocket from a page of the realm. One message, `{type:session-ended, reason}`, then close code 4401. `/live.js` does it for a site.",
    responses: { 101: { description: "Connected." }, 403: noSession },
    security: "session",
  },
  {
    method: "get",
    path: "/live.js",
    tag,
    summary: "The script for sites that want to hear of it",
    responses: { 200: { description: "JavaScript; dispatches `gatehouse:session-ended` on document." } },
    security: "none",
  },
  ...[base, "/api/v1"].map(
    (prefix): EndpointDocument => ({
      method: "get",
      path: `${prefix}/access-token/integrations/{id}`,
      tag,
      summary: "A token by which another application knows the user",
      pathParams: z.object({ id: z.string().describe("Integration id or client_id.") }),
      query: z.object({ "qt-auth": z.string().optional() }),
      responses: {
        200: {
          description: "The JWT (HS256, the integration's secret) is in the header `x-integration-token`.",
          schema: z.object({ success: z.literal(true) }),
        },
        403: noSession,
        404: { description: "There is no such integration." },
      },
      security: "session",
    }),
  ),
  {
    method: "get",
    path: `${base}/login`,
    tag: social,
    summary: "Sign in with an upstream provider",
    description:
      "For browsers. Not possible, or not completed: to login-failure-redirect-url with `error`, else a page.",
    query: socialStartQuerySchema,
    responses: {
      302: { description: "To the provider." },
      400: { description: "`redirect-not-allowed`: an address is not the realm's." },
      404: { description: "There is no such provider." },
      429: throttled,
    },
    security: "none",
  },
  ...(["get", "post"] as const).map(
    (method): EndpointDocument => ({
      method,
      path: `${base}/{provider}/callback`,
      tag: social,
      summary: "Where a provider sends the browser back to",
      pathParams: providerParam,
      responses: {
        302: { description: "Signed in: to redirect-url. Otherwise to login-failure-redirect-url with `error`." },
        400: { description: "`interaction-expired` or `provider-answer-invalid`" },
        404: { description: "There is no such provider." },
        409: { description: "`link-required`: the address has an account, which is to be connected by its owner." },
        429: throttled,
      },
      security: "none",
    }),
  ),
  ...[`${base}/login/{provider}`, "/api/login/{provider}"].map(
    (path): EndpointDocument => ({
      method: "post",
      path,
      tag: social,
      summary: "Sign in with a provider's token",
      description: "For apps that have one already. It must be made out to one of the realm's own client ids there.",
      pathParams: providerParam,
      query: memberQuery,
      body: { schema: socialTokenSchema, type: "json" },
      responses: {
        200: signedIn,
        401: { description: "`provider-token-invalid`" },
        404: { description: "There is no such provider." },
        409: { description: "`link-required`" },
        422: invalid,
        429: throttled,
      },
      security: "none",
    }),
  ),
  {
    method: "get",
    path: `${base}/users/linked-accounts`,
    tag: social,
    summary: "The accounts elsewhere that lead to one's own",
    responses: { 200: { description: "They are.", schema: linkedAccountsAnswerSchema }, 403: noSession },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/users/linked-accounts/{provider}`,
    tag: social,
    summary: "Connect an account at a provider",
    description: "Needs a sign-in within the last ten minutes. A form is sent on to the provider at once.",
    pathParams: providerParam,
    query: returnQuerySchema,
    responses: {
      200: { description: "Where to send the browser.", schema: departureSchema },
      303: { description: "To the provider: the answer to a form." },
      403: { description: "No live session, or `reauthentication-required`." },
      404: { description: "There is no such provider." },
    },
    security: "session",
  },
  {
    method: "delete",
    path: `${base}/users/linked-accounts/{provider}`,
    tag: social,
    summary: "Disconnect one's account at a provider",
    description: "Needs a sign-in within the last ten minutes.",
    pathParams: providerParam,
    responses: {
      204: { description: "Disconnected." },
      403: { description: "No live session, or `reauthentication-required`." },
      404: { description: "No account at this provider is connected." },
      409: { description: "`last-way-in`" },
    },
    security: "session",
  },
  ...recoveryDocuments,
];
