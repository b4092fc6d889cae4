import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const rooms = ["src", "test", "scripts", "bench"];

/** Taken by what is no code of ours: the platform, and whoever installs the client. */
const entrances = [
  "src/index.ts",
  "src/client/index.ts",
  "bench/workers/counted.js",
  "scripts/chaos/worker.js",
  "scripts/rolling/worker.js",
];
/** Hold code as text: what others are to copy, what is to be written. */
const quoting = ["src/routes/console/source-snippets.ts", "scripts/make-common-passwords.mjs"];
/** Looked up by the test runner. */
const hooks = ["setup", "teardown"];

const texts = new Map(
  rooms
    .flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((at) => join(room, at)))
    .filter((path) => /\.(?:tsx?|m?js)$/.test(path) && !path.includes("node_modules/"))
    .map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

const listed = (names: string): string[] =>
  names
    .split(",")
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "");

const isNamed = (name: string, text: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

type Takes = (name: string) => boolean;

/** Of each file, who takes what. Of a file that comes whole, a taker takes what it names, or all that it passes on whole. */
const takers = new Map<string, Takes[]>();
for (const [path, text] of texts) {
  const take = (from: string, takes: Takes): void => {
    const target = relative(root, resolve(root, dirname(path), from));
    takers.set(target, [...(takers.get(target) ?? []), takes]);
  };
  const byName = /(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.[^"]+)"/g;
  for (const [, names = "", from = ""] of text.matchAll(byName)) {
    const taken = listed(names).map((name) => name.split(" as ")[0]);
    take(from, (name) => taken.includes(name));
  }
  for (const [, whole = "", from = ""] of text.matchAll(/\*\s+as\s+(\w+)\s+from\s*"(\.[^"]+)"/g)) {
    const passedOn = text.includes(`...${whole}`);
    take(from, (name) => passedOn || isNamed(name, text));
  }
  for (const [, from = ""] of text.matchAll(/\bimport\(\s*"(\.[^"]+)"/g)) take(from, (name) => isNamed(name, text));
}

const isTaken = (path: string, name: string): boolean => takers.get(path)?.some((takes) => takes(name)) ?? false;

/** By declaration, and by handing on. */
function valuesGivenBy(text: string): string[] {
  const declared = text.matchAll(/^export (?:async )?(?:abstract )?(?:const|let|function\*?|class) (\w+)/gm);
  const handedOn = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return [
    ...[...declared].map(([, name = ""]) => name),
    ...[...handedOn].flatMap(([, names = ""]) => listed(names)).map((name) => name.split(" as ").at(-1) ?? name),
  ];
}

it("exports nothing that no other file imports", () => {
  const idle = [...texts]
    .filter(([path]) => !entrances.includes(path) && !quoting.includes(path))
    .flatMap(([path, text]) => valuesGivenBy(text).map((name) => ({ path, name })))
    .filter(({ path, name }) => !hooks.includes(name) && !isTaken(path, name));
  expect(idle).toEqual([]);
});

it("declares no type that nobody speaks of", () => {
  const idle = [...texts]
    .flatMap(([path, text]) =>
      [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name = ""]) => ({ path, text, name })),
    )
    .filter(({ path, text, name }) => text.split(new RegExp(`\\b${name}\\b`)).length < 3 && !isTaken(path, name));
  expect(idle.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
});
