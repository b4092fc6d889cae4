import { getTableColumns } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import * as schema from "./schema/index.ts";

/** A table of which each realm has rows on its shard. */
export interface RealmTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** What tells a row from the realm's others, in the order of the primary key. Empty where a realm has one row. */
  readonly key: readonly string[];
  /** Rows come behind the last and go before the first, none changes, and the key is a number that counts them. */
  readonly onlyGrows: boolean;
}

/** These lie in the directory, whatever the realm's shard. */
const inDirectory: readonly SQLiteTable[] = [schema.domains, schema.signingKeys, schema.realmMoves];

const growing: readonly SQLiteTable[] = [schema.auditEvents];

/** All of them, as the schema has them: a table that is added is moved with the others. */
export const movedTables: readonly RealmTable[] = Object.values(schema)
  .filter((table) => Object.values(getTableColumns(table)).some(({ name }) => name === "realm_id"))
  .filter((table) => !inDirectory.includes(table))
  .map(realmTable);

function realmTable(table: SQLiteTable): RealmTable {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const key = primaryKeys[0]?.columns ?? columns.filter((column) => column.primary);
  if (key.length === 0) throw new Error(`${name} has no primary key`);
  return {
    name,
    columns: columns.map((column) => column.name),
    key: key.map((column) => column.name).filter((column) => column !== "realm_id"),
    onlyGrows: growing.includes(table),
  };
}
