// @ts-check
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonIn } from "./wrangler.mjs";

/**
 * What is in the folder and not in the database yet, in order. A database that has never been migrated has no list.
 * @param {import("./wrangler.mjs").Wrangler} wrangler
 * @param {import("./configuration.mjs").Configuration} configuration
 * @param {string} binding the database's
 * @returns {Promise<string[]>}
 */
export async function pendingMigrations(wrangler, { migrations }, binding) {
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const asked = await rowsOf(wrangler, "select name from sqlite_master where name = 'd1_migrations'", binding);
  const applied = asked.length === 0 ? [] : await rowsOf(wrangler, "select name from d1_migrations", binding);
  return files.filter((name) => !applied.some((row) => row.name === name));
}

/**
 * @param {import("./wrangler.mjs").Wrangler} wrangler
 * @param {string} query
 * @param {string} binding
 * @returns {Promise<Record<string, unknown>[]>}
 */
export async function rowsOf(wrangler, query, binding = "DB") {
  const output = await wrangler.run(["d1", "execute", binding, "--remote", "--json", "--command", query], {
    remedy: "look whether the database answers: https://www.cloudflarestatus.com, then run this again",
  });
  return jsonIn(output)?.[0]?.results ?? [];
}

/**
 * Whether the code that runs now goes on working on the database as it is afterwards: new tables, new columns that need not be written,
 * indexes. Whatever is not surely so, is not.
 * @param {string} sql
 */
export function isAdditive(sql) {
  const text = sql.replaceAll(/--[^\n]*/g, "").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const made = new Set(
    [...text.matchAll(/create\s+table\s+(?:if\s+not\s+exists\s+)?[`"]?(\w+)/gi)].map(([, name]) => name),
  );
  return text
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "")
    .every((statement) => {
      if (/^create\s+table\b/i.test(statement) || /^create\s+index\b/i.test(statement)) return true;
      const unique = /^create\s+unique\s+index\s+\S+\s+on\s+[`"]?(\w+)/i.exec(statement);
      if (unique !== null) return made.has(unique[1]);
      const isColumn = /^alter\s+table\s+\S+\s+add\b/i.test(statement);
      return isColumn && (!/\bnot\s+null\b/i.test(statement) || /\bdefault\b/i.test(statement));
    });
}

/**
 * Of those, the ones that the running code would not survive.
 * @param {string} folder
 * @param {readonly string[]} names
 */
export const contracting = (folder, names) =>
  names.filter((name) => !isAdditive(readFileSync(join(folder, name), "utf8")));
