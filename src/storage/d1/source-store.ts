import { and, asc, eq } from "drizzle-orm";
import { guarded, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { apiKeys, linkedAccounts, sources, webhooks } from "./schema/index.ts";

export type SourceRow = typeof sources.$inferSelect;
export type SourceChanges = Pick<
  SourceRow,
  "issuer" | "algorithm" | "sealedSecret" | "userIdMode" | "settings" | "disabledAt"
>;

/** "outdated": it was made or changed in between. "issuer-taken": another source of the realm has that issuer. */
export type SourceWriting = SourceRow | "outdated" | "issuer-taken";

/** One realm's main products. */
export class SourceStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** All of them by name: a realm has few. */
  list(): Promise<SourceRow[]> {
    return guarded("sources.list", () =>
      this.#db.select().from(sources).where(eq(sources.realmId, this.#realmId)).orderBy(asc(sources.name)),
    );
  }

  async find(name: string): Promise<SourceRow | null> {
    const [row] = await guarded("sources.find", () =>
      this.#db.select().from(sources).where(this.#named(name)).limit(1),
    );
    return row ?? null;
  }

  async findByIssuer(issuer: string): Promise<SourceRow | null> {
    const [row] = await guarded("sources.findByIssuer", () =>
      this.#db
        .select()
        .from(sources)
        .where(and(eq(sources.realmId, this.#realmId), eq(sources.issuer, issuer)))
        .limit(1),
    );
    return row ?? null;
  }

  async insert(name: string, source: SourceChanges, now: number): Promise<SourceWriting> {
    const written = await guardedWrite("sources.insert", () =>
      this.#db
        .insert(sources)
        .values({ ...source, realmId: this.#realmId, name, version: 1, createdAt: now, updatedAt: now })
        .returning(),
    );
    return outcomeOf(written);
  }

  async update(name: string, version: number, changes: SourceChanges, now: number): Promise<SourceWriting> {
    const written = await guardedWrite("sources.update", () =>
      this.#db
        .update(sources)
        .set({ ...changes, version: version + 1, updatedAt: now })
        .where(and(this.#named(name), eq(sources.version, version)))
        .returning(),
    );
    return outcomeOf(written);
  }

  /** With its keys, its webhooks and the accounts linked through it: another source of the same name would call other people by the same ids. */
  async delete(name: string): Promise<boolean> {
    const [deleted] = await guarded("sources.delete", () =>
      this.#db.batch([
        this.#db.delete(sources).where(this.#named(name)).returning({ name: sources.name }),
        this.#db
          .delete(linkedAccounts)
          .where(and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.source, name))),
        this.#db
          .delete(apiKeys)
          .where(and(eq(apiKeys.realmId, this.#realmId), eq(apiKeys.ownerType, "source"), eq(apiKeys.owner, name))),
        this.#db
          .delete(webhooks)
          .where(and(eq(webhooks.realmId, this.#realmId), eq(webhooks.ownerType, "source"), eq(webhooks.owner, name))),
      ]),
    );
    return deleted.length === 1;
  }

  #named(name: string) {
    return and(eq(sources.realmId, this.#realmId), eq(sources.name, name));
  }
}

function outcomeOf(written: { ok: true; value: SourceRow[] } | { ok: false; conflict: string }): SourceWriting {
  if (!written.ok) return written.conflict.includes("issuer") ? "issuer-taken" : "outdated";
  return written.value[0] ?? "outdated";
}
