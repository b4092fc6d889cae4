import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { kickAnswerSchema, kickSchema } from "./kick.ts";
import { profileSchema } from "./profile.ts";
import { sessionsAnswerSchema } from "./sessions.ts";
import { signInSchema } from "./sign-in.ts";
import { signUpSchema } from "./sign-up.ts";
import { sessionSchema, userAnswerSchema } from "./user-json.ts";

const tag = "Sessions";
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
    description: "Signs in as well, unless `dont-login` is true.",
    query: memberQuery,
    body: { schema: signUpSchema, type: "json" },
    responses: { 200: signedIn, 409: { description: "`user-already-exists`" }, 422: invalid, 429: throttled },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/login`,
    tag,
    summary: "Sign in with a password",
    query: memberQuery,
    body: { schema: signInSchema, type: "json" },
    responses: {
      200: signedIn,
      401: { description: "`bad_credential`: the same for a wrong password and an unknown account." },
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
];
