import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { hasConsented, isRevokedSince, noteConsentUsed } from "./consents.ts";
import { type GrantAnswer, grantOf, revokeGrant } from "./grants.ts";
import { findGrant, type GrantRow, insertGrant, keepNewestGrants } from "./grants-table.ts";
import { noteClient } from "./logout-notices.ts";
import { useSession } from "./sessions.ts";
import { isProven, type Spending } from "./spent.ts";

export interface CodeRedemption {
  /** Derived from the code, so that the grant's existence is the mark that the code is spent. */
  readonly grantId: string;
  /** Names this attempt: a call repeated by us is told from a code used twice. */
  readonly attemptId: string;
  readonly clientId: string;
  readonly sid: string;
  readonly scopes: readonly string[];
  readonly offline: boolean;
  readonly refreshable: boolean;
  readonly idleMs: number;
  readonly absoluteMs: number;
  readonly jkt: string | null;
  readonly resources: readonly string[];
  readonly claims: string | null;
  /** When the user agreed, milliseconds since the epoch: what they have taken back since then is not given. */
  readonly grantedAt: number;
  /** What the user must have granted the client by now; the house's own clients need nothing. */
  readonly consent?: readonly string[];
  /** The client is to be told of the end of the session. */
  readonly hearsOfEnd: boolean;
  /** The proof of possession that came with the code, to be spent with it (RFC 9449 §11.1). */
  readonly proof: Spending | null;
}

/**
 * Spends a code, once. A second redemption, by a caller who had everything right, is a stolen code:
 * what the first one gave is revoked (RFC 6749 §4.1.2).
 */
export function redeemCode(sql: SqlStorage, profile: Profile, code: CodeRedemption, now: number): GrantAnswer {
  const spent = findGrant(sql, code.grantId);
  if (spent !== null) {
    if (spent.redeemed_by === code.attemptId && spent.revoked_at === null) return { ok: true, grant: grantOf(spent) };
    revokeGrant(sql, code.grantId, now);
    return { ok: false, reason: "code-redeemed" };
  }
  const session = useSession(sql, profile, code.sid, now);
  if (session === null) return { ok: false, reason: "grant-session-ended" };
  if (isRevokedSince(sql, code.clientId, code.grantedAt)) return { ok: false, reason: "grant-revoked" };
  // Whoever gave the code may have looked at what was granted just before it was taken back.
  if (code.consent !== undefined && !hasConsented(sql, code.clientId, code.consent))
    return { ok: false, reason: "grant-revoked" };
  if (!isProven(sql, code.proof)) return { ok: false, reason: "dpop-proof-replayed" };
  noteConsentUsed(sql, code.clientId, now);
  if (code.hearsOfEnd) noteClient(sql, code.clientId, code.sid);
  // One user holds a bounded number of grants: the least recently used one goes first.
  keepNewestGrants(sql, limits.grantsPerUser - 1);
  const row: GrantRow = {
    id: code.grantId,
    client_id: code.clientId,
    sid: code.sid,
    offline: code.offline ? 1 : 0,
    scope: code.scopes.join(" "),
    auth_time: session.authTime,
    amr: session.amr.join(" "),
    redeemed_by: code.attemptId,
    created_at: now,
    generation: code.refreshable ? 1 : 0,
    rotated_at: now,
    idle_ms: code.idleMs,
    expires_at: now + code.absoluteMs,
    revoked_at: null,
    jkt: code.jkt,
    resources: code.resources.join(" "),
    claims: code.claims,
    told_sid: code.sid,
  };
  insertGrant(sql, row);
  return { ok: true, grant: grantOf(row) };
}

/** A grant that no code stands for, because its client has the user in front of it. `grantId` is random; the same one again changes nothing. */
export type NewGrant = Omit<CodeRedemption, "attemptId" | "grantedAt" | "proof">;

export function openGrant(sql: SqlStorage, profile: Profile, grant: NewGrant, now: number): GrantAnswer {
  return redeemCode(sql, profile, { ...grant, attemptId: grant.grantId, grantedAt: now, proof: null }, now);
}
