import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAdditive } from "../../scripts/deploy/migrations.mjs";

/** As they stand there: the file itself is made for another runtime. */
const stepsText = readFileSync("src/storage/user-object/migrations.ts", "utf8")
  .split("const steps")[1]
  ?.split("\n];")[0];
const steps = [...(stepsText ?? "").matchAll(/`([^`]*)`/g)].map(([, step = ""]) => step);

/** A release later than the code that has stopped reading what it takes away, and applied after that (docs/deploying.md). */
const isContracting = (file: string): boolean => file.includes("contract");

describe("RE-08 what changes under traffic", () => {
  it("is, in the database, only added to after the first migration, but by those that are named for taking away", () => {
    const files = readdirSync("migrations").filter((name) => name.endsWith(".sql"));
    expect(files.length).toBeGreaterThan(0);
    const later = files.toSorted().slice(1);
    const additive = later.filter((file) => isAdditive(readFileSync(`migrations/${file}`, "utf8")));
    expect(later.filter((file) => !additive.includes(file) && !isContracting(file))).toEqual([]);
  });

  it("is, in the objects, only ever added to, and no step that was released is another by now", () => {
    expect(steps.filter((step) => !isAdditive(step))).toEqual([]);
    const released: string[] = JSON.parse(readFileSync("test/repository/object-steps.json", "utf8"));
    expect(released.length).toBeGreaterThan(0);
    const hashes = steps.map((step) => createHash("sha256").update(step).digest("base64url").slice(0, 22));
    expect(hashes.slice(0, released.length)).toEqual(released);
  });

  it.each([
    ["ALTER TABLE grants ADD COLUMN jkt TEXT;", true],
    ["ALTER TABLE attempts ADD COLUMN judged INTEGER NOT NULL DEFAULT 0;", true],
    ["CREATE TABLE later (id TEXT PRIMARY KEY) WITHOUT ROWID; CREATE UNIQUE INDEX later_by_id ON later (id);", true],
    ["ALTER TABLE grants ADD COLUMN jkt TEXT NOT NULL;", false],
    ["CREATE UNIQUE INDEX grants_by_client ON grants (client_id);", false],
    ["ALTER TABLE grants RENAME COLUMN jkt TO key;", false],
    ["DELETE FROM spent;", false],
    ["DROP TABLE spent;", false],
  ])("is judged: %s", (step, verdict) => {
    expect(isAdditive(step)).toBe(verdict);
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
