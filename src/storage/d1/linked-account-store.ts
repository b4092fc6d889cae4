import { and, asc, eq, getTableColumns, isNotNull, isNull, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { guarded, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { linkedAccounts, passkeys, providers, users } from "./schema/index.ts";
import type { UserRow } from "./user-store.ts";

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
    const [row] = await guarded("linkedAccounts.find", () =>
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
   * Links the account to a user who is there and enabled; with `verifiedEmail`, only while that address is the user's and verified.
   * False when nothing was written: the account is linked already, or the user is no longer like that.
   */
  async add(link: NewLink, verifiedEmail: string | null): Promise<boolean> {
    const wanted = and(
      eq(users.realmId, this.#realmId),
      eq(users.id, link.userId),
      isNull(users.disabledAt),
      ...(verifiedEmail === null ? [] : [eq(users.email, verifiedEmail), eq(users.emailVerified, true)]),
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
   * Takes a source's links from a user who has another way in: a password, a passkey, or a link through another enabled provider. One
   * statement, so that two removals at once cannot both rely on each other.
   */
  async deleteUnlessLast(userId: number, source: string): Promise<"deleted" | "last" | "none"> {
    const ofUser = and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.userId, userId));
    const hasPassword = sql`exists (select 1 from ${users} where ${and(
      eq(users.realmId, this.#realmId),
      eq(users.id, userId),
      isNotNull(users.passwordHash),
    )})`;
    const hasPasskey = sql`exists (select 1 from ${passkeys} where ${and(
      eq(passkeys.realmId, this.#realmId),
      eq(passkeys.userId, userId),
    )})`;
    const hasAnother = sql`exists (select 1 from linked_accounts as other join ${providers} on ${providers.realmId} = other.realm_id and ${providers.name} = other.source where ${and(
      sql`other.realm_id = ${this.#realmId}`,
      sql`other.user_id = ${userId}`,
      ne(sql`other.source`, source),
      sql`other.status = 'active'`,
      isNull(providers.disabledAt),
    )})`;
    const deleted = await guarded("linkedAccounts.deleteUnlessLast", () =>
      this.#db
        .delete(linkedAccounts)
        .where(and(ofUser, eq(linkedAccounts.source, source), or(hasPassword, hasPasskey, hasAnother)))
        .returning({ sourceId: linkedAccounts.sourceId }),
    );
    if (deleted.length > 0) return "deleted";
    const links = await this.listOf(userId);
    return links.some((link) => link.source === source) ? "last" : "none";
  }

  /** Takes all links from a user, or those made until then: for when it turns out that somebody else had made them. */
  async deleteAllOf(userId: number, linkedUntil: number): Promise<void> {
    const ofUser = and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.userId, userId));
    await guarded("linkedAccounts.deleteAllOf", () =>
      this.#db
        .delete(linkedAccounts)
        .where(and(ofUser, lte(linkedAccounts.linkedAt, linkedUntil)))
        .run(),
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
