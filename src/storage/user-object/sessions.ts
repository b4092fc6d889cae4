import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { type EndReason, noteEnded } from "./ended-sessions.ts";

/** One signed-in browser or device. Times are milliseconds since the epoch. */
export interface Session {
  readonly sid: string;
  readonly createdAt: number;
  readonly authTime: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  readonly userAgent: string | null;
  readonly ip: string | null;
}

export interface NewSession {
  readonly sid: string;
  readonly amr: readonly string[];
  readonly userAgent: string | null;
  readonly ip: string | null;
  readonly idleMs: number;
  readonly absoluteMs: number;
}

export interface SessionLimit {
  /** 0 sets no limit. */
  readonly maxSessions: number;
  readonly policy: "reject" | "evict_oldest";
}

type SessionRow = {
  sid: string;
  created_at: number;
  auth_time: number;
  last_used_at: number;
  idle_ms: number;
  expires_at: number;
  amr: string;
  user_agent: string | null;
  ip: string | null;
};

const alive = "expires_at > ?1 AND last_used_at + idle_ms > ?1 AND created_at >= ?2";

/** The live session, its last use written down; null when there is none (any more). */
export function useSession(sql: SqlStorage, profile: Profile, sid: string, now: number): Session | null {
  const [row] = sql
    .exec<SessionRow>(`SELECT * FROM sessions WHERE ${alive} AND sid = ?3`, now, profile.notBefore, sid)
    .toArray();
  if (row === undefined) return null;
  const touchEveryMs = Math.min(limits.sessionTouchSeconds * 1000, row.idle_ms / 4);
  if (now - row.last_used_at > touchEveryMs) {
    sql.exec("UPDATE sessions SET last_used_at = ? WHERE sid = ?", now, sid);
    row.last_used_at = now;
  }
  return fromRow(row);
}

export function listSessions(sql: SqlStorage, profile: Profile, now: number): Session[] {
  return sql
    .exec<SessionRow>(`SELECT * FROM sessions WHERE ${alive} ORDER BY created_at DESC, sid`, now, profile.notBefore)
    .toArray()
    .map(fromRow);
}

export function countSessions(sql: SqlStorage, profile: Profile, now: number): number {
  return sql
    .exec<{ count: number }>(`SELECT count(*) AS count FROM sessions WHERE ${alive}`, now, profile.notBefore)
    .one().count;
}

/** False when the realm's limit refuses another session. Opening the same sid again changes nothing. */
export function openSession(
  sql: SqlStorage,
  profile: Profile,
  session: NewSession,
  limit: SessionLimit,
  now: number,
): boolean {
  if (useSession(sql, profile, session.sid, now) !== null) return true;
  const most = limit.maxSessions === 0 ? limits.sessionsPerUser : Math.min(limit.maxSessions, limits.sessionsPerUser);
  const tooMany = countSessions(sql, profile, now) - most + 1;
  if (tooMany > 0) {
    if (limit.maxSessions !== 0 && limit.policy === "reject") return false;
    for (const oldest of listSessions(sql, profile, now).slice(-tooMany)) endSession(sql, oldest.sid, "evicted", now);
  }
  sql.exec(
    "INSERT INTO sessions (sid, created_at, auth_time, last_used_at, idle_ms, expires_at, amr, user_agent, ip) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    session.sid,
    now,
    now,
    now,
    session.idleMs,
    now + session.absoluteMs,
    session.amr.join(" "),
    session.userAgent,
    session.ip,
  );
  return true;
}

/** The same session under a new name, its grants with it. Whoever still holds the old name holds nothing. */
export function renameSession(
  sql: SqlStorage,
  session: Session,
  newSid: string,
  amr: readonly string[],
  now: number,
): void {
  sql.exec("UPDATE sessions SET sid = ?, amr = ? WHERE sid = ?", newSid, amr.join(" "), session.sid);
  sql.exec("UPDATE grants SET sid = ? WHERE sid = ?", newSid, session.sid);
  noteEnded(sql, session.sid, "replaced", now);
}

export function endSession(sql: SqlStorage, sid: string, reason: EndReason, now: number): boolean {
  const ended = sql.exec("DELETE FROM sessions WHERE sid = ? RETURNING sid", sid).toArray().length > 0;
  if (ended) noteEnded(sql, sid, reason, now);
  return ended;
}

/** Ends every session but the one named. */
export function endOtherSessions(sql: SqlStorage, keepSid: string | null, reason: EndReason, now: number): void {
  const ended = sql.exec<{ sid: string }>("DELETE FROM sessions WHERE sid IS NOT ? RETURNING sid", keepSid).toArray();
  for (const { sid } of ended) noteEnded(sql, sid, reason, now);
}

export const hasSession = (sql: SqlStorage, sid: string): boolean =>
  sql.exec("SELECT 1 FROM sessions WHERE sid = ?", sid).toArray().length > 0;

export function deleteExpiredSessions(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM sessions WHERE expires_at <= ?1 OR last_used_at + idle_ms <= ?1", now);
}

function fromRow(row: SessionRow): Session {
  return {
    sid: row.sid,
    createdAt: row.created_at,
    authTime: row.auth_time,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    amr: row.amr.split(" "),
    userAgent: row.user_agent,
    ip: row.ip,
  };
}
