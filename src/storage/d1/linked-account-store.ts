import { and, asc, eq, getTableColumns, isNull, lte, type SQL, sql } from "drizzle-orm";
import { guarded, guardedRead, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { linkedAccounts, users } from "./schema/index.ts";
import type { UserRow } from "./user-store.ts";
import { hasWayIn } from "./ways-in.ts";

export type LinkedAccountRow = typeof linkedAccounts.$inferSelect;
export type NewLink = Omit<LinkedAccountRow, "realmId" | "status">;

/** One realm's links between accounts elsewhere and its users. */
export class LinkedAccountStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** The link and its user, in one read. */
  async find(source: string, sourceId: string): Promise<{ link: LinkedAccountRow; user: UserRow } | null> {
    const [row] = await guardedRead("linkedAccounts.find", () =>
      this.#db
        .select({ link: linkedAccounts, user: users })
        .from(linkedAccounts)
        .innerJoin(users, and(eq(users.realmId, linkedAccounts.realmId), eq(users.id, linkedAccounts.userId)))
        .where(and(eq(linkedAccounts.realmId, this.#realmId), this.#named(source, sourceId)))
        .limit(1),
    );
    return row ?? null;
  }

  /** A user's links, the oldest first. */
  listOf(userId: number): Promise<LinkedAccountRow[]> {
    return guarded("linkedAccounts.listOf", () =>
      this.#db
        .select()
        .from(linkedAccounts)
        .where(and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.userId, userId)))
        .orderBy(asc(linkedAccounts.linkedAt), asc(linkedAccounts.sourceId)),
    );
  }

  /**
   * Links the account to a user who is there and enabled; with `verifiedEmail`, only while that address is the user's and verified; with
   * `notBefore`, only while no sessions were ended since the user's row said so. False when nothing was written: the account is linked
   * already, or the user is no longer like that.
   */
  async add(link: NewLink, verifiedEmail: string | null, notBefore: number | null = null): Promise<boolean> {
    const wanted = and(
      eq(users.realmId, this.#realmId),
      eq(users.id, link.userId),
      isNull(users.disabledAt),
      ...(verifiedEmail === null ? [] : [eq(users.email, verifiedEmail), eq(users.emailVerified, true)]),
      ...(notBefore === null ? [] : [lte(users.notBefore, notBefore)]),
    );
    const written = await guarded("linkedAccounts.add", () =>
      this.#db
        .insert(linkedAccounts)
        .select(sql`select ${this.#values(link)} where exists (select 1 from ${users} where ${wanted})`)
        .onConflictDoNothing()
        .returning({ sourceId: linkedAccounts.sourceId }),
    );
    return written.length === 1;
  }

  /**
   * Makes a user together with the first link to it, or neither: of any number of first sign-ins of one account, one makes a user.
   * "linked": the account has a user by now. "taken": another user has one of the new one's names.
   */
  async addWithUser(link: NewLink, user: Omit<UserRow, "realmId">): Promise<"made" | "linked" | "taken"> {
    const isOurs = and(
      eq(linkedAccounts.realmId, this.#realmId),
      this.#named(link.source, link.sourceId),
      eq(linkedAccounts.userId, user.id),
    );
    const row = { ...user, realmId: this.#realmId };
    const written = await guardedWrite("linkedAccounts.addWithUser", () =>
      this.#db.batch([
        this.#db
          .insert(linkedAccounts)
          .values({ ...link, realmId: this.#realmId, status: "active" })
          .onConflictDoNothing(),
        this.#db
          .insert(users)
          .select(
            sql`select ${parameters(getTableColumns(users), row)} where exists (select 1 from ${linkedAccounts} where ${isOurs})`,
          )
          .returning({ id: users.id }),
      ]),
    );
    if (!written.ok) return "taken";
    return written.value[1].length === 1 ? "made" : "linked";
  }

  /**
   * Takes a source's links, or with `sourceId` one of them, from a user who has another way in: a password, a passkey, a link through
   * another enabled provider or main product; where the main product takes its own back (`bySource`), an address. One statement, so that two removals at once cannot both rely on each other.
   */
  async deleteUnlessLast(
    userId: number,
    source: string,
    sourceId: string | null = null,
    bySource = false,
  ): Promise<"deleted" | "last" | "none"> {
    const ofUser = and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.userId, userId));
    const wanted = and(ofUser, sourceId === null ? eq(linkedAccounts.source, source) : this.#named(source, sourceId));
    const hasAnother = hasWayIn(this.#realmId, userId, { source, sourceId, bySource });
    const deleted = await guarded("linkedAccounts.deleteUnlessLast", () =>
      this.#db.delete(linkedAccounts).where(and(wanted, hasAnother)).returning({ sourceId: linkedAccounts.sourceId }),
    );
    if (deleted.length > 0) return "deleted";
    const links = await this.listOf(userId);
    const isThere = links.some((link) => link.source === source && (sourceId ?? link.sourceId) === link.sourceId);
    return isThere ? "last" : "none";
  }

  /** Takes the links made until then from a user: for when it turns out that somebody else had made them. Answers which. */
  deleteAllOf(userId: number, linkedUntil: number): Promise<Pick<LinkedAccountRow, "source" | "sourceId">[]> {
    const ofUser = and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.userId, userId));
    return guarded("linkedAccounts.deleteAllOf", () =>
      this.#db
        .delete(linkedAccounts)
        .where(and(ofUser, lte(linkedAccounts.linkedAt, linkedUntil)))
        .returning({ source: linkedAccounts.source, sourceId: linkedAccounts.sourceId }),
    );
  }

  #named(source: string, sourceId: string): SQL | undefined {
    return and(eq(linkedAccounts.source, source), eq(linkedAccounts.sourceId, sourceId));
  }

  #values(link: NewLink): SQL {
    return parameters(getTableColumns(linkedAccounts), { ...link, realmId: this.#realmId, status: "active" });
  }
}

/** A row's values in the order of the table's columns, each as its column writes it. */
function parameters(
  columns: ReturnType<typeof getTableColumns<typeof users> | typeof getTableColumns<typeof linkedAccounts>>,
  row: Readonly<Record<string, unknown>>,
): SQL {
  return sql.join(
    Object.entries(columns).map(([name, column]) => sql`${sql.param(row[name], column)}`),
    sql`, `,
  );
}
