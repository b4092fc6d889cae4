import { and, count, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { apiKeys } from "./schema/index.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type KeyOwner = Pick<ApiKeyRow, "ownerType" | "owner">;

/** One realm's API keys. */
export class ApiKeyStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** Null, and nothing stored, when its owner would have more than `most` that have not expired: of many at once, too. */
  async insert(key: Omit<ApiKeyRow, "realmId" | "lastUsedAt">, most: number): Promise<ApiKeyRow | null> {
    const row = { ...key, realmId: this.#realmId, lastUsedAt: null };
    const held = this.#db
      .select({ count: count() })
      .from(apiKeys)
      .where(and(this.#of(key), notExpired(key.createdAt)));
    const [, refused] = await guarded("apiKeys.insert", () =>
      this.#db.batch([
        this.#db.insert(apiKeys).values(row),
        this.#db
          .delete(apiKeys)
          .where(and(eq(apiKeys.id, row.id), sql`(${held}) > ${most}`))
          .returning({ id: apiKeys.id }),
      ]),
    );
    return refused.length === 0 ? row : null;
  }

  /** Those that have not expired, the newest first. */
  listOf(owner: KeyOwner, now: number): Promise<ApiKeyRow[]> {
    return guarded("apiKeys.listOf", () =>
      this.#db
        .select()
        .from(apiKeys)
        .where(and(this.#of(owner), notExpired(now)))
        .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id)),
    );
  }

  async find(owner: KeyOwner, id: string, now: number): Promise<ApiKeyRow | null> {
    const [row] = await guarded("apiKeys.find", () =>
      this.#db
        .select()
        .from(apiKeys)
        .where(and(this.#of(owner), eq(apiKeys.id, id), notExpired(now)))
        .limit(1),
    );
    return row ?? null;
  }

  async findByHash(keyHash: string, now: number): Promise<ApiKeyRow | null> {
    const [row] = await guarded("apiKeys.findByHash", () =>
      this.#db
        .select()
        .from(apiKeys)
        .where(and(eq(apiKeys.realmId, this.#realmId), eq(apiKeys.keyHash, keyHash), notExpired(now)))
        .limit(1),
    );
    return row ?? null;
  }

  /** Lets a key go at that moment, unless it goes earlier anyway. */
  async expireBy(id: string, at: number): Promise<void> {
    await guarded("apiKeys.expireBy", () =>
      this.#db
        .update(apiKeys)
        .set({ expiresAt: at })
        .where(
          and(
            eq(apiKeys.realmId, this.#realmId),
            eq(apiKeys.id, id),
            or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at)),
          ),
        )
        .run(),
    );
  }

  async noteUse(id: string, now: number): Promise<void> {
    await guarded("apiKeys.noteUse", () =>
      this.#db
        .update(apiKeys)
        .set({ lastUsedAt: now })
        .where(and(eq(apiKeys.realmId, this.#realmId), eq(apiKeys.id, id)))
        .run(),
    );
  }

  async delete(owner: KeyOwner, id: string): Promise<boolean> {
    const deleted = await guarded("apiKeys.delete", () =>
      this.#db
        .delete(apiKeys)
        .where(and(this.#of(owner), eq(apiKeys.id, id)))
        .returning({ id: apiKeys.id }),
    );
    return deleted.length === 1;
  }

  #of({ ownerType, owner }: KeyOwner) {
    return and(eq(apiKeys.realmId, this.#realmId), eq(apiKeys.ownerType, ownerType), eq(apiKeys.owner, owner));
  }
}

const notExpired = (now: number) => or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now));

/** Forgets what has expired, in all realms. Safe to run twice. */
export async function deleteExpiredApiKeys(binding: D1Database, now: number): Promise<void> {
  await guarded("apiKeys.deleteExpired", () =>
    openDatabase(binding).delete(apiKeys).where(lt(apiKeys.expiresAt, now)).run(),
  );
}
