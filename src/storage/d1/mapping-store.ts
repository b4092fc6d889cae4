import { and, asc, count, eq, or, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { vaultMappings } from "./schema/index.ts";

export type MappingRow = typeof vaultMappings.$inferSelect;

/** One realm's mappings; each belongs to an application. */
export class MappingStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** Those of one application by name; all of the realm's with null. */
  list(clientId: string | null): Promise<MappingRow[]> {
    return guarded("mappings.list", () =>
      this.#db
        .select()
        .from(vaultMappings)
        .where(
          and(
            eq(vaultMappings.realmId, this.#realmId),
            clientId === null ? undefined : eq(vaultMappings.clientId, clientId),
          ),
        )
        .orderBy(asc(vaultMappings.clientId), asc(vaultMappings.name)),
    );
  }

  async find(clientId: string, name: string): Promise<MappingRow | null> {
    const [row] = await guarded("mappings.find", () =>
      this.#db.select().from(vaultMappings).where(this.#named(clientId, name)).limit(1),
    );
    return row ?? null;
  }

  /** The mapping of the interface's name, else the first file by name that has it. `name` is letters, digits, - and _. */
  async findInterface(clientId: string, name: string): Promise<MappingRow | null> {
    const isFile = sql`json_type(${vaultMappings.definition}, '$.interfaces') IS NOT NULL`;
    const hasIt = sql`json_type(${vaultMappings.definition}, ${`$.interfaces."${name}"`}) IS NOT NULL`;
    const [row] = await guarded("mappings.findInterface", () =>
      this.#db
        .select()
        .from(vaultMappings)
        .where(
          and(
            eq(vaultMappings.realmId, this.#realmId),
            eq(vaultMappings.clientId, clientId),
            or(and(eq(vaultMappings.name, name), sql`NOT ${isFile}`), hasIt),
          ),
        )
        .orderBy(isFile, asc(vaultMappings.name))
        .limit(1),
    );
    return row ?? null;
  }

  /**
   * A new one, unless its application would then have more than `most`: of many made at once, too. Null when nothing was stored, because
   * of that or because there is one of this name by now.
   */
  async insert(
    clientId: string,
    name: string,
    definition: Record<string, unknown>,
    { most, now }: { readonly most: number; readonly now: number },
  ): Promise<MappingRow | null> {
    const isOurs = and(eq(vaultMappings.realmId, this.#realmId), eq(vaultMappings.clientId, clientId));
    const held = this.#db.select({ held: count() }).from(vaultMappings).where(isOurs);
    const [row] = await guarded("mappings.insert", () =>
      this.#db
        .insert(vaultMappings)
        .select(
          sql`select ${this.#realmId}, ${clientId}, ${name}, ${JSON.stringify(definition)}, 1, ${now}, ${now} where (${held}) < ${most}`,
        )
        .onConflictDoNothing()
        .returning(),
    );
    return row ?? null;
  }

  /** In the place of the one of this name and version. Null when it was changed in between. */
  async replace(
    clientId: string,
    name: string,
    version: number,
    definition: Record<string, unknown>,
    now: number,
  ): Promise<MappingRow | null> {
    const [row] = await guarded("mappings.replace", () =>
      this.#db
        .update(vaultMappings)
        .set({ definition, version: version + 1, updatedAt: now })
        .where(and(this.#named(clientId, name), eq(vaultMappings.version, version)))
        .returning(),
    );
    return row ?? null;
  }

  async delete(clientId: string, name: string): Promise<boolean> {
    const deleted = await guarded("mappings.delete", () =>
      this.#db.delete(vaultMappings).where(this.#named(clientId, name)).returning({ name: vaultMappings.name }),
    );
    return deleted.length === 1;
  }

  #named(clientId: string, name: string) {
    return and(
      eq(vaultMappings.realmId, this.#realmId),
      eq(vaultMappings.clientId, clientId),
      eq(vaultMappings.name, name),
    );
  }
}
