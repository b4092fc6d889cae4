import { and, asc, eq } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import type { ProviderOnce } from "../provider-once.ts";
import { type Database, openDatabase } from "./database.ts";
import { vaultConnections } from "./schema/index.ts";

/** Who of one realm has connections with which provider. */
export class ConnectionHolderStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** Before the connection is stored: whoever has one is named. */
  async note({ provider, since }: ProviderOnce, userId: number): Promise<void> {
    await guarded("connectionHolders.note", () =>
      this.#db
        .insert(vaultConnections)
        .values({ realmId: this.#realmId, provider, providerSince: since, userId })
        .onConflictDoNothing()
        .run(),
    );
  }

  /** Some of them, in the order of their ids. */
  async page(of: ProviderOnce, most: number): Promise<number[]> {
    const rows = await guarded("connectionHolders.page", () =>
      this.#db
        .select({ userId: vaultConnections.userId })
        .from(vaultConnections)
        .where(this.#of(of))
        .orderBy(asc(vaultConnections.userId))
        .limit(most),
    );
    return rows.map(({ userId }) => userId);
  }

  async forget(of: ProviderOnce, userId: number): Promise<void> {
    await guarded("connectionHolders.forget", () =>
      this.#db
        .delete(vaultConnections)
        .where(and(this.#of(of), eq(vaultConnections.userId, userId)))
        .run(),
    );
  }

  #of({ provider, since }: ProviderOnce) {
    return and(
      eq(vaultConnections.realmId, this.#realmId),
      eq(vaultConnections.provider, provider),
      eq(vaultConnections.providerSince, since),
    );
  }
}
