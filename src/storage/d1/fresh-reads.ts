import { limits } from "../../config/limits.ts";
import type { Readable } from "./database.ts";

/** Something read, and from when on it is certain that it was so: milliseconds since the epoch. */
export interface Fresh<Value> {
  readonly value: Value;
  readonly asOf: number;
}

/** A state that the database was in at a moment, or a later one. */
interface Bookmark {
  readonly text: string;
  readonly at: number;
}

let bookmarks = new WeakMap<D1Database, Bookmark>();

/** After a change that was made here: the next read asks the database itself, those after it copies that have heard of the change. */
export function forgetBookmarks(): void {
  bookmarks = new WeakMap();
}

/**
 * Reads from copies of the database (https://developers.cloudflare.com/d1/best-practices/read-replication/) of which each has seen at least what
 * the database was `limits.bookmarkAgeMs` ago. One read in so long goes to the database itself, and brings the bookmark for the others.
 */
export async function readFromCopies<Value>(
  db: D1Database,
  now: () => number,
  read: (source: Readable) => Promise<Value>,
): Promise<Fresh<Value>> {
  const at = now();
  const last = bookmarks.get(db);
  if (last !== undefined && at - last.at < limits.bookmarkAgeMs)
    return { value: await read(db.withSession(last.text)), asOf: last.at };
  const asked = bookmarks;
  const session = db.withSession("first-primary");
  const value = await read(session);
  const text = session.getBookmark();
  // One that was asked for before a change does not know of it.
  if (text !== null && asked === bookmarks) bookmarks.set(db, { text, at });
  return { value, asOf: at };
}
