import { describe, expect, it } from "vitest";
import { consoleTexts } from "../../src/pages/texts/console/index.ts";
import { textsFor } from "../../src/pages/texts/index.ts";
import { writtenLanguages } from "../../src/pages/texts/languages.ts";
import { lookup, parseAcceptLanguage } from "../../src/pages/texts/lookup.ts";

describe("textsFor", () => {
  it.each<[uiLocales: string | undefined, acceptLanguage: string | undefined, realm: string[], language: string]>([
    [undefined, undefined, [], "en"],
    ["fr", undefined, [], "fr"],
    ["fr-CA", undefined, [], "fr"],
    ["FR-ca", undefined, [], "fr"],
    ["fr-Latn-CA-x-quebec", undefined, [], "fr"],
    ["de fr en", undefined, [], "fr"],
    ["de", "fr", [], "fr"],
    ["en", "fr", [], "en"],
    ["", "fr", [], "fr"],
    ["de", "it", [], "en"],
    [undefined, "fr-FR,fr;q=0.9,en;q=0.8", [], "fr"],
    [undefined, "en;q=0.5, fr;q=0.9", [], "fr"],
    [undefined, "fr;q=0, en;q=0.1", [], "en"],
    [undefined, "*", [], "en"],
    [undefined, "*", ["fr", "en"], "fr"],
    [undefined, "de, *;q=0.1", [], "en"],
    [undefined, "frr", [], "en"],
    [undefined, ";;;q=,,fr;q=abc", [], "en"],
    ["fr", "fr", ["en"], "en"],
    ["en", "en", ["fr"], "fr"],
    [undefined, undefined, ["fr", "en"], "fr"],
    [undefined, undefined, ["fr-CA"], "fr"],
    ["fr", undefined, ["fr-CA", "en"], "fr"],
    ["fr", undefined, ["de"], "en"],
    ["__proto__ constructor", "toString", ["__proto__"], "en"],
    ["<script>", '"><script>', [], "en"],
  ])(
    "ui_locales %j, Accept-Language %j, realm %j → %s (RFC 4647 §3.4)",
    (uiLocales, acceptLanguage, realm, language) => {
      expect(textsFor(uiLocales, acceptLanguage, realm).language).toBe(language);
    },
  );

  it("is not slowed down by endless wishes", () => {
    const wishes = Array.from({ length: 200_000 }, (_, index) => `x${index}-y`);
    expect(textsFor(wishes.join(" "), wishes.join(","), []).language).toBe("en");
  });

  it("gives each language its own texts", () => {
    expect(writtenLanguages).toEqual(["en", "fr", "bn", "hi", "es"]);
    for (const language of writtenLanguages) expect(textsFor(language, undefined, []).language).toBe(language);
  });
});

describe("lookup", () => {
  it.each<[ranges: string[], available: string[], found: string | undefined]>([
    [["zh-Hant-CN-x-private1-private2"], ["zh-Hant-CN", "zh"], "zh-Hant-CN"],
    [["zh-Hant-CN-x-private1"], ["zh-Hant-CN-x", "zh"], "zh"],
    [["zh-Hant-CN"], ["ZH-hant"], "ZH-hant"],
    [["en"], ["en-GB"], undefined],
    [["de", "en-GB"], ["en-GB", "en"], "en-GB"],
    [["*"], ["en"], undefined],
    [["en--gb", "en_GB", "toolongsubtag"], ["en"], undefined],
  ])("%j in %j → %j", (ranges, available, found) => {
    expect(lookup(ranges, available)).toBe(found);
  });
});

describe("parseAcceptLanguage", () => {
  it.each<[header: string, ranges: string[]]>([
    ["da, en-gb;q=0.8, en;q=0.7", ["da", "en-gb", "en"]],
    ["en;q=0.7,da;q=1,fr", ["da", "fr", "en"]],
    ["en ; Q=0.5 , fr;q=0.6", ["fr", "en"]],
    ["en;q=0,fr;q=2,de;q=-1,it;q=x", []],
    ["", [""]],
  ])("%j → %j (RFC 9110 §12.5.4)", (header, ranges) => {
    expect(parseAcceptLanguage(header)).toEqual(ranges);
  });
});

/** For texts that take a number or a name, and for those that take several of them by name. */
const seven: unknown = Object.assign(Object(7), { provider: "7" });
const flatten = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(flatten) : [value];

describe.each(writtenLanguages)("the %s texts", (language) => {
  const sevenWritten = new RegExp(`7|${new Intl.NumberFormat(language).format(7)}`);

  it("leave no text empty, and every function uses what it is given", () => {
    for (const text of flatten([textsFor(language, undefined, []), consoleTexts(language)])) {
      if (typeof text === "function") expect(text(seven, "realm")).toMatch(sevenWritten);
      else if (text !== null) expect(text).toMatch(/\S/);
    }
  });
});

describe.each(writtenLanguages)("the console's %s texts", (language) => {
  it("are in this language", () => {
    const isEnglish = consoleTexts(language).form.save === consoleTexts("en").form.save;
    expect(isEnglish).toBe(language === "en");
    expect(Object.keys(consoleTexts(language).problems)).toEqual(Object.keys(consoleTexts("en").problems));
  });
});
