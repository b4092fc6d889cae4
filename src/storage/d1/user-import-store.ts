import { and, asc, eq, getTableColumns, gt, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import type { LinkedAccountRow } from "./linked-account-store.ts";
import { linkedAccounts, realms, users } from "./schema/index.ts";
import type { UserRow } from "./user-store.ts";

/** Names by which users of a batch may be known already. */
export interface ImportedNames {
  readonly emails: readonly string[];
  readonly usernames: readonly string[];
  readonly phoneNumbers: readonly string[];
  readonly externalIds: readonly string[];
}

export type ImportedLink = Pick<LinkedAccountRow, "source" | "sourceId" | "userId">;

/**
 * One realm's users, hundreds at a time. A statement takes a hundred parameters at most, so that a whole batch travels in one, as
 * JSON.
 */
export class UserImportStore {
  readonly #db: Database;
  readonly #directory: Database;
  readonly #realmId: string;

  constructor(shard: D1Database, directory: D1Database, realmId: string) {
    this.#db = openDatabase(shard);
    this.#directory = openDatabase(directory);
    this.#realmId = realmId;
  }

  /** Everybody who has one of the names. */
  async findByAny(names: ImportedNames): Promise<UserRow[]> {
    const having = (column: SQLiteColumn, among: readonly string[]) =>
      this.#db
        .select()
        .from(users)
        .where(and(eq(users.realmId, this.#realmId), isAmong(column, among)));
    const found = await guarded("userImports.findByAny", () =>
      this.#db.batch([
        having(users.email, names.emails),
        having(users.username, names.usernames),
        having(users.phoneNumber, names.phoneNumbers),
        having(users.externalId, names.externalIds),
      ]),
    );
    return [...new Map(found.flat().map((row) => [row.id, row])).values()];
  }

  /** Those of the accounts elsewhere that are linked, whomever to. */
  findLinks(accounts: readonly Pick<ImportedLink, "source" | "sourceId">[]): Promise<LinkedAccountRow[]> {
    if (accounts.length === 0) return Promise.resolve([]);
    const pairs = JSON.stringify(accounts.map(({ source, sourceId }) => [source, sourceId]));
    return guarded("userImports.findLinks", () =>
      this.#db
        .select()
        .from(linkedAccounts)
        .where(
          and(
            eq(linkedAccounts.realmId, this.#realmId),
            sql`(${linkedAccounts.source}, ${linkedAccounts.sourceId}) in (select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(${pairs}))`,
          ),
        ),
    );
  }

  /** Writes those of the users of whose names and ids none is taken, with the links of theirs. Answers the ids written. */
  async insert(
    rows: readonly Omit<UserRow, "realmId">[],
    links: readonly ImportedLink[],
    now: number,
  ): Promise<Set<number>> {
    const columns = getTableColumns(users);
    const entries = JSON.stringify(rows.map((row) => byColumn(columns, { ...row, realmId: this.#realmId })));
    const values = sql.join(
      Object.values(columns).map((column) => sql`json_extract(value, ${sql.raw(`'$.${column.name}'`)})`),
      sql`, `,
    );
    const [written] = await guarded("userImports.insert", () =>
      this.#db.batch([
        this.#db
          .insert(users)
          .select(sql`select ${values} from json_each(${entries}) where true`)
          .onConflictDoNothing()
          .returning({ id: users.id }),
        this.#linking(links, now),
      ]),
    );
    return new Set(written.map(({ id }) => id));
  }

  /** Links accounts to users who are there, unless they are linked already. Answers how many were. */
  async addLinks(links: readonly ImportedLink[], now: number): Promise<number> {
    return (await guarded("userImports.addLinks", () => this.#linking(links, now))).length;
  }

  #linking(links: readonly ImportedLink[], now: number) {
    const entries = JSON.stringify(links.map(({ source, sourceId, userId }) => [source, sourceId, userId]));
    const isThere = sql`exists (select 1 from ${users} where ${users.realmId} = ${this.#realmId} and ${users.id} = json_extract(value, '$[2]'))`;
    return this.#db
      .insert(linkedAccounts)
      .select(
        sql`select ${this.#realmId}, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), 'active', '{}', ${now} from json_each(${entries}) where ${isThere}`,
      )
      .onConflictDoNothing()
      .returning({ sourceId: linkedAccounts.sourceId });
  }

  /** From now on every wrong password costs as much as the costliest that is compared with. It never sinks. */
  async raisePasswordFloor(costKib: number): Promise<void> {
    await guarded("userImports.raisePasswordFloor", () =>
      this.#directory
        .update(realms)
        .set({ passwordFloorKib: costKib })
        .where(and(eq(realms.id, this.#realmId), lt(realms.passwordFloorKib, costKib)))
        .run(),
    );
  }

  /** A page of users by id, each with the links of theirs. */
  async page(after: number, pageSize: number): Promise<{ user: UserRow; links: LinkedAccountRow[] }[]> {
    const found = await guarded("userImports.page", () =>
      this.#db
        .select()
        .from(users)
        .where(and(eq(users.realmId, this.#realmId), gt(users.id, after)))
        .orderBy(asc(users.id))
        .limit(pageSize),
    );
    const ids = JSON.stringify(found.map(({ id }) => id));
    const links = await guarded("userImports.page.links", () =>
      this.#db
        .select()
        .from(linkedAccounts)
        .where(
          and(
            eq(linkedAccounts.realmId, this.#realmId),
            sql`${linkedAccounts.userId} in (select value from json_each(${ids}))`,
          ),
        )
        .orderBy(asc(linkedAccounts.source), asc(linkedAccounts.sourceId)),
    );
    const byUser = Map.groupBy(links, ({ userId }) => userId);
    return found.map((user) => ({ user, links: byUser.get(user.id) ?? [] }));
  }
}

const isAmong = (column: SQLiteColumn, names: readonly string[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(names)}))`;

const byColumn = (columns: Readonly<Record<string, SQLiteColumn>>, row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(columns).map(([member, { name }]) => [name, row[member] ?? null]));
