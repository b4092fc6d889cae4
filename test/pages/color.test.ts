import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  black,
  contrastRatio,
  type HexColor,
  isHexColor,
  mix,
  readableOn,
  textOn,
  white,
} from "../../src/lib/color.ts";
import { accentColors, accentOf, defaultAccent, schemes, tokensCss } from "../../src/pages/look/tokens.ts";

const anyColor = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value): HexColor => `#${value.toString(16).padStart(6, "0")}`);

describe("contrastRatio", () => {
  it.each<[HexColor, HexColor, number]>([
    [black, white, 21],
    [white, white, 1],
    ["#777777", white, 4.48],
    ["#767676", white, 4.54],
    ["#ff0000", white, 4.0],
    ["#0000ff", "#FFFF00", 8],
  ])("of %s and %s is %d (WCAG 2.2)", (one, other, ratio) => {
    expect(contrastRatio(one, other)).toBeCloseTo(ratio, 1);
    expect(contrastRatio(other, one)).toBe(contrastRatio(one, other));
  });
});

describe("textOn", () => {
  it.each<[HexColor, HexColor]>([
    ["#ffd400", black],
    ["#0b1f4b", white],
    ["#1d5c54", white],
    [white, black],
    [black, white],
  ])("%s carries %s", (background, text) => {
    expect(textOn(background)).toBe(text);
  });

  it("reaches 4.5:1 on every colour there is", () => {
    fc.assert(
      fc.property(anyColor, (color) => contrastRatio(textOn(color), color) >= 4.5),
      { seed: 20_261_121, numRuns: 2000 },
    );
  });
});

describe("mix and readableOn", () => {
  it("mixes by share", () => {
    expect(mix("#ff0000", "#000000", 0)).toBe("#000000");
    expect(mix("#ff0000", "#000000", 1)).toBe("#ff0000");
    expect(mix("#ffffff", "#000000", 0.5)).toBe("#808080");
  });

  it("leaves a colour alone that is readable already", () => {
    expect(readableOn("#1d5c54", [white], 4.5)).toBe("#1d5c54");
  });

  it("darkens on light and lightens on dark", () => {
    expect(contrastRatio(readableOn("#ffd400", [white], 4.5), white)).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(readableOn("#0b1f4b", [black], 4.5), black)).toBeGreaterThanOrEqual(4.5);
  });
});

describe.each(Object.entries(schemes))("the %s scheme", (_name, scheme) => {
  it("has text and control borders that can be told from what they stand on", () => {
    for (const background of [scheme.page, scheme.surface]) {
      expect(contrastRatio(scheme.ink, background)).toBeGreaterThanOrEqual(7);
      expect(contrastRatio(scheme.muted, background)).toBeGreaterThanOrEqual(4.5);
      expect(contrastRatio(scheme.danger, background)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrastRatio(scheme.danger, scheme.dangerTint)).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(scheme.ink, scheme.field)).toBeGreaterThanOrEqual(7);
    for (const beside of [scheme.surface, scheme.field]) {
      expect(contrastRatio(scheme.fieldLine, beside)).toBeGreaterThanOrEqual(3);
    }
  });

  it("stays readable under every accent a realm may choose", () => {
    fc.assert(
      fc.property(anyColor, (accent) => {
        const made = accentColors(accent, scheme);
        expect(contrastRatio(made.accentInk, made.accent)).toBeGreaterThanOrEqual(4.5);
        expect(contrastRatio(made.accentInk, made.accentHover)).toBeGreaterThanOrEqual(4.5);
        for (const background of [scheme.page, scheme.surface, made.accentTint]) {
          expect(contrastRatio(made.link, background)).toBeGreaterThanOrEqual(4.5);
          expect(contrastRatio(made.accentEdge, background)).toBeGreaterThanOrEqual(3);
          expect(contrastRatio(scheme.muted, background)).toBeGreaterThanOrEqual(4.5);
          expect(contrastRatio(scheme.ink, background)).toBeGreaterThanOrEqual(7);
        }
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });
});

describe("tokensCss", () => {
  it("declares every colour for both schemes", () => {
    const [light = "", dark = ""] = tokensCss(undefined).split("@media (prefers-color-scheme:dark)");
    const names = (css: string) => [...css.matchAll(/--([a-z-]+):#/g)].map(([, name]) => name);
    expect(names(dark).sort()).toEqual(names(light).sort());
    expect(light).toContain(`--accent:${defaultAccent};`);
  });

  it("holds nothing that is no colour (WB-04)", () => {
    for (const accentColor of ["red", "#fff", "#123456}", "#12345g", "\n#123456", "#123456\n"]) {
      expect(isHexColor(accentColor)).toBe(false);
      expect(accentOf({ accentColor })).toBe(defaultAccent);
      expect(tokensCss({ accentColor })).toBe(tokensCss(undefined));
    }
  });
});
