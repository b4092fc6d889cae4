import { limits } from "../../config/limits.ts";
import { wordsOf } from "../../lib/words.ts";
import type { Profile } from "../profile.ts";
import { deleteOldGrants, findGrant, type GrantRow, markAllRevoked, markRevoked } from "./grants-table.ts";
import { endSessionsOfDevices, useSession } from "./sessions.ts";

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

/** The grant when it is alive, and its session too unless it is an offline one. */
export function liveGrant(sql: SqlStorage, profile: Profile, grantId: string, now: number): GrantAnswer {
  const row = findGrant(sql, grantId);
  if (row === null) return { ok: false, reason: "grant-revoked" };
  const ended = whyGrantEnded(sql, profile, row, now);
  return ended === null ? { ok: true, grant: grantOf(row) } : { ok: false, reason: ended };
}

/** Whose grant it is, dead or alive; null when nobody remembers it. */
export const clientOfGrant = (sql: SqlStorage, grantId: string): string | null =>
  findGrant(sql, grantId)?.client_id ?? null;

/** The row stays until it expires: it is also the mark that the code was spent. */
export function revokeGrant(sql: SqlStorage, grantId: string, now: number): void {
  const revoked = markRevoked(sql, grantId, now);
  if (revoked !== null) endSessionsOfDevices(sql, revoked, now);
}

/** Revokes all grants, or one client's; offline ones too. */
export function revokeGrants(sql: SqlStorage, clientId: string | null, now: number): void {
  markAllRevoked(sql, clientId, now);
  if (clientId !== null) endSessionsOfDevices(sql, { clientId }, now);
}

/** A grant that is over stays as long as its code might come back, for it is the mark that the code was spent. */
export function deleteExpiredGrants(sql: SqlStorage, now: number): void {
  deleteOldGrants(sql, now, now - limits.redeemedCodeMemorySeconds * 1000);
}

/** Why nothing is given by the grant any more; null while it is alive. Its session's use is written down. */
export function whyGrantEnded(
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

export function grantOf(row: GrantRow): Grant {
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
