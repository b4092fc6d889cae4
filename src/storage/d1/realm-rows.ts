import { and, eq, gt } from "drizzle-orm";
import { limits } from "../../config/limits.ts";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { isHeld, retiring } from "./provider-store.ts";
import {
  apiKeys,
  auditAnchors,
  auditEvents,
  auditPending,
  clientOrigins,
  clients,
  dailyCounts,
  linkedAccounts,
  passkeys,
  providers,
  registrationTokens,
  retiredProviders,
  revokedAccessTokens,
  sources,
  users,
  vaultCalls,
  vaultConnections,
  vaultHealth,
  vaultMappings,
  vaultTallies,
  webhookDeliveries,
  webhooks,
} from "./schema/index.ts";

/** What a realm has on its shard beside its users: what it works with, and what it remembers. A test finds a table that is missing. */
export const realmTables = {
  configuration: [
    clients,
    clientOrigins,
    revokedAccessTokens,
    registrationTokens,
    providers,
    vaultConnections,
    linkedAccounts,
    passkeys,
    sources,
    apiKeys,
    webhooks,
    webhookDeliveries,
    vaultMappings,
    vaultCalls,
    vaultHealth,
    vaultTallies,
  ],
  memory: [auditEvents, auditAnchors, auditPending, dailyCounts],
  /** For as long as tokens are given back to them. */
  parting: [retiredProviders],
} as const;

/** All rows that one realm has on its shard, for when it is erased. */
export class RealmRows {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(shard: D1Database, realmId: string) {
    this.#db = openDatabase(shard);
    this.#realmId = realmId;
  }

  /** What the realm works with, but for its users. Safe to run twice. */
  async deleteConfiguration(): Promise<void> {
    await this.#delete("realmRows.deleteConfiguration", realmTables.configuration);
  }

  /**
   * Of the providers that people have connections with something is kept, where nobody finds it but who gives tokens back. Before anything
   * else goes. Safe to run twice.
   */
  async retireProviders(now: number): Promise<void> {
    await guarded("realmRows.retireProviders", () =>
      this.#db
        .insert(retiredProviders)
        .select(retiring(this.#db, now, eq(providers.realmId, this.#realmId), isHeld))
        .onConflictDoNothing()
        .run(),
    );
  }

  /** Whether tokens may still be on their way back to a provider that was retired after `since`. */
  async hasProvidersRetiredAfter(since: number): Promise<boolean> {
    const rows = await guarded("realmRows.hasProvidersRetiredAfter", () =>
      this.#db
        .select({ name: retiredProviders.name })
        .from(retiredProviders)
        .where(and(eq(retiredProviders.realmId, this.#realmId), gt(retiredProviders.retiredAt, since)))
        .limit(1),
    );
    return rows.length > 0;
  }

  /** Safe to run twice. */
  async deleteRetiredProviders(): Promise<void> {
    await this.#delete("realmRows.deleteRetiredProviders", realmTables.parting);
  }

  /** What it remembers of itself. Safe to run twice. */
  async deleteMemory(): Promise<void> {
    await this.#delete("realmRows.deleteMemory", realmTables.memory);
  }

  async #delete(
    operation: string,
    tables: readonly (typeof realmTables)[keyof typeof realmTables][number][],
  ): Promise<void> {
    const statements = tables.map((table) => this.#db.delete(table).where(eq(table.realmId, this.#realmId)));
    await guarded(operation, () => this.#db.batch(statements as unknown as Parameters<Database["batch"]>[0]));
  }

  /** Ids of users that are left, a page at a time. */
  async remainingUserIds(): Promise<number[]> {
    const rows = await guarded("realmRows.remainingUserIds", () =>
      this.#db.select({ id: users.id }).from(users).where(eq(users.realmId, this.#realmId)).limit(limits.pageSize),
    );
    return rows.map((row) => row.id);
  }
}
