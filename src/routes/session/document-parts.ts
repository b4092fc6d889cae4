import * as z from "zod";
import { userAnswerSchema } from "./user-schemas.ts";

/** What the documents of this surface have in common. */
export const base = "/api/auth/v1";
export const memberQuery = z.object({
  key: z.literal("member").optional().describe("`member` repeats the user under that name."),
});
export const user = { description: "The user.", schema: userAnswerSchema };
export const signedIn = {
  description: "The user. The session comes in the cookie, and in `x-qt-auth` when that header was sent.",
  schema: userAnswerSchema,
};
export const noSession = { description: "No live session: `session-required` or `session-revoked`." };
export const notFresh = { description: "No live session, or `reauthentication-required`." };
export const invalid = { description: "A field is missing or not valid; `error.fields` names it." };
export const throttled = { description: "Too many tries: `rate-limited`, with Retry-After." };
