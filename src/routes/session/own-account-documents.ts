import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { consentsAnswerSchema } from "./consents.ts";
import { base, invalid, memberQuery, noSession, notFresh, throttled, user } from "./document-parts.ts";
import { ownDataSchema } from "./own-data.ts";
import { profileSchema } from "./profile.ts";
import { signPictureQuerySchema, uploadFormSchema } from "./sign-picture.ts";

const tag = "Sessions";

/** What people read, change and take back of their own. */
export const ownAccountDocuments: readonly EndpointDocument[] = [
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
      403: notFresh,
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
      403: notFresh,
      429: throttled,
    },
    security: "session",
  },
  {
    method: "get",
    path: "/api/sign",
    tag,
    summary: "Send one's picture to the bucket",
    description:
      "Answers the fields of the form by which the browser uploads it. 404 where the deployment has no bucket for pictures.",
    query: signPictureQuerySchema,
    responses: {
      200: { description: "The form.", schema: uploadFormSchema },
      400: { description: "`mime-type` is of no picture that is taken." },
      403: noSession,
      404: { description: "Pictures are not taken here." },
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
      403: notFresh,
      409: { description: "`user-already-exists`" },
      422: invalid,
    },
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
];
