/** Connections of the token vault: what a user has let an application use elsewhere. Tokens are sealed before they come here. */
import { limits } from "../../config/limits.ts";
import { wordsOf } from "../../lib/words.ts";
import type { ProviderOnce } from "../provider-once.ts";
import { noteRevocation } from "./revocations.ts";

/** Which connection of a user: at a provider, for an application. */
export interface ConnectionName {
  readonly provider: string;
  readonly clientId: string;
}

/** Times are milliseconds since the epoch. */
export interface StoredConnection extends ConnectionName {
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

export interface ConnectionRow extends Record<string, SqlStorageValue> {
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

export const storedOf = (row: ConnectionRow): StoredConnection => ({
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

export function findConnectionRow(sql: SqlStorage, { provider, clientId }: ConnectionName): ConnectionRow | null {
  const [row] = sql
    .exec<ConnectionRow>("SELECT * FROM connections WHERE provider = ? AND client_id = ?", provider, clientId)
    .toArray();
  return row ?? null;
}

export function findConnection(sql: SqlStorage, name: ConnectionName): StoredConnection | null {
  const row = findConnectionRow(sql, name);
  return row === null ? null : storedOf(row);
}

/** By provider and application; with `clientId`, that application's alone. */
export function listConnections(sql: SqlStorage, clientId: string | null): StoredConnection[] {
  return sql
    .exec<ConnectionRow>(
      "SELECT * FROM connections WHERE client_id = ?1 OR ?1 IS NULL ORDER BY provider, client_id",
      clientId,
    )
    .toArray()
    .map(storedOf);
}

/** Takes the place of what the user had let the application use at this provider before. Null when there are too many. */
export function putConnection(sql: SqlStorage, connection: NewConnection, now: number): StoredConnection | null {
  const { provider, clientId, oauthId, providerSince, scopes, sealed, sealedFor, expiresAt } = connection;
  const count = sql.exec<{ count: number }>("SELECT count(*) AS count FROM connections").one().count;
  if (count >= limits.connectionsPerUser && findConnectionRow(sql, connection) === null) return null;
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
  return findConnection(sql, connection);
}

/** Answers what was deleted, and will be given back at the provider; null when there was none, or another than the one that was meant. */
export function deleteConnection(
  sql: SqlStorage,
  { provider, clientId }: ConnectionName,
  oauthId: string | null,
  now: number,
): StoredConnection | null {
  const [row] = sql
    .exec<ConnectionRow>(
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
  for (const connection of listConnections(sql, null)) deleteConnection(sql, connection, null, now);
}

/** Those with one provider, and not with a later one of its name. Answers them. */
export function endConnectionsWith(
  sql: SqlStorage,
  { provider, since }: ProviderOnce,
  now: number,
): StoredConnection[] {
  return listConnections(sql, null)
    .filter((one) => one.provider === provider && one.providerSince === since)
    .flatMap((one) => deleteConnection(sql, one, one.oauthId, now) ?? []);
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
    .exec<ConnectionRow>(
      "UPDATE connections SET swept_at = ? WHERE swept_at <= ? RETURNING *",
      now,
      now - limits.vaultSweepMs,
    )
    .toArray()
    .map(storedOf);
