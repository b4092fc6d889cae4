import { and, eq, inArray, isNull, lt, ne, notInArray, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { realms, signingKeys } from "./schema/index.ts";

export type SigningKeyRow = typeof signingKeys.$inferSelect;

/** One realm's signing keys. They are read together with the realm (RealmStore). */
export class SigningKeyStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /**
   * next → active → retired for one algorithm, and a new next key, in one transaction.
   * A rotation that was planned before another one finds its `next` key gone and changes nothing: no key is retired unless that one
   * signs in its place.
   */
  async rotate(
    next: { kid: string; algorithm: string },
    fresh: SigningKeyRow,
    now: number,
    expiresAt: number,
  ): Promise<boolean> {
    const stillNext = and(
      eq(signingKeys.realmId, this.#realmId),
      eq(signingKeys.kid, next.kid),
      eq(signingKeys.status, "next"),
    );
    const [activated] = await guarded("signingKeys.rotate", () =>
      this.#db.batch([
        this.#db
          .update(signingKeys)
          .set({ status: "active", activatedAt: now })
          .where(stillNext)
          .returning({ kid: signingKeys.kid }),
        this.#db
          .update(signingKeys)
          .set({ status: "retired", retiredAt: now, expiresAt })
          .where(
            and(
              eq(signingKeys.realmId, this.#realmId),
              eq(signingKeys.algorithm, next.algorithm),
              eq(signingKeys.status, "active"),
              ne(signingKeys.kid, next.kid),
              sql`exists (select 1 from ${signingKeys} heir where heir.kid = ${next.kid} and heir.status = 'active')`,
            ),
          ),
        this.#db.insert(signingKeys).values(fresh),
      ]),
    );
    if (activated.length === 1) return true;
    await this.delete(fresh.kid);
    return false;
  }

  /** The first keys of an algorithm. Adds nothing when somebody else has added some meanwhile. */
  async addFirst(algorithm: string, keys: readonly SigningKeyRow[]): Promise<void> {
    const kids = keys.map((key) => key.kid);
    const others = and(
      eq(signingKeys.realmId, this.#realmId),
      eq(signingKeys.algorithm, algorithm),
      ne(signingKeys.status, "retired"),
      notInArray(signingKeys.kid, kids),
    );
    await guarded("signingKeys.addFirst", () =>
      this.#db.batch([
        this.#db.insert(signingKeys).values([...keys]),
        this.#db
          .delete(signingKeys)
          .where(and(inArray(signingKeys.kid, kids), sql`exists (select 1 from ${signingKeys} where ${others})`)),
      ]),
    );
  }

  /** Puts another key in the place of one that has not signed yet. False when it has begun to sign, or is gone. */
  async replaceNext(kid: string, fresh: SigningKeyRow): Promise<boolean> {
    const [deleted] = await guarded("signingKeys.replaceNext", () =>
      this.#db.batch([
        this.#db
          .delete(signingKeys)
          .where(and(eq(signingKeys.realmId, this.#realmId), eq(signingKeys.kid, kid), eq(signingKeys.status, "next")))
          .returning({ kid: signingKeys.kid }),
        this.#db.insert(signingKeys).values(fresh),
      ]),
    );
    if (deleted.length === 1) return true;
    await this.delete(fresh.kid);
    return false;
  }

  async delete(kid: string): Promise<boolean> {
    const deleted = await guarded("signingKeys.delete", () =>
      this.#db
        .delete(signingKeys)
        .where(and(eq(signingKeys.realmId, this.#realmId), eq(signingKeys.kid, kid)))
        .returning({ kid: signingKeys.kid }),
    );
    return deleted.length === 1;
  }

  async deleteExpired(now: number): Promise<void> {
    await guarded("signingKeys.deleteExpired", () =>
      this.#db
        .delete(signingKeys)
        .where(
          and(
            eq(signingKeys.realmId, this.#realmId),
            eq(signingKeys.status, "retired"),
            lt(signingKeys.expiresAt, now),
          ),
        )
        .run(),
    );
  }
}

/** Takes keys whose last token is over out of all realms. Safe to run twice. */
export async function deleteExpiredKeys(binding: D1Database, now: number): Promise<void> {
  await guarded("signingKeys.deleteAllExpired", () =>
    openDatabase(binding)
      .delete(signingKeys)
      .where(and(eq(signingKeys.status, "retired"), lt(signingKeys.expiresAt, now)))
      .run(),
  );
}

/** Realms with a key that has signed for longer than they want. `usualDays`: where a realm has not said. */
export async function realmsWithOldKeys(
  binding: D1Database,
  usualDays: number,
  now: number,
  most: number,
): Promise<string[]> {
  const days = sql`coalesce(json_extract(${realms.settings}, '$.signing_key_rotation_days'), ${usualDays})`;
  const found = await guarded("signingKeys.old", () =>
    openDatabase(binding)
      .selectDistinct({ realmId: signingKeys.realmId })
      .from(signingKeys)
      .innerJoin(realms, eq(realms.id, signingKeys.realmId))
      .where(
        and(
          isNull(realms.deletedAt),
          eq(signingKeys.status, "active"),
          sql`${days} > 0 and ${signingKeys.activatedAt} <= ${now} - ${days} * 86400000`,
        ),
      )
      .limit(most),
  );
  return found.map(({ realmId }) => realmId);
}
