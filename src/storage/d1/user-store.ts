import { and, asc, eq, gt, like, or, type SQL, sql } from "drizzle-orm";
import { guarded, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { users } from "./schema/index.ts";

export type UserRow = typeof users.$inferSelect;
export type UserChanges = Partial<Omit<UserRow, "id" | "realmId" | "version" | "createdAt" | "updatedAt">>;
/** The field whose value another user of the realm has already. */
export type UserConflict = "email" | "username" | "phoneNumber" | "externalId" | "id";

/** One realm's users: who exists and by which names they are found. */
export class UserStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
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

  findByExternalId(externalId: string): Promise<UserRow | null> {
    return this.#findOne("users.findByExternalId", eq(users.externalId, externalId));
  }

  async #findOne(operation: string, condition: SQL): Promise<UserRow | null> {
    const [row] = await guarded(operation, () =>
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

  /** The user as it is after the change; the version guards against a change in between. */
  async update(
    id: number,
    version: number,
    changes: UserChanges,
    now: number,
  ): Promise<{ row: UserRow } | { conflict: UserConflict } | "outdated"> {
    const written = await guardedWrite("users.update", () =>
      this.#db
        .update(users)
        .set({ ...changes, version: version + 1, updatedAt: now })
        .where(and(eq(users.realmId, this.#realmId), eq(users.id, id), eq(users.version, version)))
        .returning(),
    );
    if (!written.ok) return { conflict: conflictIn(written.conflict) };
    const [row] = written.value;
    return row === undefined ? "outdated" : { row };
  }

  async delete(id: number): Promise<boolean> {
    const deleted = await guarded("users.delete", () =>
      this.#db
        .delete(users)
        .where(and(eq(users.realmId, this.#realmId), eq(users.id, id)))
        .returning({ id: users.id }),
    );
    return deleted.length === 1;
  }

  /** A page of users by id. `query` is matched at the start of e-mail, username or name; it is text, not a pattern. */
  search(query: string | undefined, after: number, pageSize: number): Promise<UserRow[]> {
    const matches = query === undefined ? undefined : startsWith(query);
    return guarded("users.search", () =>
      this.#db
        .select()
        .from(users)
        .where(and(eq(users.realmId, this.#realmId), gt(users.id, after), matches))
        .orderBy(asc(users.id))
        .limit(pageSize),
    );
  }

  /** Enabled system administrators other than `exceptId`. */
  async countOtherSysadmins(exceptId: number): Promise<number> {
    const [row] = await guarded("users.countOtherSysadmins", () =>
      this.#db
        .select({ count: sql<number>`count(*)` })
        .from(users)
        .where(
          and(
            eq(users.realmId, this.#realmId),
            sql`${users.id} <> ${exceptId}`,
            sql`${users.disabledAt} is null`,
            sql`exists (select 1 from json_each(${users.roles}) where value = 'sysadmin')`,
          ),
        ),
    );
    return row?.count ?? 0;
  }
}

function startsWith(query: string): SQL | undefined {
  const pattern = `${query.replaceAll("\\", "\\\\").replaceAll("%", "\\%").replaceAll("_", "\\_")}%`;
  return or(...[users.email, users.username, users.name].map((column) => sql`${like(column, pattern)} escape '\\'`));
}

function conflictIn(columns: string): UserConflict {
  if (columns.includes("email")) return "email";
  if (columns.includes("username")) return "username";
  if (columns.includes("phone_number")) return "phoneNumber";
  if (columns.includes("external_id")) return "externalId";
  return "id";
}
