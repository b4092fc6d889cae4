import type { RowKey } from "../../storage/d1/realm-copy.ts";
import type { MoveState, RealmMove } from "../../storage/d1/realm-move-store.ts";
import { movedTables, type RealmTable } from "../../storage/d1/realm-tables.ts";

/** A state that begins with the first table. */
export const fromStart = (state: MoveState) => ({ state, tableName: null, cursor: null });

const endOfTables = "";

/** A key in front of all of a table that only grows. */
export const beforeAll = JSON.stringify([-1]);

/** A table, and the key behind which to go on. */
export interface Place {
  readonly table: RealmTable;
  readonly after: RowKey | null;
}

/** Null behind the last table. Where a deployment has taken the table away meanwhile, it begins anew. */
export function placeOf({ tableName, cursor }: RealmMove): Place | null {
  const [first] = movedTables;
  if (tableName === endOfTables || first === undefined) return null;
  const table = movedTables.find(({ name }) => name === tableName);
  if (table === undefined) return { table: first, after: null };
  return { table, after: cursor === null ? null : (JSON.parse(cursor) as RowKey) };
}

/** In front of the page behind that key. */
export const at = (table: RealmTable, after: RowKey | null): Pick<RealmMove, "tableName" | "cursor"> => ({
  tableName: table.name,
  cursor: after === null ? null : JSON.stringify(after),
});

/** Behind that key, or with the next table when there is none. */
export function behind(table: RealmTable, last: RowKey | null): Pick<RealmMove, "tableName" | "cursor"> {
  if (last !== null) return at(table, last);
  return { tableName: movedTables[movedTables.indexOf(table) + 1]?.name ?? endOfTables, cursor: null };
}
