import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const src = resolve(import.meta.dirname, "../../src");

/** Every stylesheet as it stands in the sources: what `compactCss` is given. */
const sheets = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .flatMap((name) => {
    const text = readFileSync(join(src, name), "utf8");
    return [...text.matchAll(/compactCss\(`([^`]*)`\)/g)].map(([, css = ""], index) => ({
      name: index === 0 ? name : `${name} (${index + 1})`,
      declarations: declarationsOf(css),
    }));
  });

interface Declaration {
  readonly property: string;
  readonly value: string;
}

function declarationsOf(css: string): Declaration[] {
  const bare = css.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return [...bare.matchAll(/(?<=[{;]\s*)([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g)].map(([, property = "", value = ""]) => ({
    property,
    value: value.trim(),
  }));
}

const ofOneDirection: readonly ((declaration: Declaration) => boolean)[] = [
  ({ property }) => /(?:^|-)(?:left|right|top|bottom)(?:-|$)/.test(property),
  ({ property }) => /^(?:min-|max-)?(?:width|height)$/.test(property),
  ({ property, value }) => /^(?:text-align|float|clear)$/.test(property) && /left|right/.test(value),
  // Four values go round from the top; only the logical properties turn with the script.
  ({ property, value }) => {
    const [, end, , start] = partsOf(value);
    return (
      /^(?:margin|padding|inset|border-width|border-color|border-style)$/.test(property) &&
      start !== undefined &&
      end !== start
    );
  },
  ({ property, value }) => /^(?:transform|translate)$/.test(property) && /translate(?:X|3d|\()|^-?[\d.]/.test(value),
];

/** `1rem calc(1px + 2px)` has two. */
const partsOf = (value: string): string[] => value.match(/(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+/g) ?? [];

it("finds the stylesheets", () => {
  expect(sheets.length).toBeGreaterThan(6);
  for (const { name, declarations } of sheets) expect([name, declarations.length > 5]).toEqual([name, true]);
});

describe.each(sheets)("the styles of $name", ({ declarations }) => {
  it("are the same for scripts that run from right to left", () => {
    expect(declarations.filter((declaration) => ofOneDirection.some((isPhysical) => isPhysical(declaration)))).toEqual(
      [],
    );
  });
});

it.each([
  ["margin-left: 1px", true],
  ["border-top-left-radius: 1px", true],
  ["padding: 1px 2px 1px 0", true],
  ["inset: 0 auto auto 0", true],
  ["text-align: right", true],
  ["min-width: 1rem", true],
  ["transform: translateX(3px)", true],
  ["padding: 1px 2px 3px 2px", false],
  ["border-radius: 1px 2px 3px 4px", false],
  ["margin-inline-start: 1px", false],
  ["transform: scaleX(-1)", false],
])("takes %s for one of one direction only: %s", (line, isPhysical) => {
  const [declaration] = declarationsOf(`.a { ${line}; }`);
  expect(declaration !== undefined && ofOneDirection.some((is) => is(declaration))).toBe(isPhysical);
});
