import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { profileOf } from "../../storage/profile.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import type { RealmContext } from "../realm-context.ts";
import { endSession } from "./end-session.ts";
import { type ClaimedSession, issueSessionToken, type SessionToken } from "./session-token.ts";

/** The browser or device in front of us. */
export interface Device {
  readonly userAgent: string | null;
  readonly address: string | null;
  /** The session this browser had until now, perhaps another user's; it ends when the new one begins. */
  readonly previous: ClaimedSession | null;
}

export interface SignedIn extends LiveSession {
  readonly token: SessionToken;
}

/** Opens a session for a user who has just proven who they are. `amr`: how (RFC 8176). Throws Problem. */
export async function openSession(
  context: RealmContext,
  user: UserRow,
  amr: readonly string[],
  device: Device,
): Promise<SignedIn> {
  const { settings } = context.realm;
  const session = {
    sid: randomHandle(16),
    amr,
    userAgent: device.userAgent?.slice(0, 400) ?? null,
    ip: device.address,
    idleMs: settings.session_idle_seconds * 1000,
    absoluteMs: settings.session_absolute_seconds * 1000,
  };
  const { previous } = device;
  const replacesSid = previous?.userId === user.id ? previous.sid : null;
  const limit = { maxSessions: settings.max_sessions, policy: settings.session_limit_policy };
  const opened = await context.objects.call(user.id, (object) =>
    object.openSession(profileOf(user), session, limit, replacesSid),
  );
  if (!opened.ok) throw new Problem(opened.reason === "user-disabled" ? "user-not-allowed" : opened.reason);
  if (previous !== null && replacesSid === null) await endSession(context, previous);
  const token = await issueSessionToken(context, {
    userId: user.id,
    sid: opened.session.sid,
    expiresAt: opened.session.expiresAt,
  });
  return { session: opened.session, profile: opened.profile, activeSessions: opened.activeSessions, token };
}
