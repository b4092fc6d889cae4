/** Whether an API key, or a client of the token vault, may make a call now, or one may be made for a user, and what it may do then. */
export interface Turn {
  readonly ok: boolean;
  /** Calls that are left for now. */
  readonly remaining: number;
  /** Until one more is left than now. */
  readonly resetSeconds: number;
}

const windowSeconds = 60;

/** Counts a call, unless that would be more than `perMinute` in the last minute. Times are whole seconds, in which calls are counted together. */
export function takeTurn(sql: SqlStorage, perMinute: number, now: number): Turn {
  const second = Math.floor(now / 1000);
  sql.exec("DELETE FROM key_calls WHERE second <= ?", second - windowSeconds);
  const { calls, oldest } = sql
    .exec<{ calls: number; oldest: number | null }>(
      "SELECT coalesce(sum(calls), 0) AS calls, min(second) AS oldest FROM key_calls",
    )
    .one();
  const resetSeconds = (oldest ?? second) + windowSeconds - second;
  if (calls >= perMinute) return { ok: false, remaining: 0, resetSeconds };
  sql.exec(
    "INSERT INTO key_calls (second, calls) VALUES (?, 1) ON CONFLICT (second) DO UPDATE SET calls = calls + 1",
    second,
  );
  return { ok: true, remaining: perMinute - calls - 1, resetSeconds };
}
