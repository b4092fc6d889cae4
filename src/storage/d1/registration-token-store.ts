import { and, asc, eq, gt, lt, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { registrationTokens } from "./schema/index.ts";

export type RegistrationTokenRow = typeof registrationTokens.$inferSelect;

/** One realm's initial access tokens. */
export class RegistrationTokenStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  async insert(token: Omit<RegistrationTokenRow, "realmId">): Promise<RegistrationTokenRow> {
    const row = { ...token, realmId: this.#realmId };
    await guarded("registrationTokens.insert", () => this.#db.insert(registrationTokens).values(row).run());
    return row;
  }

  list(after: string, pageSize: number): Promise<RegistrationTokenRow[]> {
    return guarded("registrationTokens.list", () =>
      this.#db
        .select()
        .from(registrationTokens)
        .where(and(eq(registrationTokens.realmId, this.#realmId), gt(registrationTokens.id, after)))
        .orderBy(asc(registrationTokens.id))
        .limit(pageSize),
    );
  }

  async delete(id: string): Promise<boolean> {
    const deleted = await guarded("registrationTokens.delete", () =>
      this.#db
        .delete(registrationTokens)
        .where(and(eq(registrationTokens.realmId, this.#realmId), eq(registrationTokens.id, id)))
        .returning({ id: registrationTokens.id }),
    );
    return deleted.length === 1;
  }

  /** `now` in milliseconds since the epoch. */
  async isUsable(tokenHash: string, now: number): Promise<boolean> {
    const [row] = await guarded("registrationTokens.isUsable", () =>
      this.#db
        .select({ id: registrationTokens.id })
        .from(registrationTokens)
        .where(this.#usable(tokenHash, now))
        .limit(1),
    );
    return row !== undefined;
  }

  /** Takes one use off the token. Of several at once, as many succeed as it has uses left: the statement itself decides. */
  async spend(tokenHash: string, now: number): Promise<boolean> {
    const spent = await guarded("registrationTokens.spend", () =>
      this.#db
        .update(registrationTokens)
        .set({ usesLeft: sql`${registrationTokens.usesLeft} - 1` })
        .where(this.#usable(tokenHash, now))
        .returning({ id: registrationTokens.id }),
    );
    return spent.length === 1;
  }

  #usable(tokenHash: string, now: number) {
    return and(
      eq(registrationTokens.realmId, this.#realmId),
      eq(registrationTokens.tokenHash, tokenHash),
      gt(registrationTokens.usesLeft, 0),
      gt(registrationTokens.expiresAt, now),
    );
  }
}

/** Forgets what has expired, in all realms. Safe to run twice. */
export async function deleteExpiredRegistrationTokens(binding: D1Database, now: number): Promise<void> {
  await guarded("registrationTokens.deleteExpired", () =>
    openDatabase(binding).delete(registrationTokens).where(lt(registrationTokens.expiresAt, now)).run(),
  );
}
