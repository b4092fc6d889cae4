import { env } from "cloudflare:workers";
import { getTableColumns } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as schema from "../../src/storage/d1/schema/index.ts";

/** The tests' second shard, called `1`. */
export function secondShard(): D1Database {
  if (env.DB_1 === undefined) throw new Error("the tests bind no second shard");
  return env.DB_1;
}

/** Every table that has rows of realms. */
export const tablesOfRealms = Object.values(schema)
  .filter((value) => value instanceof SQLiteTable)
  .filter((table) => Object.values(getTableColumns(table)).some(({ name }) => name === "realm_id"))
  .map((table) => getTableConfig(table).name);

/** How many rows of the realm a database has, by table; tables without any are left out. */
export async function rowsIn(db: D1Database, realmId: string): Promise<Record<string, number>> {
  const counted = await db.batch<{ count: number }>(
    tablesOfRealms.map((table) =>
      db.prepare(`select count(*) as count from ${table} where realm_id = ?`).bind(realmId),
    ),
  );
  const counts = tablesOfRealms.map((table, at) => [table, counted[at]?.results[0]?.count ?? 0] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
