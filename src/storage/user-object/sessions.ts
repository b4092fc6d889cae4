import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { type EndReason, noteEnded, noteReplaced } from "./ended-sessions.ts";
import { noteSessionAudited, noteSessionEvent } from "./event-outbox.ts";
import { moveGrantsToSession } from "./grants-table.ts";
import { type DeviceMarks, forgetDevice } from "./known-devices.ts";
import { handClientsOver, noteSessionOver } from "./logout-notices.ts";
import { changeSession, deleteSessions, insertSession, type SessionRow, sessionRows } from "./sessions-table.ts";

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

/** Whether the row still means anything. */
const isAlive = (row: SessionRow, { notBefore }: Profile, now: number): boolean =>
  row.expires_at > now && row.last_used_at + row.idle_ms > now && row.created_at >= notBefore;

const oldestFirst = (one: SessionRow, other: SessionRow): number =>
  one.created_at - other.created_at || (one.sid < other.sid ? 1 : -1);

const liveRows = (sql: SqlStorage, profile: Profile, now: number): SessionRow[] =>
  [...sessionRows(sql).values()].filter((row) => isAlive(row, profile, now));

/** The live session, its last use written down; null when there is none (any more). */
export function useSession(sql: SqlStorage, profile: Profile, sid: string, now: number): Session | null {
  const row = sessionRows(sql).get(sid);
  if (row === undefined || !isAlive(row, profile, now)) return null;
  const touchEveryMs = Math.min(limits.sessionTouchSeconds * 1000, row.idle_ms / 4);
  if (now - row.last_used_at <= touchEveryMs) return fromRow(row);
  changeSession(sql, sid, { last_used_at: now });
  return { ...fromRow(row), lastUsedAt: now };
}

/** The newest first. */
export const listSessions = (sql: SqlStorage, profile: Profile, now: number): Session[] =>
  liveRows(sql, profile, now).sort(oldestFirst).reverse().map(fromRow);

export const countSessions = (sql: SqlStorage, profile: Profile, now: number): number =>
  liveRows(sql, profile, now).length;

/** False when the realm's limit refuses another session. Opening the same sid again changes nothing. */
export function openSession(
  sql: SqlStorage,
  profile: Profile,
  session: NewSession,
  limit: SessionLimit,
  now: number,
): boolean {
  if (useSession(sql, profile, session.sid, now) !== null) return true;
  // Those that are over stay until the alarm, which may be days away: no more of them than there may be sessions.
  if (sessionRows(sql).size >= limits.sessionsPerUser) endExpiredSessions(sql, now);
  const most = limit.maxSessions === 0 ? limits.sessionsPerUser : Math.min(limit.maxSessions, limits.sessionsPerUser);
  const tooMany = countSessions(sql, profile, now) - most + 1;
  if (tooMany > 0) {
    if (limit.maxSessions !== 0 && limit.policy === "reject") return false;
    for (const oldest of listSessions(sql, profile, now).slice(-tooMany)) endSession(sql, oldest.sid, "evicted", now);
  }
  insertSession(sql, {
    sid: session.sid,
    created_at: now,
    auth_time: session.authTime ?? now,
    last_used_at: now,
    idle_ms: session.idleMs,
    expires_at: now + session.absoluteMs,
    amr: session.amr.join(" "),
    user_agent: session.userAgent,
    ip: session.ip,
    client_id: session.client?.id ?? null,
    client_name: session.client?.name ?? null,
    device: session.device?.mark ?? null,
  });
  noteSessionEvent(sql, "session.created", session.sid, { amr: session.amr }, now);
  return true;
}

/** A device has come for the session that was opened for it. From now on it lives as long as it is used. */
export function takeUpSession(sql: SqlStorage, sid: string, idleMs: number, now: number): void {
  changeSession(sql, sid, { idle_ms: idleMs, last_used_at: now });
}

/** How long every session lasts from now on: unused, and at most (milliseconds since the epoch). */
export function limitSessions(sql: SqlStorage, idleMs: number, expiresAt: number): void {
  for (const sid of [...sessionRows(sql).keys()]) changeSession(sql, sid, { idle_ms: idleMs, expires_at: expiresAt });
}

/** The same session under a new name, its grants with it. Whoever still holds the old name holds nothing. */
export function renameSession(
  sql: SqlStorage,
  session: Session,
  newSid: string,
  { amr, authTime = session.authTime }: { readonly amr: readonly string[]; readonly authTime?: number },
  now: number,
): void {
  changeSession(sql, session.sid, { sid: newSid, amr: amr.join(" "), auth_time: authTime });
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
  if (deleteSessions(sql, (row) => row.sid === sid).length === 0) return;
  handClientsOver(sql, sid, newSid);
  noteReplaced(sql, sid, newSid, now);
  noteSessionAudited(sql, sid, "replaced", now);
  noteSessionEvent(sql, "session.revoked", sid, { reason: "replaced", replaced_by: newSid }, now);
}

export const endSession = (sql: SqlStorage, sid: string, reason: EndReason, now: number): boolean =>
  endEach(sql, (row) => row.sid === sid, reason, now) > 0;

/** A device's session ends with what its application gives up: nobody else could end it there. */
export function endSessionsOfDevices(
  sql: SqlStorage,
  which: { sid: string } | { clientId: string },
  now: number,
): void {
  if ("sid" in which) endEach(sql, (row) => row.sid === which.sid && row.client_id !== null, "signed-out", now);
  else endEach(sql, (row) => row.client_id === which.clientId, "signed-out", now);
}

/** Ends every session but the one named. */
export function endOtherSessions(sql: SqlStorage, keepSid: string | null, reason: EndReason, now: number): void {
  endEach(sql, (row) => row.sid !== keepSid, reason, now);
}

/** Ends those that the profile says are worth nothing any more. */
export function endOutdatedSessions(sql: SqlStorage, { notBefore }: Profile, reason: EndReason, now: number): void {
  endEach(sql, (row) => row.created_at < notBefore, reason, now);
}

/** The only place where sessions end: whatever the reason, it is remembered, and those who listen are to be told. */
function endEach(sql: SqlStorage, which: (row: SessionRow) => boolean, reason: EndReason, now: number): number {
  const ended = deleteSessions(sql, which).toSorted(oldestFirst);
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

export const hasSession = (sql: SqlStorage, sid: string): boolean => sessionRows(sql).has(sid);

export function endExpiredSessions(sql: SqlStorage, now: number): void {
  endEach(sql, (row) => row.expires_at <= now || row.last_used_at + row.idle_ms <= now, "expired", now);
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
