import * as z from "zod";
import type { AppContext } from "../../http/env.ts";
import type { Profile } from "../../storage/profile.ts";
import type { Session } from "../../storage/user-object/sessions.ts";

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

export function userJson(profile: Profile): z.output<typeof userSchema> {
  return {
    id: profile.id,
    name: profile.name,
    email: profile.email,
    username: profile.username,
    "first-name": profile.firstName,
    "last-name": profile.lastName,
    slug: profile.slug,
    "avatar-url": profile.avatarUrl,
    "avatar-s3-key": profile.avatarS3Key,
    "communication-email": profile.communicationEmail,
    "phone-number": profile.phoneNumber,
    ...(profile.locale === null ? {} : { locale: profile.locale }),
    "verification-status": profile.emailVerified ? "email" : profile.phoneVerified ? "phone" : null,
    metadata: profile.metadata,
    "is-tfa-enabled": profile.tfaEnabled,
    "created-at": profile.createdAt,
    "updated-at": profile.updatedAt,
  };
}

export function userAnswer(c: AppContext, profile: Profile, activeSessions: number): z.output<typeof userAnswerSchema> {
  const user = userJson(profile);
  const asMember = c.req.url.includes("key=member") && c.req.query("key") === "member";
  return {
    user,
    ...(asMember ? { member: user } : {}),
    "active-sessions-count": activeSessions,
    source: "bridgekeeper",
  };
}

export const sessionJson = (session: Session, currentSid: string): z.output<typeof sessionSchema> => ({
  id: session.sid,
  "created-at": session.createdAt,
  "last-used-at": session.lastUsedAt,
  "expires-at": session.expiresAt,
  "user-agent": session.userAgent,
  ip: session.ip,
  ...(session.client === null ? {} : { "client-name": session.client.name }),
  current: session.sid === currentSid,
});
