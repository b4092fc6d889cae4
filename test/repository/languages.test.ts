import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { sentenceOf } from "../../src/pages/refusal.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "src/pages/texts");

const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
/** One file a language: `<tag>.ts`; what is made of parts has them in `<part>-<tag>.ts`. */
const languages = files.flatMap((name) => /^([a-z]{2,3})\.ts$/.exec(name)?.[1] ?? []);
const masters = files.filter((name) => /^(?:console\/)?(?:[a-z-]+-)?en\.ts$/.test(name));
const inLanguage = (master: string, tag: string): string => master.replace(/en\.ts$/, `${tag}.ts`);

/** Every text of a file by its path, such as `places.overview`. */
async function textsOf(name: string): Promise<Map<string, unknown>> {
  const module: Record<string, unknown> = await import(join(folder, name));
  const texts = Object.entries(module).find(([exported]) => /(?:En|Fr|Es|Hi|Bn)$|^[a-z]{2,3}$/.test(exported));
  if (texts === undefined) throw new Error(`src/pages/texts/${name} exports no texts`);
  return new Map(leaves(texts[1], ""));
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

/** Written the same in every language, or the name of something. */
const sameEverywhere = /^(?:ltr|openid|SHA-256\.|Error|Code|QR|PIN|[A-Z]{2,6})$|^\W*$/;

describe.each(languages.filter((tag) => tag !== "en"))("the texts in %s", (tag) => {
  it.each(masters)("are all there beside %s", async (master) => {
    const name = inLanguage(master, tag);
    const where = `src/pages/texts/${name}`;
    expect(files, `${where} is missing: write it after ${basename(master)}`).toContain(name);
    const [english, own] = [await textsOf(master), await textsOf(name)];
    const missing = [...english.keys()].filter((path) => path !== "refusals" && !own.has(path));
    expect(missing, `${where} lacks texts that ${basename(master)} has`).toEqual([]);
    const left = [...english]
      .filter(([path, text]) => own.get(path) === text && typeof text === "string" && !sameEverywhere.test(text))
      .filter(([, text]) => String(text).split(" ").length > 2);
    expect(
      left.map(([path]) => path),
      `${where} still has these in English`,
    ).toEqual([]);
  });
});

describe("French", () => {
  /** What stands between quotes, without what is put in. */
  const wordsOf = (source: string): string[] =>
    [...source.matchAll(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g)].flatMap(([quoted]) => quoted.split(/\$\{[^}]*\}/));

  it.each(files.filter((name) => /(?:^|[/-])fr\.ts$/.test(name)))(
    "leaves no sign alone at the beginning of a line: %s",
    (name) => {
      const torn = wordsOf(readFileSync(join(folder, name), "utf8")).filter(
        (words) => / [;:?!»]|« /.test(words) && !words.includes("==="),
      );
      expect(torn, "write \\u00a0 before ; : ? ! » and after «").toEqual([]);
    },
  );
});

describe("what people read when something is refused", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({
      name: relative(root, join(root, "src", name)),
      text: readFileSync(join(root, "src", name), "utf8"),
    }));
  const thrown = sources.flatMap(({ name, text }) =>
    [...text.matchAll(/new PageError\(\s*"([a-z-]+)"/g)].map((match) => ({ name, reason: match[1] ?? "" })),
  );

  it("has a sentence in every language for each reason that a page is thrown for", () => {
    expect(thrown.length).toBeGreaterThan(20);
    const silent = thrown.filter(({ reason }) => !Object.hasOwn(sentenceOf, reason));
    expect(silent, "name these in src/pages/refusal.ts").toEqual([]);
  });
});
