import { limits } from "../../config/limits.ts";

/** Why a session is over, for the person who was signed out. */
const endReasons = [
  "signed-out",
  "kicked",
  "evicted",
  "replaced",
  "credentials-changed",
  "disabled",
  "expired",
] as const;
export type EndReason = (typeof endReasons)[number];

export interface EndedSession {
  readonly sid: string;
  readonly reason: EndReason;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

const latest = `SELECT * FROM ended_sessions ORDER BY ended_at DESC, sid LIMIT ${limits.endedSessionsKept}`;

/** Those that are remembered, the latest first. */
export const listEnded = (sql: SqlStorage): EndedSession[] =>
  sql
    .exec<{ sid: string; reason: EndReason; ended_at: number }>(latest)
    .toArray()
    .map(({ sid, reason, ended_at }) => ({ sid, reason, endedAt: ended_at }));

/** Remembers why. Says nothing about whether a session lives: that is what the table of sessions is for. */
export function noteEnded(sql: SqlStorage, sid: string, reason: EndReason, now: number): void {
  sql.exec("INSERT OR IGNORE INTO ended_sessions (sid, reason, ended_at) VALUES (?, ?, ?)", sid, reason, now);
}

/** Remembers that another session stands in this one's place. */
export function noteReplaced(sql: SqlStorage, sid: string, heir: string, now: number): void {
  sql.exec("UPDATE ended_sessions SET heir = ? WHERE heir = ?", heir, sid);
  sql.exec(
    "INSERT OR IGNORE INTO ended_sessions (sid, reason, ended_at, heir) VALUES (?, 'replaced', ?, ?)",
    sid,
    now,
    heir,
  );
}

/** The session that somebody means who was told this `sid` once: itself, or the one in its place. */
export function sessionKnownAs(sql: SqlStorage, sid: string): string {
  const [row] = sql.exec<{ heir: string | null }>("SELECT heir FROM ended_sessions WHERE sid = ?", sid).toArray();
  return row?.heir ?? sid;
}

/** Why that session ended; a session nobody remembers has expired. */
export function whyEnded(sql: SqlStorage, sid: string): EndReason {
  const [row] = sql.exec<{ reason: EndReason }>("SELECT reason FROM ended_sessions WHERE sid = ?", sid).toArray();
  return row?.reason ?? "expired";
}

/** One whose heir lives stays, however old: it is how those find the heir who know the first name. */
export function forgetEnded(sql: SqlStorage, now: number): void {
  sql.exec(
    `DELETE FROM ended_sessions WHERE (ended_at <= ? OR sid NOT IN (SELECT sid FROM (${latest})))
     AND (heir IS NULL OR heir NOT IN (SELECT sid FROM sessions))`,
    now - limits.endedSessionMemorySeconds * 1000,
  );
}
