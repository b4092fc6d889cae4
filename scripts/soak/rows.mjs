// How much is stored: rows of D1 and of the objects by table, and keys of the KV store, read from the simulators' files.
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const COPIES_TRIED = 5;
const INTERNAL = /^(?:sqlite_|_cf_|d1_migrations)/;

/**
 * By place and name, such as `objects: grants`.
 * @param {string} stateDir where the Worker keeps its storage @param {string} copiesDir an empty folder
 * @returns {Record<string, number>}
 */
export function countRows(stateDir, copiesDir) {
  const counts = {};
  const add = (name, count) => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  for (const file of databasesIn(path.join(stateDir, "d1")))
    for (const [table, count] of countsOf(file, copiesDir)) if (!INTERNAL.test(table)) add(`D1: ${table}`, count);
  for (const file of databasesIn(path.join(stateDir, "do")))
    for (const [table, count] of countsOf(file, copiesDir)) if (!INTERNAL.test(table)) add(`objects: ${table}`, count);
  for (const file of databasesIn(path.join(stateDir, "kv")))
    add(
      "KV: keys",
      read(file, copiesDir, (database) => liveKeys(database)),
    );
  return counts;
}

const databasesIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".sqlite") && path.basename(name) !== "metadata.sqlite")
        .map((name) => path.join(folder, name))
    : [];

const countsOf = (file, copiesDir) =>
  read(file, copiesDir, (database) =>
    database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => [name, database.prepare(`SELECT count(*) AS count FROM "${name}"`).get().count]),
  );

/** The simulator leaves expired keys where they are, and answers as if they were gone. */
function liveKeys(database) {
  const isStore = database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_mf_entries'").get() !== undefined;
  if (!isStore) return 0;
  const live = "SELECT count(*) AS count FROM _mf_entries WHERE expiration IS NULL OR expiration > ?";
  return database.prepare(live).get(Date.now()).count;
}

/** From a copy, since workerd holds the file. A copy made while it writes may be torn; then another is made. */
function read(file, copiesDir, query) {
  const copy = path.join(copiesDir, "copy.sqlite");
  for (let tried = 1; ; tried += 1) {
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${copy}${ending}`, { force: true });
    try {
      copyFileSync(file, copy);
      if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
      const database = new DatabaseSync(copy);
      try {
        return query(database);
      } finally {
        database.close();
      }
    } catch (error) {
      if (tried === COPIES_TRIED) throw error;
    }
  }
}
