import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const source = resolve(import.meta.dirname, "../../src");

/** From the top of the house to its cellar; a file may import from its own floor and from those below. */
const floors = [
  "index",
  "app",
  "routes|jobs",
  "http",
  "pages",
  "domain",
  "storage",
  "crypto",
  "errors",
  "config",
  "lib",
];

/** Packages that may only be touched where it says. */
const confined: Record<string, readonly string[]> = {
  hono: ["index", "app", "routes", "http", "pages"],
  "drizzle-orm": ["storage"],
  "cloudflare:workers": ["index", "storage"],
  jose: ["crypto"],
  "@phi-ag/argon2": ["crypto"],
  "@simplewebauthn/server": ["crypto"],
  otpauth: ["crypto"],
  uqr: ["lib"],
  oauth4webapi: ["domain"],
};

const longestFileLines = 400;
const refusedNames =
  /(?:^|[-/])(?:managers?|services?|controllers?|helpers?|utils?)(?:[-./]|$)|(?:^|\/)(?:common|misc)[./]/;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: SourceFile[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(source, path), "utf8");
    return {
      path,
      text,
      imports: [...text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map((match) => match[1] ?? ""),
    };
  });

/** What main products take with them: it stands alone. */
const island = "client";

const roomOf = (path: string): string => (path.split("/")[0] ?? "").replace(/\.tsx?$/, "");
const floorOf = (path: string): number => floors.findIndex((floor) => floor.split("|").includes(roomOf(path)));

describe("the house", () => {
  it("has no room that is not on the plan", () => {
    expect(
      files.filter((file) => floorOf(file.path) < 0 && roomOf(file.path) !== island).map((file) => file.path),
    ).toEqual([]);
  });

  it("imports downwards only", () => {
    const upwards = files.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith("."))
        .map((name) => relative(source, resolve(source, dirname(file.path), name)))
        .filter((target) => floorOf(target) < floorOf(file.path))
        .map((target) => `${file.path} → ${target}`),
    );
    expect(upwards).toEqual([]);
  });

  it("keeps the client an island: it imports nothing from elsewhere, and nobody imports it", () => {
    const inside = files.filter((file) => roomOf(file.path) === island);
    expect(inside.length).toBeGreaterThan(1);
    const strays = files.flatMap((file) =>
      file.imports
        .filter((name) => {
          const target = name.startsWith(".") ? relative(source, resolve(source, dirname(file.path), name)) : name;
          return (roomOf(file.path) === island) !== (name.startsWith(".") && roomOf(target) === island);
        })
        .map((name) => `${file.path} → ${name}`),
    );
    expect(strays).toEqual([]);
  });

  it.each(Object.entries(confined))("touches %s only in %s", (name, rooms) => {
    const touching = files.filter((file) =>
      file.imports.some((target) => target === name || target.startsWith(`${name}/`)),
    );
    expect(touching.filter((file) => !rooms.includes(roomOf(file.path))).map((file) => file.path)).toEqual([]);
  });

  it("keeps rules free of Hono and of the platform's bindings", () => {
    const rules = files.filter((file) => roomOf(file.path) === "domain" && file.path !== "domain/realm-context.ts");
    expect(
      rules
        .filter((file) => /\b(?:AppContext|Bindings|KVNamespace|DurableObject\w*)\b/.test(file.text))
        .map((file) => file.path),
    ).toEqual([]);
  });

  it(`has no file of more than ${longestFileLines} lines`, () => {
    expect(files.filter((file) => file.text.split("\n").length > longestFileLines).map((file) => file.path)).toEqual(
      [],
    );
  });

  it("has names that say something, in kebab-case", () => {
    const odd = files.filter((file) => refusedNames.test(file.path) || !/^[a-z0-9./-]+$/.test(file.path));
    expect(odd.map((file) => file.path)).toEqual([]);
  });

  it("WB-08 puts nothing where a page's scripts could read it: no storage of the browser, no cookie that is not HttpOnly (ASVS 14.3.3)", () => {
    const stores = /\b(?:localStorage|sessionStorage|indexedDB|cookieStore|document\.cookie)\b/;
    expect(files.filter((file) => stores.test(file.text)).map((file) => file.path)).toEqual([]);
    const setters = files.filter((file) => /["']set-cookie["']/i.test(file.text) && /; Path=/.test(file.text));
    expect(setters.map((file) => file.path)).toEqual(["http/cookies.ts"]);
    expect(setters[0]?.text).toContain("HttpOnly");
  });

  it("says in the first line of each endpoint and grant what it is", () => {
    const entrances = files.filter((file) =>
      /^(?:routes\/oauth|domain\/grants)\/(?!index|paths|documents|grant\.)/.test(file.path),
    );
    expect(
      entrances.filter((file) => !file.text.startsWith("/*") && !file.text.startsWith("//")).map((file) => file.path),
    ).toEqual([]);
  });

  it("reaches `DB` itself only for what lies in the directory of realms: all else of a realm is on its shard (decision 33)", () => {
    const ofDirectory = [
      "jobs/audit.ts",
      "jobs/keys.ts",
      "routes/admin/audited.ts",
      "routes/admin/events.ts",
      "routes/admin/keys.ts",
    ];
    const reaching = files.filter(({ text }) => /\benv\.DB\b/.test(text)).map(({ path }) => path);
    expect(reaching.toSorted()).toEqual([...ofDirectory, "storage/d1/shards.ts"].toSorted());
  });

  it("makes stubs of objects in one place, which knows the realm's jurisdiction (decision 31)", () => {
    const making = /\b(?:getByName|idFromName|idFromString|newUniqueId)\(|\.jurisdiction\(/;
    const found = files.filter(({ text }) => making.test(text)).map(({ path }) => path);
    expect(found.toSorted()).toEqual(["storage/user-object/handle.ts", "storage/user-object/jurisdiction.ts"]);
  });

  it.each(["grants", "sessions"])(
    "writes to an object's table of %s in one place, which keeps the rows that were read",
    (table) => {
      const writing = new RegExp(`\\b(?:INSERT INTO|UPDATE|DELETE FROM) ${table}\\b`);
      expect(files.filter(({ text }) => writing.test(text)).map(({ path }) => path)).toEqual([
        `storage/user-object/${table}-table.ts`,
      ]);
    },
  );
});
