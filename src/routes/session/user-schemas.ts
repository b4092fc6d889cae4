// How answers look. Apart from what makes them, so that only the description of the API reads it.
import * as z from "zod";

const epochMs = z.int().describe("Milliseconds since the epoch.");

/** A user as Bridgekeeper's callers know one. */
export const userSchema = z.object({
  id: z.int(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  username: z.string().nullable(),
  "first-name": z.string().nullable(),
  "last-name": z.string().nullable(),
  slug: z.string().nullable(),
  "avatar-url": z.string().nullable(),
  "avatar-s3-key": z.string().nullable(),
  "communication-email": z.string().nullable(),
  "phone-number": z.string().nullable(),
  locale: z.string().optional().describe("The language they have chosen; absent while they have not."),
  "verification-status": z.enum(["email", "phone"]).nullable(),
  metadata: z.record(z.string(), z.unknown()),
  "is-tfa-enabled": z.boolean(),
  "created-at": epochMs,
  "updated-at": epochMs,
});

export const userAnswerSchema = z.object({
  user: userSchema,
  member: userSchema.optional().describe("The same again, when asked for with key=member."),
  "active-sessions-count": z.int(),
  source: z.literal("bridgekeeper"),
});

export const sessionSchema = z.object({
  id: z.string(),
  "created-at": epochMs,
  "last-used-at": epochMs,
  "expires-at": epochMs,
  "user-agent": z.string().nullable(),
  ip: z.string().nullable(),
  "client-name": z.string().optional().describe("The application of a device that was let in. Browsers have none."),
  current: z.boolean(),
});

export const sessionsAnswerSchema = z.object({ "active-sessions-count": z.int(), sessions: z.array(sessionSchema) });
