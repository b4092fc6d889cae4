import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { alone, nouns } from "../../scripts/cli/program.mjs";

const root = resolve(import.meta.dirname, "../..");
const pages = globSync(["*.md", "docs/**/*.md", "examples/*/*.md"], { cwd: root }).map((path) => ({
  path,
  text: readFileSync(join(root, path), "utf8"),
}));
const textOf = new Map(pages.map(({ path, text }) => [path, text]));

/** As GitHub makes them of a page's headings. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );

function isBroken(from: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : relative(root, resolve(root, dirname(from), decodeURIComponent(path)));
  if (!existsSync(join(root, file))) return true;
  return anchor !== undefined && !anchorsOf(textOf.get(file) ?? "").has(anchor);
}

const linksOf = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** `users import` is `user import`: nouns have a second name. */
const known = new Set([
  ...alone.map(({ name }) => name),
  ...nouns.flatMap(([, , commands]) => commands.flatMap(({ name }) => [name, name.replace(" ", "s ")])),
  "login",
  "logout",
  "completion",
]);

/** Commands in code: `npm run gatehouse -- user list`, `gatehouse doctor`. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].flatMap(([code]) =>
    [...code.matchAll(/(?:^|[`\s(])(?:npm run gatehouse --|gatehouse) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)].map(
      ([, noun = "", verb]) => (verb === undefined || known.has(noun) ? noun : `${noun} ${verb}`),
    ),
  );

describe("the documents", () => {
  it("link to what there is", () => {
    const broken = pages.flatMap(({ path, text }) =>
      linksOf(text)
        .filter((target) => isBroken(path, target))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("name commands that there are", () => {
    const named = pages.flatMap(({ path, text }) => commandsOf(text).map((command) => ({ path, command })));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ command }) => !known.has(command))).toEqual([]);
  });

  it("are all on the map (docs/README.md), and so is every example", () => {
    const map = textOf.get("docs/README.md") ?? "";
    const mapped = new Set(
      linksOf(map).map((target) => relative(root, resolve(root, "docs", target.split("#")[0] ?? ""))),
    );
    const wanted = pages
      .map(({ path }) => path)
      .filter((path) => path.startsWith("docs/") && !path.startsWith("docs/decisions/") && path !== "docs/README.md");
    const examples = globSync("examples/*", { cwd: root });
    expect([...wanted, ...examples].filter((path) => !mapped.has(path))).toEqual([]);
  });

  it("show pictures that there are, and no other lies about", () => {
    const shown = new Set(
      pages.flatMap(({ path, text }) =>
        [...text.matchAll(/(?:\]\(|src=")([^)\s"]+\.png)/g)].map(([, target = ""]) =>
          relative(root, resolve(root, dirname(path), target)),
        ),
      ),
    );
    expect(globSync("docs/images/*", { cwd: root }).toSorted()).toEqual([...shown].toSorted());
  });
});

describe("every example", () => {
  const outside = globSync("test/outside/**/*.ts", { cwd: root }).map((path) => readFileSync(join(root, path), "utf8"));

  it.each(globSync("examples/*", { cwd: root }))("%s has a page of its own, and a test that runs it", (path) => {
    expect(existsSync(join(root, path, "README.md"))).toBe(true);
    const name = path.split("/").at(-1) ?? "";
    const started = readFileSync(join(root, "scripts/start/main.mjs"), "utf8");
    expect([...outside, started].some((text) => text.includes(`${name}/`) || text.includes(`"${name}"`))).toBe(true);
  });
});
