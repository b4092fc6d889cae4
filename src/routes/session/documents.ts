import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { base, invalid, memberQuery, noSession, signedIn, throttled } from "./document-parts.ts";
import { kickAnswerSchema, kickSchema } from "./kick.ts";
import { ownAccountDocuments } from "./own-account-documents.ts";
import { recoveryDocuments } from "./recovery-documents.ts";
import { signInSchema } from "./sign-in.ts";
import { signUpSchema } from "./sign-up.ts";
import { socialDocuments } from "./social-documents.ts";
import { sessionSchema, sessionsAnswerSchema, userAnswerSchema } from "./user-schemas.ts";

const tag = "Sessions";

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
    summary: "The same by GET",
    description: "From pages of the same origin, or with the token in `x-qt-auth`.",
    query: kickSchema,
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
  ...ownAccountDocuments,
  ...socialDocuments,
  ...recoveryDocuments,
];
