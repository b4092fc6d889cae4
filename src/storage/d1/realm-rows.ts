import { eq } from "drizzle-orm";
import { limits } from "../../config/limits.ts";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
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
  vaultFailures,
  vaultHealth,
  vaultMappings,
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
    retiredProviders,
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
    vaultFailures,
  ],
  memory: [auditEvents, auditAnchors, auditPending, dailyCounts],
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

  /** What it remembers of itself. Safe to run twice. */
  async deleteMemory(): Promise<void> {
    await this.#delete("realmRows.deleteMemory", realmTables.memory);
  }

  async #delete(
    operation: string,
    tables: readonly (typeof realmTables.configuration | typeof realmTables.memory)[number][],
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
