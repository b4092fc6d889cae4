import { limits } from "../../config/limits.ts";
import { wordsOf } from "../../lib/words.ts";
import type { Profile } from "../profile.ts";
import { type GrantAnswer, grantOf, revokeGrant, whyGrantEnded } from "./grants.ts";
import { findGrant, writeRotation } from "./grants-table.ts";
import { isProven, type Spending } from "./spent.ts";

export interface PresentedRefreshToken {
  readonly grantId: string;
  readonly clientId: string;
  readonly generation: number;
  /** What is asked for; empty asks for all that was granted. Wider than that is refused, and nothing is rotated. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  /** Those that the client may name today: what was granted before counts as far as it is among them. */
  readonly usableResources: readonly string[];
  /** Thumbprint of the key that the caller has proven to hold. */
  readonly jkt: string | null;
  readonly proof: Spending | null;
}

/**
 * Rotates the line of refresh tokens. The generation before the newest one may be repeated for a short while, as its answer
 * may have been lost: it is told the same newest generation again. Any older one is a stolen token and ends the line (RFC 9700 §4.14.2).
 */
export function rotateGrant(
  sql: SqlStorage,
  profile: Profile,
  presented: PresentedRefreshToken,
  now: number,
): GrantAnswer {
  const row = findGrant(sql, presented.grantId);
  if (row === null || presented.generation < 1 || presented.generation > row.generation)
    return { ok: false, reason: "refresh-token-unknown" };
  if (row.client_id !== presented.clientId) return { ok: false, reason: "refresh-token-of-another-client" };
  if (row.jkt !== null && row.jkt !== presented.jkt) return { ok: false, reason: "refresh-token-of-another-key" };
  const ended = whyGrantEnded(sql, profile, row, now);
  if (ended !== null) return { ok: false, reason: ended };
  if (now >= row.rotated_at + row.idle_ms) return { ok: false, reason: "refresh-token-expired" };
  const behind = row.generation - presented.generation;
  const isRetry = behind === 1 && now - row.rotated_at <= limits.refreshRetrySeconds * 1000;
  if (behind > 0 && !isRetry) {
    revokeGrant(sql, row.id, now);
    return { ok: false, reason: "refresh-token-reused" };
  }
  const granted = wordsOf(row.scope);
  if (!presented.scopes.every((scope) => granted.includes(scope))) return { ok: false, reason: "scope-not-granted" };
  const resources = wordsOf(row.resources).filter((uri) => presented.usableResources.includes(uri));
  if (resources.length === 0 || !presented.resources.every((uri) => resources.includes(uri)))
    return { ok: false, reason: "resource-not-granted" };
  if (!isProven(sql, presented.proof)) return { ok: false, reason: "dpop-proof-replayed" };
  if (isRetry) return { ok: true, grant: grantOf(row) };
  return { ok: true, grant: grantOf(writeRotation(sql, row, now)) };
}
