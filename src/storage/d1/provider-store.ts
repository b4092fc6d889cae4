import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { linkedAccounts, providers, retiredProviders, vaultConnections } from "./schema/index.ts";

export type ProviderRow = typeof providers.$inferSelect;
export type ProviderChanges = Pick<
  ProviderRow,
  "type" | "purposes" | "clientId" | "sealedClientSecret" | "settings" | "disabledAt"
>;

/** One realm's upstream providers. */
export class ProviderStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** All of them by name: a realm has few. */
  list(): Promise<ProviderRow[]> {
    return guarded("providers.list", () =>
      this.#db.select().from(providers).where(eq(providers.realmId, this.#realmId)).orderBy(asc(providers.name)),
    );
  }

  async find(name: string): Promise<ProviderRow | null> {
    const [row] = await guarded("providers.find", () =>
      this.#db
        .select()
        .from(providers)
        .where(and(eq(providers.realmId, this.#realmId), eq(providers.name, name)))
        .limit(1),
    );
    return row ?? null;
  }

  /** Null when the realm has a provider of this name already. */
  async insert(name: string, provider: ProviderChanges, now: number): Promise<ProviderRow | null> {
    const [row] = await guarded("providers.insert", () =>
      this.#db
        .insert(providers)
        .values({ ...provider, realmId: this.#realmId, name, version: 1, createdAt: now, updatedAt: now })
        .onConflictDoNothing()
        .returning(),
    );
    return row ?? null;
  }

  /** Null when it changed in between. */
  async update(name: string, version: number, changes: ProviderChanges, now: number): Promise<ProviderRow | null> {
    const [row] = await guarded("providers.update", () =>
      this.#db
        .update(providers)
        .set({ ...changes, version: version + 1, updatedAt: now })
        .where(and(eq(providers.realmId, this.#realmId), eq(providers.name, name), eq(providers.version, version)))
        .returning(),
    );
    return row ?? null;
  }

  /** One that was deleted a while ago; `createdAt` tells it from others of its name. */
  async findRetired(name: string, createdAt: number): Promise<ProviderRow | null> {
    const [row] = await guarded("providers.findRetired", () =>
      this.#db
        .select()
        .from(retiredProviders)
        .where(
          and(
            eq(retiredProviders.realmId, this.#realmId),
            eq(retiredProviders.name, name),
            eq(retiredProviders.createdAt, createdAt),
          ),
        )
        .limit(1),
    );
    return row ?? null;
  }

  /**
   * With the accounts linked through it: another provider of the same name would call other people by the same ids. One of the token
   * vault, or that was and left connections behind, is kept where nobody finds it but who gives its tokens back.
   */
  async delete(name: string, now: number): Promise<boolean> {
    const isMeant = and(eq(providers.realmId, this.#realmId), eq(providers.name, name));
    const [, deleted] = await guarded("providers.delete", () =>
      this.#db.batch([
        this.#db
          .insert(retiredProviders)
          .select(retiring(this.#db, now, isMeant, sql`(${providers.purposes} like '%"vault"%' or ${isHeld})`)),
        this.#db.delete(providers).where(isMeant).returning({ name: providers.name }),
        this.#db
          .delete(linkedAccounts)
          .where(and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.source, name))),
      ]),
    );
    return deleted.length === 1;
  }
}

/** Whether somebody has a connection with the provider. */
export const isHeld = sql`exists (select 1 from ${vaultConnections} where ${vaultConnections.realmId} = ${providers.realmId}
  and ${vaultConnections.provider} = ${providers.name} and ${vaultConnections.providerSince} = ${providers.createdAt})`;

/** Providers as they are kept when they are deleted. */
export const retiring = (db: Database, now: number, ...which: (SQL | undefined)[]) =>
  db
    .select({ ...getTableColumns(providers), retiredAt: sql<number>`${now}`.as("retired_at") })
    .from(providers)
    .where(and(...which));
