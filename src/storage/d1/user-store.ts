import { and, asc, eq, gt, gte, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { Problem } from "../../errors/errors.ts";
import { guarded, guardedRead, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { linkedAccounts, passkeys, users, vaultCalls, vaultConnections, vaultHealth } from "./schema/index.ts";

export type UserRow = typeof users.$inferSelect;
export type UserChanges = Partial<Omit<UserRow, "id" | "realmId" | "version" | "createdAt" | "updatedAt">>;
/** The field whose value another user of the realm has already. */
export type UserConflict = "email" | "username" | "phoneNumber" | "externalId" | "id";
/** Who is left of two, and the accounts elsewhere that lead there by now. */
export interface MergedUsers {
  readonly row: UserRow;
  readonly links: readonly { readonly source: string; readonly sourceId: string }[];
}
/** What a store lets happen to system administrators: anything, anything but the loss of the last enabled one, or nothing. */
export type SysadminGuard = "none" | "keep-one" | "spare-all";

/** One realm's users: who exists and by which names they are found. */
export class UserStore {
  readonly #binding: D1Database;
  readonly #db: Database;
  readonly #realmId: string;
  readonly #guard: SysadminGuard;

  constructor(binding: D1Database, realmId: string, guard: SysadminGuard = "none") {
    this.#binding = binding;
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
    this.#guard = guard;
  }

  /** The same users, whose system administrators every statement that follows guards by itself; no race gets past that. */
  guardedBy(guard: SysadminGuard): UserStore {
    return new UserStore(this.#binding, this.#realmId, guard);
  }

  findById(id: number): Promise<UserRow | null> {
    return this.#findOne("users.findById", eq(users.id, id));
  }

  findByEmail(email: string): Promise<UserRow | null> {
    return this.#findOne("users.findByEmail", eq(users.email, email));
  }

  findByUsername(username: string): Promise<UserRow | null> {
    return this.#findOne("users.findByUsername", eq(users.username, username));
  }

  findByPhoneNumber(phoneNumber: string): Promise<UserRow | null> {
    return this.#findOne("users.findByPhoneNumber", eq(users.phoneNumber, phoneNumber));
  }

  findByExternalId(externalId: string): Promise<UserRow | null> {
    return this.#findOne("users.findByExternalId", eq(users.externalId, externalId));
  }

  async #findOne(operation: string, condition: SQL): Promise<UserRow | null> {
    const [row] = await guardedRead(operation, () =>
      this.#db
        .select()
        .from(users)
        .where(and(eq(users.realmId, this.#realmId), condition))
        .limit(1),
    );
    return row ?? null;
  }

  /** null when the user was written, else the field that is taken. */
  async insert(row: Omit<UserRow, "realmId">): Promise<UserConflict | null> {
    const written = await guardedWrite("users.insert", () =>
      this.#db
        .insert(users)
        .values({ ...row, realmId: this.#realmId })
        .run(),
    );
    return written.ok ? null : conflictIn(written.conflict);
  }

  /** The user as it is after the change; the version guards against a change in between. Throws Problem by the store's guard. */
  async update(
    id: number,
    version: number,
    changes: UserChanges,
    now: number,
  ): Promise<{ row: UserRow } | { conflict: UserConflict } | "outdated"> {
    const unchanged = and(eq(users.realmId, this.#realmId), eq(users.id, id), eq(users.version, version));
    const staysSysadmin = changes.roles?.includes("sysadmin") !== false && (changes.disabledAt ?? null) === null;
    const written = await guardedWrite("users.update", () =>
      this.#db
        .update(users)
        .set({ ...changes, version: version + 1, updatedAt: now })
        .where(and(unchanged, this.#guardOf(id, staysSysadmin)))
        .returning(),
    );
    if (!written.ok) return { conflict: conflictIn(written.conflict) };
    const [row] = written.value;
    if (row !== undefined) return { row };
    await this.#throwIfGuarded(unchanged);
    return "outdated";
  }

  /**
   * With the accounts elsewhere that were linked to the user, and the index of passkeys. False when there was none, or, where only guests
   * are meant, it is none any more. Throws Problem by the store's guard.
   */
  async delete(id: number, which: "anybody" | "guests" = "anybody"): Promise<boolean> {
    const isMeant = which === "guests" ? eq(users.guest, true) : undefined;
    const thatUser = and(this.#named(id), isMeant);
    const [deleted] = await guarded("users.delete", () =>
      this.#db.batch([
        this.#db
          .delete(users)
          .where(and(thatUser, this.#guardOf(id, false)))
          .returning({ id: users.id }),
        ...this.#deletionsAfter(id),
      ]),
    );
    if (deleted.length === 0) await this.#throwIfGuarded(thatUser);
    return deleted.length === 1;
  }

  /**
   * Makes one user of two, both as they were read: `gone`, who is disabled, is deleted; the accounts elsewhere that were linked to it
   * lead to `kept`, who is enabled and gets `taken` of what was the other's. All of it in one batch, or nothing: "outdated".
   */
  async merge(gone: UserRow, kept: UserRow, taken: UserChanges, now: number): Promise<MergedUsers | "outdated"> {
    const isFit = and(this.#named(kept.id), eq(users.version, kept.version), isNull(users.disabledAt));
    // No user has a negative version but the one whom this very batch takes away: all that follows goes by it.
    const isTaken = and(this.#named(gone.id), eq(users.version, -gone.version));
    const hasBegun = sql`exists (select 1 from ${users} where ${isTaken})`;
    const [, links, [row]] = await guarded("users.merge", () =>
      this.#db.batch([
        this.#db
          .update(users)
          .set({ version: -gone.version, email: null, username: null, phoneNumber: null, externalId: null })
          .where(
            and(
              this.#named(gone.id),
              eq(users.version, gone.version),
              isNotNull(users.disabledAt),
              this.#guardOf(gone.id, false),
              sql`exists (select 1 from ${users} where ${isFit})`,
            ),
          ),
        this.#db
          .update(linkedAccounts)
          .set({ userId: kept.id })
          .where(and(eq(linkedAccounts.realmId, this.#realmId), eq(linkedAccounts.userId, gone.id), hasBegun))
          .returning({ source: linkedAccounts.source, sourceId: linkedAccounts.sourceId }),
        this.#db
          .update(users)
          .set({ ...taken, version: kept.version + 1, updatedAt: now })
          .where(and(this.#named(kept.id), hasBegun))
          .returning(),
        this.#db.delete(users).where(isTaken),
        ...this.#deletionsAfter(gone.id),
      ]),
    );
    return row === undefined ? "outdated" : { row, links };
  }

  #named(id: number): SQL | undefined {
    return and(eq(users.realmId, this.#realmId), eq(users.id, id));
  }

  /** What other tables have of a user who is not there any more. */
  #deletionsAfter(id: number) {
    const gone = sql`not exists (select 1 from ${users} where ${this.#named(id)})`;
    const ofUser = (
      table: typeof linkedAccounts | typeof passkeys | typeof vaultHealth | typeof vaultConnections | typeof vaultCalls,
    ) => this.#db.delete(table).where(and(eq(table.realmId, this.#realmId), eq(table.userId, id), gone));
    return [linkedAccounts, passkeys, vaultHealth, vaultConnections, vaultCalls].map(ofUser);
  }

  #guardOf(id: number, staysSysadmin: boolean): SQL | undefined {
    const isSysadmin = sql`exists (select 1 from json_each(${users.roles}) where value = 'sysadmin')`;
    if (this.#guard === "spare-all") return sql`not ${isSysadmin}`;
    if (this.#guard === "none" || staysSysadmin) return undefined;
    const another = sql`exists (select 1 from users as other, json_each(other.roles) as held where other.realm_id = ${this.#realmId} and other.id <> ${id} and other.disabled_at is null and held.value = 'sysadmin')`;
    return sql`(not ${isSysadmin} or ${users.disabledAt} is not null or ${another})`;
  }

  /** A statement changed nothing though its user is still as it was: then it was the guard that held it back. */
  async #throwIfGuarded(condition: SQL | undefined): Promise<void> {
    if (this.#guard === "none") return;
    const [row] = await guarded("users.guarded", () =>
      this.#db.select({ id: users.id }).from(users).where(condition).limit(1),
    );
    if (row !== undefined) throw new Problem(this.#guard === "keep-one" ? "realm-without-sysadmin" : "sysadmin-spared");
  }

  /**
   * A page of users by id. `query` is matched at the start of e-mail, username or name, A to Z in either case; it is text, not a
   * pattern. With an `@` in it, only e-mails are searched: looking an address up is quick in a realm of any size.
   */
  search(query: string | undefined, after: number, pageSize: number): Promise<UserRow[]> {
    const prefix = query?.toLowerCase();
    // The plus keeps SQLite from walking through all ids where the index of the addresses leads straight to the few that match.
    const id = prefix?.includes("@") ? sql`+${users.id}` : sql`${users.id}`;
    return guarded("users.search", () =>
      this.#db
        .select()
        .from(users)
        .where(and(eq(users.realmId, this.#realmId), gt(id, after), prefix === undefined ? undefined : matches(prefix)))
        .orderBy(asc(id))
        .limit(pageSize),
    );
  }
}

/** By ranges and not by LIKE: those use the indexes, and D1 takes no pattern of more than 50 bytes. */
function matches(prefix: string): SQL | undefined {
  const [email, username] = [users.email, users.username].map((column) =>
    and(gte(column, prefix), lt(column, `${prefix}\u{10ffff}`)),
  );
  if (prefix.includes("@")) return email;
  return or(email, username, sql`substr(lower(${users.name}), 1, ${[...prefix].length}) = ${prefix}`);
}

function conflictIn(columns: string): UserConflict {
  if (columns.includes("email")) return "email";
  if (columns.includes("username")) return "username";
  if (columns.includes("phone_number")) return "phoneNumber";
  if (columns.includes("external_id")) return "externalId";
  return "id";
}
