import { wordsOf } from "../../lib/words.ts";
import { noteClientDropped } from "./logout-notices.ts";

/** What the user has granted a client. Times are milliseconds since the epoch. */
export interface Consent {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly grantedAt: number;
  /** When the client last got tokens by it; null when it has not yet. */
  readonly lastUsedAt: number | null;
}

/** Scopes the user has granted this client so far. */
export function consentedScopes(sql: SqlStorage, clientId: string): string[] {
  const [row] = sql.exec<{ scope: string }>("SELECT scope FROM consents WHERE client_id = ?", clientId).toArray();
  return wordsOf(row?.scope ?? "");
}

export function hasConsented(sql: SqlStorage, clientId: string, scopes: readonly string[]): boolean {
  const consented = consentedScopes(sql, clientId);
  return scopes.every((scope) => consented.includes(scope));
}

/** Adds to what was granted before. */
export function addConsent(sql: SqlStorage, clientId: string, scopes: readonly string[], now: number): void {
  const scope = [...new Set([...consentedScopes(sql, clientId), ...scopes])].join(" ");
  sql.exec(
    `INSERT INTO consents (client_id, scope, granted_at) VALUES (?, ?, ?)
     ON CONFLICT (client_id) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at`,
    clientId,
    scope,
    now,
  );
}

/** What is granted now, the newest first. */
export function listConsents(sql: SqlStorage): Consent[] {
  return sql
    .exec<{ client_id: string; scope: string; granted_at: number; last_used_at: number | null }>(
      `SELECT client_id, scope, granted_at,
         nullif(max(coalesce(last_used_at, 0),
           coalesce((SELECT max(rotated_at) FROM grants WHERE grants.client_id = consents.client_id), 0)), 0) AS last_used_at
       FROM consents WHERE scope <> '' ORDER BY granted_at DESC, client_id`,
    )
    .toArray()
    .map((row) => ({
      clientId: row.client_id,
      scopes: wordsOf(row.scope),
      grantedAt: row.granted_at,
      lastUsedAt: row.last_used_at,
    }));
}

/**
 * Takes back all that the client was granted; codes on their way are worth nothing from now on, and it is told that its sessions are
 * over. Its grants are the caller's to revoke. False when nothing was granted. The row stays as the mark of when.
 */
export function revokeConsent(sql: SqlStorage, clientId: string, now: number): boolean {
  const taken = sql
    .exec(
      "UPDATE consents SET scope = '', last_used_at = NULL, revoked_at = ? WHERE client_id = ? AND scope <> '' RETURNING client_id",
      now,
      clientId,
    )
    .toArray();
  if (taken.length === 0) return false;
  noteClientDropped(sql, clientId, now);
  return true;
}

/** Whether the user has taken back what they granted at that time. At the very same moment counts as after. */
export const isRevokedSince = (sql: SqlStorage, clientId: string, grantedAt: number): boolean =>
  sql.exec("SELECT 1 FROM consents WHERE client_id = ? AND revoked_at >= ?", clientId, grantedAt).toArray().length > 0;

export function noteConsentUsed(sql: SqlStorage, clientId: string, now: number): void {
  sql.exec("UPDATE consents SET last_used_at = ? WHERE client_id = ?", now, clientId);
}
