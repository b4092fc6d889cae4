import type { Profile } from "../profile.ts";
import { limitGrants } from "./grants-table.ts";
import { type LiveSession, liveSession } from "./live-session.ts";
import { findProfile, putProfile } from "./profile.ts";
import { limitSessions, listSessions, renameSession, useSession } from "./sessions.ts";

/** What a guest's session and grants are held to once it is a user: like everybody's. */
export interface UserTerms {
  readonly sessionIdleMs: number;
  readonly sessionAbsoluteMs: number;
  readonly grantIdleMs: number;
  readonly grantAbsoluteMs: number;
}

/**
 * The guest is a user from now on. Its session goes on under a new name, its grants with it; what never ended does from now on. Null when
 * the session is over. The same new name again changes nothing.
 */
export function endGuesthood(
  sql: SqlStorage,
  profile: Profile,
  { sid, newSid, amr }: { readonly sid: string; readonly newSid: string; readonly amr: readonly string[] },
  terms: UserTerms,
  now: number,
): LiveSession | null {
  const session = useSession(sql, profile, sid, now);
  if (session === null) return liveSession(sql, newSid, now);
  putProfile(sql, profile);
  renameSession(sql, session, newSid, { amr, authTime: now }, now);
  limitSessions(sql, terms.sessionIdleMs, now + terms.sessionAbsoluteMs);
  limitGrants(sql, terms.grantIdleMs, now + terms.grantAbsoluteMs);
  return liveSession(sql, newSid, now);
}

/** A guest's sessions never end: should a user's profile come some other way than by `endGuesthood`, they must not stay. */
export const wasGuest = (sql: SqlStorage, profile: Profile): boolean =>
  !profile.guest && findProfile(sql)?.guest === true;

export interface GuestLife {
  readonly live: boolean;
  /** Milliseconds since the epoch; null when nothing is known of it. */
  readonly lastSeenAt: number | null;
}

/** A guest is held by its session and the refresh tokens that belong to it: without them nobody can come back for it. */
export function guestLife(sql: SqlStorage, now: number): GuestLife {
  const profile = findProfile(sql);
  const live = profile === null ? [] : listSessions(sql, profile, now);
  const { at } = sql
    .exec<{ at: number | null }>(
      "SELECT max(at) AS at FROM (SELECT max(rotated_at) AS at FROM grants UNION ALL SELECT max(ended_at) AS at FROM ended_sessions)",
    )
    .one();
  const seen = [...live.map(({ lastUsedAt }) => lastUsedAt), ...(at === null ? [] : [at])];
  return { live: live.length > 0, lastSeenAt: seen.length === 0 ? null : Math.max(...seen) };
}
