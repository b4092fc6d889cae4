import { and, eq } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { passkeys } from "./schema/index.ts";
import { hasWayIn } from "./ways-in.ts";

/** Whose passkeys are whose in one realm. An entry without its passkey in the user's object means nothing. */
export class PasskeyStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  async findOwner(idHash: string): Promise<number | null> {
    const [row] = await guarded("passkeys.findOwner", () =>
      this.#db.select({ userId: passkeys.userId }).from(passkeys).where(this.#named(idHash)).limit(1),
    );
    return row?.userId ?? null;
  }

  /** False when the id is somebody else's already. */
  async claim(idHash: string, userId: number): Promise<boolean> {
    await guarded("passkeys.claim", () =>
      this.#db.insert(passkeys).values({ realmId: this.#realmId, idHash, userId }).onConflictDoNothing().run(),
    );
    return (await this.findOwner(idHash)) === userId;
  }

  async remove(idHash: string, userId: number): Promise<void> {
    await guarded("passkeys.remove", () =>
      this.#db
        .delete(passkeys)
        .where(and(this.#named(idHash), eq(passkeys.userId, userId)))
        .run(),
    );
  }

  /** The same unless it is the only way into the account; see `hasWayIn`. "none": it was not there. */
  async removeUnlessLast(idHash: string, userId: number): Promise<"removed" | "last" | "none"> {
    const removed = await guarded("passkeys.removeUnlessLast", () =>
      this.#db
        .delete(passkeys)
        .where(
          and(
            this.#named(idHash),
            eq(passkeys.userId, userId),
            hasWayIn(this.#realmId, userId, { passkeyHash: idHash }),
          ),
        )
        .returning({ idHash: passkeys.idHash }),
    );
    if (removed.length > 0) return "removed";
    return (await this.findOwner(idHash)) === userId ? "last" : "none";
  }

  async removeAllOf(userId: number): Promise<void> {
    await guarded("passkeys.removeAllOf", () =>
      this.#db
        .delete(passkeys)
        .where(and(eq(passkeys.realmId, this.#realmId), eq(passkeys.userId, userId)))
        .run(),
    );
  }

  #named(idHash: string) {
    return and(eq(passkeys.realmId, this.#realmId), eq(passkeys.idHash, idHash));
  }
}
