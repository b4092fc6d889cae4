import { env } from "cloudflare:workers";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Moving } from "../../src/domain/realms/move-pages.ts";
import { moveOn } from "../../src/domain/realms/move-realm.ts";
import { systemClock } from "../../src/lib/time.ts";
import { type RealmMove, RealmMoveStore } from "../../src/storage/d1/realm-move-store.ts";
import * as schema from "../../src/storage/d1/schema/index.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { tablesOfRealms } from "./shards.ts";

/** What the isolate dies of. */
class Killed extends Error {}

/** Dies after each note that it has written, or just before. */
class MortalStore extends RealmMoveStore {
  readonly #when: "before" | "after";

  constructor(when: "before" | "after") {
    super(env.DB);
    this.#when = when;
  }

  override replace(read: RealmMove | null, next: RealmMove): Promise<boolean> {
    return this.#die(() => super.replace(read, next));
  }

  override switchOver(read: RealmMove, next: RealmMove): Promise<boolean> {
    return this.#die(() => super.switchOver(read, next));
  }

  async #die(write: () => Promise<boolean>): Promise<boolean> {
    if (this.#when === "after") await write();
    throw new Killed();
  }
}

export const moving = (): Moving => ({
  moves: new RealmMoveStore(env.DB),
  databases: databasesOf(env),
  clock: systemClock,
});

/** One step, of which it dies: with it written down, or just before. False when there was nothing to write down. */
export async function dyingStep(realmId: string, when: "before" | "after" = "after"): Promise<boolean> {
  try {
    await moveOn({ ...moving(), moves: new MortalStore(when) }, realmId);
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}

/** As the queue does, until it wants to wait. */
export async function goOn(realmId: string): Promise<number | null> {
  for (;;) {
    const waitSeconds = await moveOn(moving(), realmId);
    if (waitSeconds !== 0) return waitSeconds;
  }
}

export async function stateOf(realmId: string): Promise<RealmMove["state"] | undefined> {
  return (await moving().moves.find(realmId))?.state;
}

/** Steps until that state, and no further. */
export async function stepTo(realmId: string, state: RealmMove["state"]): Promise<void> {
  for (let steps = 0; (await stateOf(realmId)) !== state; steps++)
    if (steps > 200 || !(await dyingStep(realmId))) throw new Error(`it does not come to ${state}`);
}

/** The tables whose rows move. */
export const movingTables = tablesOfRealms.filter((name) => !["domains", "signing_keys", "realm_moves"].includes(name));

const odd = ['it\'s "odd"', "007", "1e3", "été 🦉 \u0000 end", '{"a":[1,null]}', "null", ""];

/** Rows in every table that has any of realms, with values that are easily spoiled on the way. */
export async function fillEveryTable(db: D1Database, realmId: string, rows: number): Promise<void> {
  const tables = Object.values(schema).filter((value) => value instanceof SQLiteTable);
  for (const table of tables) {
    const { name, columns, primaryKeys } = getTableConfig(table);
    if (!movingTables.includes(name)) continue;
    const keys = primaryKeys[0]?.columns ?? columns.filter((column) => column.primary);
    const isSingle = keys.every((column) => column.name === "realm_id");
    for (let start = 0; start < (isSingle ? 1 : rows); start += 250) {
      const count = Math.min(250, isSingle ? 1 : rows - start);
      const made = Array.from({ length: count }, (_, at) =>
        columns.map((column, place) => {
          const number = start + at;
          if (column.name === "realm_id") return realmId;
          if (column.getSQLType() === "integer") return serial(realmId) + number * 40 + place;
          if (!column.notNull && number % 3 === 0) return null;
          return `${odd[(number + place) % odd.length]}${realmId}-${number}-${place}`;
        }),
      );
      const values = columns.map((_, at) => `value->>${at}`).join(", ");
      const names = columns.map((column) => column.name).join(", ");
      await db
        .prepare(`insert into ${name} (${names}) select ${values} from json_each(?)`)
        .bind(JSON.stringify(made))
        .run();
    }
  }
}

const serials = new Map<string, number>();
function serial(realmId: string): number {
  const known = serials.get(realmId) ?? 2 ** 52 + serials.size * 1_000_000;
  serials.set(realmId, known);
  return known;
}

/** Everything that a database has of a realm, by table. */
export async function allRowsOf(db: D1Database, realmId: string): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of movingTables) {
    const { results } = await db
      .prepare(`select * from ${table} where realm_id = ? order by 1, 2, 3`)
      .bind(realmId)
      .all();
    found[table] = results.map((row) => JSON.stringify(row)).sort();
  }
  return found;
}
