import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { isRevokedSince, noteConsentUsed } from "./consents.ts";
import { noteClient } from "./logout-notices.ts";
import { type InOneColumn, inOneColumn } from "./one-column.ts";
import { endSessionsOfDevices, useSession } from "./sessions.ts";
import { type Spending, spend } from "./spent.ts";

/** What one redeemed code gave: access tokens, and a line of refresh tokens of which only the newest generation is good. */
export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly sid: string;
  /** The name of the session that the client was told at first: its ID tokens keep to it when the session is renamed. */
  readonly toldSid: string;
  /** Outlives the session (scope offline_access). */
  readonly offline: boolean;
  readonly scopes: readonly string[];
  readonly authTime: number;
  readonly amr: readonly string[];
  /** Of the newest refresh token; 0 when the grant has none. */
  readonly generation: number;
  /** When the newest generation was issued. */
  readonly rotatedAt: number;
  /** When it expires, unless it is used before. */
  readonly refreshableUntil: number;
  readonly expiresAt: number;
  /** Only the holder of this key may refresh (RFC 9449 §5); null when the client's own credentials say who it is. */
  readonly jkt: string | null;
  /** Resource servers that tokens may be for (RFC 8707), the issuer itself among them when it may. */
  readonly resources: readonly string[];
  /** The `claims` parameter of the authorization request, as JSON (OIDC Core §5.5). */
  readonly claims: string | null;
}

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

export type GrantAnswer =
  | { readonly ok: true; readonly grant: Grant }
  | {
      readonly ok: false;
      readonly reason:
        | "code-redeemed"
        | "grant-session-ended"
        | "grant-revoked"
        | "refresh-token-unknown"
        | "refresh-token-expired"
        | "refresh-token-reused"
        | "refresh-token-of-another-client"
        | "refresh-token-of-another-key"
        | "resource-not-granted"
        | "scope-not-granted"
        | "dpop-proof-replayed";
    };

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

type GrantRow = {
  id: string;
  client_id: string;
  sid: string;
  offline: number;
  scope: string;
  auth_time: number;
  amr: string;
  redeemed_by: string;
  created_at: number;
  generation: number;
  rotated_at: number;
  idle_ms: number;
  expires_at: number;
  revoked_at: number | null;
  jkt: string | null;
  resources: string;
  claims: string | null;
  told_sid: string | null;
};

/**
 * Spends a code, once. A second redemption, by a caller who had everything right, is a stolen code:
 * what the first one gave is revoked (RFC 6749 §4.1.2).
 */
