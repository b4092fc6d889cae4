import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { type EndReason, noteEnded, noteReplaced } from "./ended-sessions.ts";
import { noteSessionAudited, noteSessionEvent } from "./event-outbox.ts";
import { moveGrantsToSession } from "./grants-table.ts";
import { type DeviceMarks, forgetDevice } from "./known-devices.ts";
import { handClientsOver, noteSessionOver } from "./logout-notices.ts";
import { type InOneColumn, inOneColumn } from "./one-column.ts";

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
  /** The application of a device that was let in (RFC 8628); null for a browser's session. */
  readonly client: SessionClient | null;
}

export interface SessionClient {
  readonly id: string;
  /** As it was when the device was let in. */
  readonly name: string;
}

export interface NewSession {
  readonly sid: string;
  readonly amr: readonly string[];
  /** When its user signed in; now, unless another session stands behind it. */
  readonly authTime?: number;
  readonly client?: SessionClient;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** What the device will be known by; null where it need not be. */
  readonly device: DeviceMarks | null;
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
  client_id: string | null;
  client_name: string | null;
};

const alive = "expires_at > ?1 AND last_used_at + idle_ms > ?1 AND created_at >= ?2";

const columns: readonly (keyof SessionRow)[] = [
  "sid",
  "created_at",
  "auth_time",
  "last_used_at",
  "idle_ms",
  "expires_at",
  "amr",
  "user_agent",
  "ip",
  "client_id",
  "client_name",
];
const selectLive = `SELECT ${inOneColumn(columns)}, (SELECT count(*) FROM sessions WHERE ${alive}) AS count
  FROM sessions WHERE ${alive} AND sid = ?3`;

/** The live session, its last use written down; null when there is none (any more). */
export function useSession(sql: SqlStorage, profile: Profile, sid: string, now: number): Session | null {
  return useSessionAmongOthers(sql, profile, sid, now)?.session ?? null;
}

/** The same, and how many the user has. */
export function useSessionAmongOthers(
  sql: SqlStorage,
  profile: Profile,
  sid: string,
  now: number,
): { session: Session; count: number } | null {
  const [found] = sql.exec<InOneColumn & { count: number }>(selectLive, now, profile.notBefore, sid).toArray();
  if (found === undefined) return null;
  const row = JSON.parse(found.row) as SessionRow;
  const touchEveryMs = Math.min(limits.sessionTouchSeconds * 1000, row.idle_ms / 4);
  if (now - row.last_used_at > touchEveryMs) {
    sql.exec("UPDATE sessions SET last_used_at = ? WHERE sid = ?", now, sid);
    row.last_used_at = now;
  }
  return { session: fromRow(row), count: found.count };
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
    `INSERT INTO sessions (sid, created_at, auth_time, last_used_at, idle_ms, expires_at, amr, user_agent, ip, client_id, client_name, device)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    session.sid,
    now,
    session.authTime ?? now,
    now,
    session.idleMs,
    now + session.absoluteMs,
    session.amr.join(" "),
    session.userAgent,
    session.ip,
    session.client?.id ?? null,
    session.client?.name ?? null,
    session.device?.mark ?? null,
  );
  noteSessionEvent(sql, "session.created", session.sid, { amr: session.amr }, now);
  return true;
}

/** A device has come for the session that was opened for it. From now on it lives as long as it is used. */
export function takeUpSession(sql: SqlStorage, sid: string, idleMs: number, now: number): void {
  sql.exec("UPDATE sessions SET idle_ms = ?, last_used_at = ? WHERE sid = ?", idleMs, now, sid);
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
  moveGrantsToSession(sql, session.sid, newSid);
  handClientsOver(sql, session.sid, newSid);
  noteReplaced(sql, session.sid, newSid, now);
  noteSessionEvent(sql, "session.revoked", session.sid, { reason: "replaced", replaced_by: newSid }, now);
  noteSessionEvent(sql, "session.created", newSid, { amr }, now);
}

/**
 * Ends a session whose user has just signed in again in the same browser. Its grants end; its clients are not told, for their user is
 * still signed in: they hear of it when the new session is over.
 */
export function replaceSession(sql: SqlStorage, sid: string, newSid: string, now: number): void {
  if (sql.exec("DELETE FROM sessions WHERE sid = ? RETURNING sid", sid).toArray().length === 0) return;
  handClientsOver(sql, sid, newSid);
  noteReplaced(sql, sid, newSid, now);
  noteSessionAudited(sql, sid, "replaced", now);
  noteSessionEvent(sql, "session.revoked", sid, { reason: "replaced", replaced_by: newSid }, now);
}

export function endSession(sql: SqlStorage, sid: string, reason: EndReason, now: number): boolean {
  return endEach(sql, "sid = ?", [sid], reason, now) > 0;
}

/** A device's session ends with what its application gives up: nobody else could end it there. */
export function endSessionsOfDevices(
  sql: SqlStorage,
  which: { sid: string } | { clientId: string },
  now: number,
): void {
  if ("sid" in which) endEach(sql, "sid = ? AND client_id IS NOT NULL", [which.sid], "signed-out", now);
  else endEach(sql, "client_id = ?", [which.clientId], "signed-out", now);
}

/** Ends every session but the one named. */
export function endOtherSessions(sql: SqlStorage, keepSid: string | null, reason: EndReason, now: number): void {
  endEach(sql, "sid IS NOT ?", [keepSid], reason, now);
}

/** Ends those that the profile says are worth nothing any more. */
export function endOutdatedSessions(sql: SqlStorage, { notBefore }: Profile, reason: EndReason, now: number): void {
  endEach(sql, "created_at < ?", [notBefore], reason, now);
}

/** The only place where sessions end: whatever the reason, it is remembered, and those who listen are to be told. */
function endEach(sql: SqlStorage, which: string, values: unknown[], reason: EndReason, now: number): number {
  const ended = sql
    .exec<{ sid: string; device: string | null }>(
      `DELETE FROM sessions WHERE ${which} RETURNING sid, device`,
      ...values,
    )
    .toArray();
  for (const { sid, device } of ended) {
    if (reason === "kicked" && device !== null) forgetDevice(sql, device);
    // Of a session that nobody remembers it is known that it has expired.
    if (reason !== "expired") noteEnded(sql, sid, reason, now);
    noteSessionOver(sql, sid, now);
    noteSessionAudited(sql, sid, reason, now);
    noteSessionEvent(sql, reason === "expired" ? "session.expired" : "session.revoked", sid, { reason }, now);
  }
  return ended.length;
}

export const hasSession = (sql: SqlStorage, sid: string): boolean =>
  sql.exec("SELECT 1 FROM sessions WHERE sid = ?", sid).toArray().length > 0;

export function endExpiredSessions(sql: SqlStorage, now: number): void {
  endEach(sql, "expires_at <= ?1 OR last_used_at + idle_ms <= ?1", [now], "expired", now);
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
    client: row.client_id === null ? null : { id: row.client_id, name: row.client_name ?? row.client_id },
  };
}
