import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { isRevokedSince, noteConsentUsed } from "./consents.ts";
import { findGrant, type GrantAnswer, grantOf, revokeGrant } from "./grants.ts";
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
  if (!isProven(sql, code.proof)) return { ok: false, reason: "dpop-proof-replayed" };
  noteConsentUsed(sql, code.clientId, now);
  if (code.hearsOfEnd) noteClient(sql, code.clientId, code.sid);
  makeRoom(sql);
  sql.exec(
    `INSERT INTO grants (id, client_id, sid, offline, scope, auth_time, amr, redeemed_by, created_at, generation, rotated_at, idle_ms, expires_at,
       jkt, resources, claims, told_sid)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    code.grantId,
    code.clientId,
    code.sid,
    code.offline ? 1 : 0,
    code.scopes.join(" "),
    session.authTime,
    session.amr.join(" "),
    code.attemptId,
    now,
    code.refreshable ? 1 : 0,
    now,
    code.idleMs,
    now + code.absoluteMs,
    code.jkt,
    code.resources.join(" "),
    code.claims,
    code.sid,
  );
  const grant = findGrant(sql, code.grantId);
  return grant === null ? { ok: false, reason: "grant-revoked" } : { ok: true, grant: grantOf(grant) };
}

/** A grant that no code stands for, because its client has the user in front of it. `grantId` is random; the same one again changes nothing. */
export type NewGrant = Omit<CodeRedemption, "attemptId" | "grantedAt" | "proof">;

export function openGrant(sql: SqlStorage, profile: Profile, grant: NewGrant, now: number): GrantAnswer {
  return redeemCode(sql, profile, { ...grant, attemptId: grant.grantId, grantedAt: now, proof: null }, now);
}

/** One user holds a bounded number of grants: the least recently used one goes first. */
function makeRoom(sql: SqlStorage): void {
  if (sql.exec<{ held: number }>("SELECT count(*) AS held FROM grants").one().held < limits.grantsPerUser) return;
  sql.exec(
    "DELETE FROM grants WHERE id IN (SELECT id FROM grants ORDER BY rotated_at DESC LIMIT -1 OFFSET ?)",
    limits.grantsPerUser - 1,
  );
}
