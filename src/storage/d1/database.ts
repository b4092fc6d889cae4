import { drizzle } from "drizzle-orm/d1";

export type Database = ReturnType<typeof openDatabase>;

/** What reading takes of a database: the database itself, or a session with its copies. */
export type Readable = Pick<D1Database, "prepare" | "batch">;

const opened = new WeakMap<Readable, ReturnType<typeof drizzle>>();

export function openDatabase(binding: Readable) {
  const known = opened.get(binding);
  if (known !== undefined) return known;
  // It calls nothing else of a binding.
  const database = drizzle(binding as D1Database);
  opened.set(binding, database);
  return database;
}
