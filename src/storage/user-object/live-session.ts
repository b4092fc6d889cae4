import type { Profile } from "../profile.ts";
import { findProfile } from "./profile.ts";
import { countSessions, type Session, useSession } from "./sessions.ts";

export interface LiveSession {
  readonly session: Session;
  readonly profile: Profile;
  readonly activeSessions: number;
}

/** Null when there is no such user, or they are disabled: then nothing of theirs is alive. */
export function enabledProfile(sql: SqlStorage): Profile | null {
  const profile = findProfile(sql);
  return profile === null || profile.disabledAt !== null ? null : profile;
}

/** The session if it is alive, its use written down. */
export function liveSession(sql: SqlStorage, sid: string, now: number): LiveSession | null {
  const profile = enabledProfile(sql);
  if (profile === null) return null;
  const session = useSession(sql, profile, sid, now);
  return session === null ? null : { session, profile, activeSessions: countSessions(sql, profile, now) };
}
