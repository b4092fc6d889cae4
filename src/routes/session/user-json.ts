import type * as z from "zod";
import type { AppContext } from "../../http/env.ts";
import type { Profile } from "../../storage/profile.ts";
import type { Session } from "../../storage/user-object/sessions.ts";
import type { sessionSchema, userAnswerSchema, userSchema } from "./user-schemas.ts";

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
