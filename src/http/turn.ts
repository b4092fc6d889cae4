// Exact limits, as callers are told of them: draft-ietf-httpapi-ratelimit-headers, in its old and its new form.
import { Problem } from "../errors/errors.ts";
import type { Turn } from "../storage/user-object/key-calls.ts";
import type { AppContext } from "./env.ts";

interface Counted {
  /** What is counted for itself. */
  readonly counted: "key" | "client" | "user";
  readonly perMinute: number;
  readonly turn: Turn;
}

/** Says on the answer how many calls of a minute are left, of whatever is the closest to its limit. Throws Problem, 429, when none was. */
export function requireTurns(c: AppContext, turns: readonly Counted[]): void {
  const [closest] = turns.toSorted(
    ({ turn: one }, { turn: other }) => Number(one.ok) - Number(other.ok) || one.remaining - other.remaining,
  );
  if (closest === undefined) return;
  const { perMinute, turn } = closest;
  // Not by c.header(): an answer that is not made by the context, as a stream is, would lose them.
  const { headers } = c.res;
  headers.set("ratelimit-limit", String(perMinute));
  headers.set("ratelimit-remaining", String(turn.remaining));
  headers.set("ratelimit-reset", String(turn.resetSeconds));
  headers.set("ratelimit-policy", turns.map((each) => `"${each.counted}";q=${each.perMinute};w=60`).join(", "));
  const left = ({ counted, turn: { remaining, resetSeconds } }: Counted) =>
    `"${counted}";r=${remaining};t=${resetSeconds}`;
  headers.set("ratelimit", turns.map(left).join(", "));
  if (!turn.ok) throw new Problem("rate-limited", { retryAfterSeconds: turn.resetSeconds });
}
