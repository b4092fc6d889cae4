import { limits } from "../../config/limits.ts";

/** Why a session is over, for the person who was signed out. */
export const endReasons = [
  "signed-out",
  "kicked",
  "evicted",
  "replaced",
  "credentials-changed",
  "disabled",
  "expired",
] as const;
export type EndReason = (typeof endReasons)[number];

/** Remembers why. Says nothing about whether a session lives: that is what the table of sessions is for. */
export function noteEnded(sql: SqlStorage, sid: string, reason: EndReason, now: number): void {
  sql.exec("INSERT OR IGNORE INTO ended_sessions (sid, reason, ended_at) VALUES (?, ?, ?)", sid, reason, now);
}

/** Why that session ended; a session nobody remembers has expired. */
export function whyEnded(sql: SqlStorage, sid: string): EndReason {
  const [row] = sql.exec<{ reason: EndReason }>("SELECT reason FROM ended_sessions WHERE sid = ?", sid).toArray();
  return row?.reason ?? "expired";
}

export function forgetEnded(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM ended_sessions WHERE ended_at <= ?", now - limits.endedSessionMemorySeconds * 1000);
}
