import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { steps } from "../../src/storage/user-object/migrations.ts";

const statementsOf = (file: string): string[] =>
  readFileSync(`migrations/${file}`, "utf8")
    .split("--> statement-breakpoint")
    .map((statement) => statement.trim());

/** What a Worker of before and one of after could not both live with (docs/deploying.md). */
function harm(statement: string): string | null {
  const text = statement.replaceAll(/["`]/g, "");
  if (/\b(?:DROP|RENAME)\b|__new_/i.test(text)) return "takes away what the version before reads";
  if (/\b(?:DELETE\s+FROM|UPDATE)\b/i.test(text)) return "changes rows that the version before has written";
  if (/^CREATE UNIQUE INDEX/i.test(text)) return "refuses what the version before may write";
  if (/\bADD\b.*\bNOT NULL\b/i.test(text) && !/\bDEFAULT\b/i.test(text))
    return "refuses what the version before writes";
  return null;
}

const sqlFiles = readdirSync("migrations").filter((name) => name.endsWith(".sql"));

describe("RE-08 what changes under traffic", () => {
  it.each([
    ["ALTER TABLE `users` ADD `shoe_size` integer;", null],
    ["ALTER TABLE users ADD COLUMN judged INTEGER NOT NULL DEFAULT 0;", null],
    ["CREATE TABLE `later` (`id` text PRIMARY KEY NOT NULL);", null],
    ["CREATE INDEX `later_by_id` ON `later` (`id`);", null],
    ["ALTER TABLE `users` ADD `shoe_size` integer NOT NULL;", "refuses what the version before writes"],
    ["CREATE UNIQUE INDEX `later_by_id` ON `users` (`name`);", "refuses what the version before may write"],
    ["DROP TABLE `users`;", "takes away what the version before reads"],
    ["ALTER TABLE `users` DROP COLUMN `name`;", "takes away what the version before reads"],
    ["ALTER TABLE `users` RENAME COLUMN `name` TO `nom`;", "takes away what the version before reads"],
    ["INSERT INTO `__new_users` SELECT * FROM `users`;", "takes away what the version before reads"],
    ["UPDATE users SET name = '';", "changes rows that the version before has written"],
  ])("is judged: %s", (statement, verdict) => {
    expect(harm(statement)).toBe(verdict);
  });

  it("is, in the database, only ever added to after the first migration", () => {
    expect(sqlFiles.length).toBeGreaterThan(0);
    const later = sqlFiles.toSorted().slice(1).flatMap(statementsOf);
    // An index of a table that the same migration makes meets no row.
    const made = new Set(
      later.flatMap((text) => [...text.matchAll(/^CREATE TABLE [`"]?(\w+)/gi)].map(([, name]) => name)),
    );
    const onNew = (text: string) => made.has(/^CREATE UNIQUE INDEX .*? ON [`"]?(\w+)/i.exec(text)?.[1]);
    expect(later.filter((text) => harm(text) !== null && !onNew(text))).toEqual([]);
  });

  it("is, in the objects, only ever added to, and no step that ran anywhere is another by now", () => {
    const statements = steps.flatMap((step) => step.split(";").map((one) => one.trim()));
    expect(statements.filter((one) => harm(one) !== null)).toEqual([]);
    const released: string[] = JSON.parse(readFileSync("test/repository/object-steps.json", "utf8"));
    const hashes = steps.map((step) => createHash("sha256").update(step).digest("base64url").slice(0, 22));
    expect(hashes.slice(0, released.length)).toEqual(released);
  });

  it("names the columns of every row that it writes into an object, for a newer version may have given it more", () => {
    const folder = "src/storage/user-object";
    const positional = readdirSync(folder).flatMap((name) => {
      const text = readFileSync(`${folder}/${name}`, "utf8");
      return [...text.matchAll(/INSERT (?:OR \w+ )?INTO (\w+)\s*(?:VALUES|SELECT)/g)].map(
        ([, table]) => `${name}: ${table}`,
      );
    });
    expect(positional).toEqual([]);
  });
});
