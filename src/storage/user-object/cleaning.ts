import { limits } from "../../config/limits.ts";
import { deleteExpiredDevices } from "./device-authorizations.ts";
import { forgetEnded } from "./ended-sessions.ts";
import { deleteExpiredGrants } from "./grants.ts";
import { deleteExpiredSecrets } from "./mailed-secrets.ts";
import { deleteExpiredTokens } from "./revoked-tokens.ts";
import { endExpiredSessions } from "./sessions.ts";
import { deleteExpiredMarks } from "./spent.ts";
import { deleteExpiredSetUp } from "./totp.ts";

const soonestMs = 60_000;

/** Drops everything that is over. Safe to run at any time, and twice. */
export function clean(sql: SqlStorage, now: number): void {
  endExpiredSessions(sql, now);
  deleteExpiredGrants(sql, now);
  deleteExpiredTokens(sql, now);
  deleteExpiredMarks(sql, now);
  deleteExpiredSecrets(sql, now);
  deleteExpiredSetUp(sql, now);
  deleteExpiredDevices(sql, now);
  forgetEnded(sql, now);
}

/** When the first thing of each kind is over. One statement a kind: an object's SQLite takes few terms in one. */
const firstEnds: readonly string[] = [
  "SELECT min(min(expires_at, last_used_at + idle_ms)) AS at FROM sessions",
  `SELECT min(max(expires_at, created_at + ${limits.redeemedCodeMemorySeconds * 1000})) AS at FROM grants`,
  "SELECT min(expires_at) AS at FROM revoked_tokens",
  "SELECT min(expires_at) AS at FROM mailed_secrets",
  "SELECT min(full_at) AS at FROM send_allowances",
  `SELECT min(created_at) + ${limits.totpSetUpTtlSeconds * 1000} AS at FROM totp WHERE state = 'pending'`,
  "SELECT min(expires_at) + 60000 AS at FROM spent",
  `SELECT min(expires_at) + ${limits.expiredDeviceMemorySeconds * 1000} AS at FROM device_authorizations`,
  "SELECT min(noted_at) AS at FROM logout_notices",
  "SELECT min(noted_at) AS at FROM events",
  "SELECT min(noted_at) AS at FROM revocations",
  `SELECT min(swept_at) + ${limits.vaultSweepMs} AS at FROM connections`,
];

/** When something will next be over, or null when there is nothing to wait for. */
export function nextCleaningAt(sql: SqlStorage, now: number): number | null {
  const ends = firstEnds
    .map((statement) => sql.exec<{ at: number | null }>(statement).one().at)
    .filter((at) => at !== null);
  return ends.length === 0 ? null : Math.max(Math.min(...ends), now + soonestMs);
}
