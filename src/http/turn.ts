// Exact limits, as callers are told of them: draft-ietf-httpapi-ratelimit-headers, in its old and its new form.
import { Problem } from "../errors/errors.ts";
import type { Turn } from "../storage/user-object/key-calls.ts";
import type { AppContext } from "./env.ts";

/** Says on the answer how many calls of a minute are left. `counted`: what is counted for itself. Throws Problem, 429, when none was. */
export function requireTurn(c: AppContext, counted: "key" | "client", perMinute: number, turn: Turn): void {
  // Not by c.header(): an answer that is not made by the context, as a stream is, would lose them.
  const { headers } = c.res;
  headers.set("ratelimit-limit", String(perMinute));
  headers.set("ratelimit-remaining", String(turn.remaining));
  headers.set("ratelimit-reset", String(turn.resetSeconds));
  headers.set("ratelimit-policy", `"${counted}";q=${perMinute};w=60`);
  headers.set("ratelimit", `"${counted}";r=${turn.remaining};t=${turn.resetSeconds}`);
  if (!turn.ok) throw new Problem("rate-limited", { retryAfterSeconds: turn.resetSeconds });
}
