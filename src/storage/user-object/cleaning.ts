import { limits } from "../../config/limits.ts";
import { forgetEnded } from "./ended-sessions.ts";
import { deleteExpiredGrants } from "./grants.ts";
import { deleteExpiredSessions } from "./sessions.ts";
import { deleteExpiredMarks } from "./spent.ts";

const soonestMs = 60_000;

/** Drops everything that is over. Safe to run at any time, and twice. */
export function clean(sql: SqlStorage, now: number): void {
  deleteExpiredSessions(sql, now);
  deleteExpiredGrants(sql, now);
  deleteExpiredMarks(sql, now);
  forgetEnded(sql, now);
}

/** When something will next be over, or null when there is nothing to wait for. */
export function nextCleaningAt(sql: SqlStorage, now: number): number | null {
  const { at } = sql
    .exec<{ at: number | null }>(
      `SELECT min(at) AS at FROM (
         SELECT min(min(expires_at, last_used_at + idle_ms)) AS at FROM sessions
         UNION ALL SELECT min(max(expires_at, created_at + ?)) FROM grants
         UNION ALL SELECT min(expires_at) FROM revoked_tokens
         UNION ALL SELECT min(expires_at) + 60000 FROM spent)`,
      limits.redeemedCodeMemorySeconds * 1000,
    )
    .one();
  return at === null ? null : Math.max(at, now + soonestMs);
}
