import { drizzle } from "drizzle-orm/d1";

export type Database = ReturnType<typeof openDatabase>;

const opened = new WeakMap<D1Database, ReturnType<typeof drizzle>>();

export function openDatabase(binding: D1Database) {
  const known = opened.get(binding);
  if (known !== undefined) return known;
  const database = drizzle(binding);
  opened.set(binding, database);
  return database;
}