export function redeemCode(sql: SqlStorage, profile: Profile, code: CodeRedemption, now: number): GrantAnswer {
  const spent = findRow(sql, code.grantId);
  if (spent !== null) {
    if (spent.redeemed_by === code.attemptId && spent.revoked_at === null) return { ok: true, grant: fromRow(spent) };
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
  const grant = findRow(sql, code.grantId);
  return grant === null ? { ok: false, reason: "grant-revoked" } : { ok: true, grant: fromRow(grant) };
}

/** A grant that no code stands for, because its client has the user in front of it. `grantId` is random; the same one again changes nothing. */
export type NewGrant = Omit<CodeRedemption, "attemptId" | "grantedAt" | "proof">;

export function openGrant(sql: SqlStorage, profile: Profile, grant: NewGrant, now: number): GrantAnswer {
  return redeemCode(sql, profile, { ...grant, attemptId: grant.grantId, grantedAt: now, proof: null }, now);
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
  const row = findRow(sql, presented.grantId);
  if (row === null || presented.generation < 1 || presented.generation > row.generation)
    return { ok: false, reason: "refresh-token-unknown" };
  if (row.client_id !== presented.clientId) return { ok: false, reason: "refresh-token-of-another-client" };
  if (row.jkt !== null && row.jkt !== presented.jkt) return { ok: false, reason: "refresh-token-of-another-key" };
  const ended = whyEnded(sql, profile, row, now);
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
  if (isRetry) return { ok: true, grant: fromRow(row) };
  sql.exec("UPDATE grants SET generation = generation + 1, rotated_at = ? WHERE id = ?", now, row.id);
  return { ok: true, grant: fromRow({ ...row, generation: row.generation + 1, rotated_at: now }) };
}

/** Spends the proof that came along, if there is one: last of all checks, so that who has nothing to show spends nothing. */
export const isProven = (sql: SqlStorage, proof: Spending | null): boolean => proof === null || spend(sql, proof);

/** The grant when it is alive, and its session too unless it is an offline one. */
export function liveGrant(sql: SqlStorage, profile: Profile, grantId: string, now: number): GrantAnswer {
  const row = findRow(sql, grantId);
  if (row === null) return { ok: false, reason: "grant-revoked" };
  const ended = whyEnded(sql, profile, row, now);
  return ended === null ? { ok: true, grant: fromRow(row) } : { ok: false, reason: ended };
}

/** Whose grant it is, dead or alive; null when nobody remembers it. */
export const clientOfGrant = (sql: SqlStorage, grantId: string): string | null =>
  findRow(sql, grantId)?.client_id ?? null;

/** The row stays until it expires: it is also the mark that the code was spent. */
export function revokeGrant(sql: SqlStorage, grantId: string, now: number): void {
  const [revoked] = sql
    .exec<{ sid: string }>(
      "UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING sid",
      now,
      grantId,
    )
    .toArray();
  if (revoked !== undefined) endSessionsOfDevices(sql, revoked, now);
}

/** Revokes all grants, or one client's; offline ones too. */
export function revokeGrants(sql: SqlStorage, clientId: string | null, now: number): void {
  sql.exec(
    "UPDATE grants SET revoked_at = ?1 WHERE revoked_at IS NULL AND (?2 IS NULL OR client_id = ?2)",
    now,
    clientId,
  );
  if (clientId !== null) endSessionsOfDevices(sql, { clientId }, now);
}

export function revokeToken(sql: SqlStorage, tokenId: string, expiresAt: number): void {
  sql.exec("INSERT OR IGNORE INTO revoked_tokens (id, expires_at) VALUES (?, ?)", tokenId, expiresAt);
}

export function isTokenRevoked(sql: SqlStorage, tokenId: string): boolean {
  return sql.exec("SELECT 1 FROM revoked_tokens WHERE id = ?", tokenId).toArray().length > 0;
}

/** A grant that is over stays as long as its code might come back, for it is the mark that the code was spent. */
export function deleteExpiredGrants(sql: SqlStorage, now: number): void {
  sql.exec(
    "DELETE FROM grants WHERE (expires_at <= ?1 OR revoked_at <= ?2) AND created_at <= ?2",
    now,
    now - limits.redeemedCodeMemorySeconds * 1000,
  );
  sql.exec("DELETE FROM revoked_tokens WHERE expires_at <= ?", now);
}

function whyEnded(
  sql: SqlStorage,
  profile: Profile,
  row: GrantRow,
  now: number,
): "grant-revoked" | "grant-session-ended" | "refresh-token-expired" | null {
  if (row.revoked_at !== null || row.created_at < profile.notBefore) return "grant-revoked";
  if (now >= row.expires_at) return "refresh-token-expired";
  if (row.offline === 0 && useSession(sql, profile, row.sid, now) === null) return "grant-session-ended";
  return null;
}

/** One user holds a bounded number of grants: the least recently used one goes first. */
function makeRoom(sql: SqlStorage): void {
  if (sql.exec<{ held: number }>("SELECT count(*) AS held FROM grants").one().held < limits.grantsPerUser) return;
  sql.exec(
    "DELETE FROM grants WHERE id IN (SELECT id FROM grants ORDER BY rotated_at DESC LIMIT -1 OFFSET ?)",
    limits.grantsPerUser - 1,
  );
}

const columns: readonly (keyof GrantRow)[] = [
  "id",
  "client_id",
  "sid",
  "offline",
  "scope",
  "auth_time",
  "amr",
  "redeemed_by",
  "created_at",
  "generation",
  "rotated_at",
  "idle_ms",
  "expires_at",
  "revoked_at",
  "jkt",
  "resources",
  "claims",
  "told_sid",
];
const selectRow = `SELECT ${inOneColumn(columns)} FROM grants WHERE id = ?`;

function findRow(sql: SqlStorage, id: string): GrantRow | null {
  const [found] = sql.exec<InOneColumn>(selectRow, id).toArray();
  return found === undefined ? null : (JSON.parse(found.row) as GrantRow);
}

function fromRow(row: GrantRow): Grant {
  return {
    id: row.id,
    clientId: row.client_id,
    sid: row.sid,
    toldSid: row.told_sid ?? row.sid,
    offline: row.offline === 1,
    scopes: wordsOf(row.scope),
    authTime: row.auth_time,
    amr: row.amr.split(" "),
    generation: row.generation,
    rotatedAt: row.rotated_at,
    refreshableUntil: Math.min(row.rotated_at + row.idle_ms, row.expires_at),
    expiresAt: row.expires_at,
    jkt: row.jkt,
    resources: wordsOf(row.resources),
    claims: row.claims,
  };
}

const wordsOf = (text: string): string[] => (text === "" ? [] : text.split(" "));
