import { and, eq, lt } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { revokedAccessTokens } from "./schema/index.ts";

/** Revoked client_credentials tokens of one realm (RFC 7009). */
export class RevokedAccessTokenStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  async has(tokenId: string): Promise<boolean> {
    const [row] = await guarded("revokedAccessTokens.has", () =>
      this.#db
        .select({ tokenId: revokedAccessTokens.tokenId })
        .from(revokedAccessTokens)
        .where(and(eq(revokedAccessTokens.realmId, this.#realmId), eq(revokedAccessTokens.tokenId, tokenId)))
        .limit(1),
    );
    return row !== undefined;
  }

  /** `expiresAt` in milliseconds since the epoch: when the token dies by itself and the row may go. */
  async add(tokenId: string, expiresAt: number): Promise<void> {
    await guarded("revokedAccessTokens.add", () =>
      this.#db
        .insert(revokedAccessTokens)
        .values({ realmId: this.#realmId, tokenId, expiresAt })
        .onConflictDoNothing()
        .run(),
    );
  }
}

/** Forgets what has expired, in all realms. Safe to run twice. */
export async function deleteExpiredRevocations(binding: D1Database, now: number): Promise<void> {
  await guarded("revokedAccessTokens.deleteExpired", () =>
    openDatabase(binding).delete(revokedAccessTokens).where(lt(revokedAccessTokens.expiresAt, now)).run(),
  );
}
