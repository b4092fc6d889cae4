/** Who refreshes a connection's tokens, and what came of it: one caller at a time (RFC 6749 §6). */
import { limits } from "../../config/limits.ts";
import {
  type ConnectionName,
  type ConnectionRow,
  findConnection,
  findConnectionRow,
  type StoredConnection,
  storedOf,
} from "./connections.ts";

export interface RefreshClaim {
  /** Of the connection: one that was ended and made again counts its versions from the beginning, and is another. */
  readonly oauthId: string;
  /** Of the credentials that the caller finds too old. */
  readonly version: number;
  /** Names the caller: it may ask again. */
  readonly turnId: string;
}

/** Who is to refresh, decided here: one at a time, and nobody while the provider is given a rest. */
export type RefreshTurn =
  | { readonly state: "yours" }
  | { readonly state: "changed"; readonly connection: StoredConnection }
  | { readonly state: "resting" | "taken"; readonly waitMs: number }
  | { readonly state: "gone" };

export type RefreshOutcome =
  | {
      readonly kind: "refreshed";
      readonly sealed: string;
      readonly scopes: readonly string[] | null;
      readonly expiresAt: number | null;
    }
  /** The person has to agree anew. */
  | { readonly kind: "expired"; readonly code: string }
  /** Another time it may work. */
  | { readonly kind: "failed"; readonly code: string };

export function takeRefreshTurn(sql: SqlStorage, name: ConnectionName, claim: RefreshClaim, now: number): RefreshTurn {
  const { turnId } = claim;
  const row = findConnectionRow(sql, name);
  if (row === null) return { state: "gone" };
  if (!isMeant(row, claim) || row.status === "expired") return { state: "changed", connection: storedOf(row) };
  if (row.turn_id !== null && row.turn_id !== turnId && row.turn_until > now)
    return { state: "taken", waitMs: row.turn_until - now };
  if (row.rests_until > now) return { state: "resting", waitMs: row.rests_until - now };
  sql.exec(
    "UPDATE connections SET turn_id = ?, turn_until = ? WHERE provider = ? AND client_id = ?",
    turnId,
    now + limits.vaultRefreshTurnMs,
    name.provider,
    name.clientId,
  );
  return { state: "yours" };
}

/**
 * What came of the caller's turn. A turn that had run out and was taken over still brings its new tokens, unless others are there
 * already; its failures are of no interest then.
 */
export function finishRefresh(
  sql: SqlStorage,
  name: ConnectionName,
  claim: RefreshClaim,
  outcome: RefreshOutcome,
  now: number,
): StoredConnection | null {
  const row = findConnectionRow(sql, name);
  if (row === null) return null;
  if (!isMeant(row, claim) || (outcome.kind !== "refreshed" && row.turn_id !== claim.turnId)) return storedOf(row);
  const where = "WHERE provider = ? AND client_id = ?";
  if (outcome.kind === "refreshed")
    sql.exec(
      `UPDATE connections SET sealed = ?, scope = ?, expires_at = ?, refreshed_at = ?, version = version + 1, swept_at = ?,
         error_at = NULL, error_code = NULL, failures = 0, rests_until = 0, turn_id = NULL, turn_until = 0 ${where}`,
      outcome.sealed,
      outcome.scopes?.join(" ") ?? row.scope,
      outcome.expiresAt,
      now,
      now,
      name.provider,
      name.clientId,
    );
  else
    sql.exec(
      `UPDATE connections SET status = ?, error_at = ?, error_code = ?, failures = failures + 1, rests_until = ?,
         turn_id = NULL, turn_until = 0 ${where}`,
      outcome.kind === "expired" ? "expired" : row.status,
      now,
      outcome.code,
      outcome.kind === "expired" ? 0 : now + restMs(row.failures),
      name.provider,
      name.clientId,
    );
  return findConnection(sql, name);
}

const isMeant = (row: ConnectionRow, { oauthId, version }: RefreshClaim): boolean =>
  row.oauth_id === oauthId && row.version === version;

const restMs = (failures: number): number =>
  Math.min(limits.vaultRefreshFirstRestMs * 2 ** Math.min(failures, 20), limits.vaultRefreshLongestRestMs);

/** Something went wrong that changes nothing about the credentials. */
export function noteConnectionError(
  sql: SqlStorage,
  { provider, clientId }: ConnectionName,
  { version, code }: { readonly version: number; readonly code: string },
  now: number,
): void {
  sql.exec(
    "UPDATE connections SET error_at = ?, error_code = ? WHERE provider = ? AND client_id = ? AND version = ?",
    now,
    code,
    provider,
    clientId,
    version,
  );
}
