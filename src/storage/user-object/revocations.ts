/** What is to be given back at providers, noted in the step that ends a connection: RFC 7009. */
import type { StoredConnection } from "./connections.ts";

/** A job for the queue: the provider is to hear that these tokens are not wanted any more. */
export interface RevocationNotice {
  readonly type: "revoke-connection";
  readonly realmId: string;
  readonly userId: number;
  readonly provider: string;
  readonly providerSince: number;
  readonly clientId: string;
  /** The tokens, as they were sealed. */
  readonly sealed: string;
}

export interface NotedRevocation {
  readonly id: number;
  readonly notice: RevocationNotice;
}

export function noteRevocation(sql: SqlStorage, connection: StoredConnection, now: number): void {
  const { provider, providerSince, clientId, sealed, sealedFor } = connection;
  const [realmId = "", userId = ""] = sealedFor.split("|");
  const notice: RevocationNotice = {
    type: "revoke-connection",
    realmId,
    userId: Number(userId),
    provider,
    providerSince,
    clientId,
    sealed,
  };
  sql.exec("INSERT INTO revocations (json, noted_at) VALUES (?, ?)", JSON.stringify(notice), now);
}

/** The oldest first. */
export const unsentRevocations = (sql: SqlStorage, most: number): NotedRevocation[] =>
  sql
    .exec<{ id: number; json: string }>("SELECT id, json FROM revocations ORDER BY id LIMIT ?", most)
    .toArray()
    .map(({ id, json }) => ({ id, notice: JSON.parse(json) as RevocationNotice }));

export function forgetRevocations(sql: SqlStorage, revocations: readonly NotedRevocation[]): void {
  for (const { id } of revocations) sql.exec("DELETE FROM revocations WHERE id = ?", id);
}

export const hasUnsentRevocations = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM revocations LIMIT 1").toArray().length > 0;
