import { limits } from "../../config/limits.ts";

/** How many guesses are free, and how the waits grow after them. */
export interface AttemptPolicy {
  readonly freeAttempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/**
 * Counts an attempt before its outcome is known, so that a hundred at once count as a hundred.
 * Returns 0 when it may go ahead, else the milliseconds to wait.
 */
export function beginAttempt(sql: SqlStorage, key: string, policy: AttemptPolicy, now: number): number {
  const [row] = sql
    .exec<{ failures: number; blocked_until: number }>(
      "SELECT failures, blocked_until FROM attempts WHERE key = ?",
      key,
    )
    .toArray();
  if (row !== undefined && row.blocked_until > now) return row.blocked_until - now;
  if (row === undefined) makeRoom(sql);
  const failures = (row?.failures ?? 0) + 1;
  const excess = failures - policy.freeAttempts;
  const delayMs = excess < 0 ? 0 : Math.min(policy.firstDelayMs * 2 ** Math.min(excess, 20), policy.longestDelayMs);
  sql.exec(
    "INSERT OR REPLACE INTO attempts (key, failures, blocked_until, updated_at) VALUES (?, ?, ?, ?)",
    key,
    failures,
    now + delayMs,
    now,
  );
  return 0;
}

/**
 * The same for attempts that take a while to judge, such as a hash. While some of those that used up the free ones are still being
 * judged, nobody knows yet whether they were guesses: "undecided", ask again shortly.
 */
export function beginJudgedAttempt(
  sql: SqlStorage,
  key: string,
  policy: AttemptPolicy,
  now: number,
): number | "undecided" {
  const [row] = sql
    .exec<{ failures: number; judged: number; blocked_until: number; updated_at: number }>(
      "SELECT failures, judged, blocked_until, updated_at FROM attempts WHERE key = ?",
      key,
    )
    .toArray();
  const inFlight = row !== undefined && row.judged < row.failures && now - row.updated_at < limits.attemptInFlightMs;
  if (row !== undefined && row.blocked_until > now && inFlight) return "undecided";
  const waitMs = beginAttempt(sql, key, policy, now);
  if (row !== undefined && waitMs === 0) sql.exec("UPDATE attempts SET judged = ? WHERE key = ?", row.judged, key);
  return waitMs;
}

/** One of the attempts in flight was wrong. */
export function judgeAttemptWrong(sql: SqlStorage, key: string): void {
  sql.exec("UPDATE attempts SET judged = judged + 1 WHERE key = ? AND judged < failures", key);
}

const guessMinuteMs = 60_000;

/**
 * The same for codes that guessing must not find, whatever the guesser may have been right about in between: at most `most` wrong ones
 * that follow each other within a minute, then a minute's pause. Who was right takes that one guess back, and no other.
 */
export function beginGuess(sql: SqlStorage, key: string, most: number, now: number): number | "undecided" {
  const [row] = sql
    .exec<{ failures: number; judged: number; updated_at: number }>(
      "SELECT failures, judged, updated_at FROM attempts WHERE key = ?",
      key,
    )
    .toArray();
  const sinceMs = row === undefined ? guessMinuteMs : now - row.updated_at;
  if (row === undefined || sinceMs >= guessMinuteMs) {
    if (row === undefined) makeRoom(sql);
    sql.exec(
      "INSERT OR REPLACE INTO attempts (key, failures, judged, blocked_until, updated_at) VALUES (?, 1, 0, 0, ?)",
      key,
      now,
    );
    return 0;
  }
  if (row.failures >= most)
    return row.judged < row.failures && sinceMs < limits.attemptInFlightMs ? "undecided" : guessMinuteMs - sinceMs;
  sql.exec("UPDATE attempts SET failures = failures + 1, updated_at = ? WHERE key = ?", now, key);
  return 0;
}

export function takeGuessBack(sql: SqlStorage, key: string): void {
  sql.exec("UPDATE attempts SET failures = failures - 1 WHERE key = ? AND failures > 0", key);
}

/** Milliseconds that an attempt would have to wait; counts nothing. */
export function attemptWait(sql: SqlStorage, key: string, now: number): number {
  const [row] = sql.exec<{ blocked_until: number }>("SELECT blocked_until FROM attempts WHERE key = ?", key).toArray();
  return Math.max(0, (row?.blocked_until ?? 0) - now);
}

/** After a success the count starts again. */
export function clearAttempts(sql: SqlStorage, key: string): void {
  sql.exec("DELETE FROM attempts WHERE key = ?", key);
}

function makeRoom(sql: SqlStorage): void {
  sql.exec(
    "DELETE FROM attempts WHERE key IN (SELECT key FROM attempts ORDER BY updated_at DESC LIMIT -1 OFFSET ?)",
    limits.attemptRowsPerObject - 1,
  );
}
