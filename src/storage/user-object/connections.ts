/** Connections of the token vault: what a user has let an application use elsewhere. Tokens are sealed before they come here. */
import { limits } from "../../config/limits.ts";
import type { ProviderOnce } from "../provider-once.ts";
import { noteRevocation } from "./revocations.ts";

/** Times are milliseconds since the epoch. */
export interface StoredConnection {
  readonly provider: string;
  readonly clientId: string;
  /** Names the connection to its application. A new consent keeps it. */
  readonly oauthId: string;
  /** When the provider was made: another of the same name is another. */
  readonly providerSince: number;
  readonly status: "active" | "expired";
  readonly scopes: readonly string[];
  readonly sealed: string;
  /** What it was sealed for: needed to seal it anew. */
  readonly sealedFor: string;
  /** Counts changes of the credentials. */
  readonly version: number;
  readonly connectedAt: number;
  readonly refreshedAt: number | null;
  readonly expiresAt: number | null;
  readonly lastError: { readonly at: number; readonly code: string } | null;
}

/** What its user may read of it. */
export type KnownConnection = Pick<
  StoredConnection,
  "provider" | "clientId" | "oauthId" | "status" | "scopes" | "connectedAt" | "refreshedAt" | "expiresAt"
>;

export const withoutSecrets = ({
  provider,
  clientId,
  oauthId,
  status,
  scopes,
  connectedAt,
  refreshedAt,
  expiresAt,
}: StoredConnection): KnownConnection => ({
  provider,
  clientId,
  oauthId,
  status,
  scopes,
  connectedAt,
  refreshedAt,
  expiresAt,
});

export type NewConnection = Pick<
  StoredConnection,
  "provider" | "clientId" | "oauthId" | "providerSince" | "scopes" | "sealed" | "sealedFor" | "expiresAt"
>;

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

interface Row extends Record<string, SqlStorageValue> {
  provider: string;
  client_id: string;
  oauth_id: string;
  provider_since: number;
  status: "active" | "expired";
  scope: string;
  sealed: string;
  sealed_for: string;
  version: number;
  connected_at: number;
  refreshed_at: number | null;
  expires_at: number | null;
  error_at: number | null;
  error_code: string | null;
  failures: number;
  rests_until: number;
  turn_id: string | null;
  turn_until: number;
}

const storedOf = (row: Row): StoredConnection => ({
  provider: row.provider,
  clientId: row.client_id,
  oauthId: row.oauth_id,
  providerSince: row.provider_since,
  status: row.status,
  scopes: wordsOf(row.scope),
  sealed: row.sealed,
  sealedFor: row.sealed_for,
  version: row.version,
  connectedAt: row.connected_at,
  refreshedAt: row.refreshed_at,
  expiresAt: row.expires_at,
  lastError: row.error_at === null ? null : { at: row.error_at, code: row.error_code ?? "unknown" },
});

function findRow(sql: SqlStorage, provider: string, clientId: string): Row | null {
  const [row] = sql
    .exec<Row>("SELECT * FROM connections WHERE provider = ? AND client_id = ?", provider, clientId)
    .toArray();
  return row ?? null;
}

export function findConnection(sql: SqlStorage, provider: string, clientId: string): StoredConnection | null {
  const row = findRow(sql, provider, clientId);
  return row === null ? null : storedOf(row);
}

/** By provider and application; with `clientId`, that application's alone. */
export function listConnections(sql: SqlStorage, clientId: string | null): StoredConnection[] {
  return sql
    .exec<Row>("SELECT * FROM connections WHERE client_id = ?1 OR ?1 IS NULL ORDER BY provider, client_id", clientId)
    .toArray()
    .map(storedOf);
}

/** Takes the place of what the user had let the application use at this provider before. Null when there are too many. */
export function putConnection(sql: SqlStorage, connection: NewConnection, now: number): StoredConnection | null {
  const { provider, clientId, oauthId, providerSince, scopes, sealed, sealedFor, expiresAt } = connection;
  const count = sql.exec<{ count: number }>("SELECT count(*) AS count FROM connections").one().count;
  if (count >= limits.connectionsPerUser && findRow(sql, provider, clientId) === null) return null;
  sql.exec(
    `INSERT INTO connections (provider, client_id, oauth_id, provider_since, status, scope, sealed, sealed_for, version,
       connected_at, refreshed_at, expires_at, error_at, error_code, failures, rests_until, turn_id, turn_until, swept_at)
     VALUES (?1, ?2, ?3, ?4, 'active', ?5, ?6, ?7, 1, ?8, NULL, ?9, NULL, NULL, 0, 0, NULL, 0, ?8)
     ON CONFLICT (provider, client_id) DO UPDATE SET
       provider_since = excluded.provider_since, status = 'active', scope = excluded.scope, sealed = excluded.sealed,
       sealed_for = excluded.sealed_for, version = version + 1, connected_at = excluded.connected_at, refreshed_at = NULL,
       expires_at = excluded.expires_at, error_at = NULL, error_code = NULL, failures = 0, rests_until = 0,
       turn_id = NULL, turn_until = 0, swept_at = excluded.swept_at`,
    provider,
    clientId,
    oauthId,
    providerSince,
    scopes.join(" "),
    sealed,
    sealedFor,
    now,
    expiresAt,
  );
  return findConnection(sql, provider, clientId);
}

/** Answers what was deleted, and will be given back at the provider; null when there was none, or another than the one that was meant. */
export function deleteConnection(
  sql: SqlStorage,
  provider: string,
  clientId: string,
  oauthId: string | null,
  now: number,
): StoredConnection | null {
  const [row] = sql
    .exec<Row>(
      "DELETE FROM connections WHERE provider = ?1 AND client_id = ?2 AND (oauth_id = ?3 OR ?3 IS NULL) RETURNING *",
      provider,
      clientId,
      oauthId,
    )
    .toArray();
  if (row === undefined) return null;
  noteRevocation(sql, storedOf(row), now);
  return storedOf(row);
}

/** All of them are over, and will be given back. */
export function endConnections(sql: SqlStorage, now: number): void {
  for (const { provider, clientId } of listConnections(sql, null)) deleteConnection(sql, provider, clientId, null, now);
}

/** Those with one provider, and not with a later one of its name. Answers them. */
export function endConnectionsWith(
  sql: SqlStorage,
  { provider, since }: ProviderOnce,
  now: number,
): StoredConnection[] {
  return listConnections(sql, null)
    .filter((one) => one.provider === provider && one.providerSince === since)
    .flatMap(({ clientId, oauthId }) => deleteConnection(sql, provider, clientId, oauthId, now) ?? []);
}

/** `version`: of the credentials that the caller finds too old. `turnId` names the caller: it may ask again. */
export function takeRefreshTurn(
  sql: SqlStorage,
  provider: string,
  clientId: string,
  { version, turnId }: { readonly version: number; readonly turnId: string },
  now: number,
): RefreshTurn {
  const row = findRow(sql, provider, clientId);
  if (row === null) return { state: "gone" };
  if (row.version !== version || row.status === "expired") return { state: "changed", connection: storedOf(row) };
  if (row.turn_id !== null && row.turn_id !== turnId && row.turn_until > now)
    return { state: "taken", waitMs: row.turn_until - now };
  if (row.rests_until > now) return { state: "resting", waitMs: row.rests_until - now };
  sql.exec(
    "UPDATE connections SET turn_id = ?, turn_until = ? WHERE provider = ? AND client_id = ?",
    turnId,
    now + limits.vaultRefreshTurnMs,
    provider,
    clientId,
  );
  return { state: "yours" };
}

/**
 * What came of the caller's turn. A turn that had run out and was taken over still brings its new tokens, unless others are there
 * already; its failures are of no interest then.
 */
export function finishRefresh(
  sql: SqlStorage,
  provider: string,
  clientId: string,
  { version, turnId }: { readonly version: number; readonly turnId: string },
  outcome: RefreshOutcome,
  now: number,
): StoredConnection | null {
  const row = findRow(sql, provider, clientId);
  if (row === null) return null;
  if (row.version !== version || (outcome.kind !== "refreshed" && row.turn_id !== turnId)) return storedOf(row);
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
      provider,
      clientId,
    );
  else
    sql.exec(
      `UPDATE connections SET status = ?, error_at = ?, error_code = ?, failures = failures + 1, rests_until = ?,
         turn_id = NULL, turn_until = 0 ${where}`,
      outcome.kind === "expired" ? "expired" : row.status,
      now,
      outcome.code,
      outcome.kind === "expired" ? 0 : now + restMs(row.failures),
      provider,
      clientId,
    );
  return findConnection(sql, provider, clientId);
}

const restMs = (failures: number): number =>
  Math.min(limits.vaultRefreshFirstRestMs * 2 ** Math.min(failures, 20), limits.vaultRefreshLongestRestMs);

/** Something went wrong that changes nothing about the credentials. */
export function noteConnectionError(
  sql: SqlStorage,
  provider: string,
  clientId: string,
  version: number,
  code: string,
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

/** The same credentials under another key. False when they were replaced meanwhile. */
export function reseal(sql: SqlStorage, connection: StoredConnection, sealed: string, now: number): boolean {
  const { provider, clientId, sealed: before } = connection;
  return (
    sql
      .exec(
        "UPDATE connections SET sealed = ?, swept_at = ? WHERE provider = ? AND client_id = ? AND sealed = ? RETURNING 1",
        sealed,
        now,
        provider,
        clientId,
        before,
      )
      .toArray().length > 0
  );
}

/** Those that nobody has looked at for a while. They are marked as seen: one that cannot be opened must not hold up the others. */
export const sweptConnections = (sql: SqlStorage, now: number): StoredConnection[] =>
  sql
    .exec<Row>("UPDATE connections SET swept_at = ? WHERE swept_at <= ? RETURNING *", now, now - limits.vaultSweepMs)
    .toArray()
    .map(storedOf);

const wordsOf = (text: string): string[] => (text === "" ? [] : text.split(" "));
