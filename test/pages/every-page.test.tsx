import { describe, expect, it } from "vitest";
import type { PageFrame } from "../../src/pages/frame.ts";
import { pageStyles } from "../../src/pages/look/styles.ts";
import { referenceStyles } from "../../src/pages/reference/styles.ts";
import { renderPage } from "../../src/pages/render.ts";
import { writtenLanguages } from "../../src/pages/texts/languages.ts";
import { byTag, type ParsedElement, parseHtml, visibleText } from "./parse-html.ts";
import { everyLanguage, everyPage, frameFor } from "./samples.tsx";

const frame = frameFor("en", { languages: everyLanguage });
const pages = Object.entries(everyPage(frame)).map(([name, element]) => ({ name, html: renderPage(element) }));

describe.each(pages)("$name", ({ name, html }) => {
  it("is one HTML document in the language and direction of its frame", async () => {
    const elements = await parseHtml(html);
    expect(html.startsWith('<!doctype html><html lang="en" dir="ltr"><head>')).toBe(true);
    expect(byTag(elements, "title")).toHaveLength(1);
    expect(byTag(elements, "main")).toHaveLength(1);
    expect(byTag(elements, "h1")).toHaveLength(1);
  });

  it("WB-01 has no inline style or handler, and its nonce on every style and script", async () => {
    const elements = await parseHtml(html);
    expect(attributeNames(elements).filter((attribute) => /^(on|style$)/.test(attribute))).toEqual([]);
    for (const { attributes } of [...byTag(elements, "style"), ...byTag(elements, "script")]) {
      expect(attributes.get("nonce")).toBe(frame.nonce);
    }
    expect(byTag(elements, "base")).toEqual([]);
  });

  it("WB-09 loads nothing from elsewhere", async () => {
    const elements = await parseHtml(html);
    expect(byTag(elements, "script").filter(({ attributes }) => attributes.has("src"))).toEqual([]);
    for (const { attributes } of byTag(elements, "link"))
      expect(attributes.get("href")).toMatch(/^data:image\/svg\+xml,/);
    expect(html).not.toMatch(/@import|url\(/);
  });

  it("WB-10 works without scripts: one posts a form that has a button too, others offer passkeys besides what there is", async () => {
    const elements = await parseHtml(html);
    const offersPasskey = elements.some(({ attributes }) => attributes.get("id") === "passkey");
    // Frames speak by a script alone; the way to sign in is a link, which works without. So does the end of a consent in a window of its
    // own, which the application learns of all the same by asking.
    const isEmbedded = name.startsWith("embed") || name.startsWith("connect-");
    // One's own pages hear of the end of their session; without scripts the next click shows it.
    const isLive = elements.some(({ attributes }) => attributes.get("id") === "place-overview");
    const scripts = [name === "form-post", offersPasskey, isEmbedded, isLive].filter(Boolean).length;
    expect(byTag(elements, "script")).toHaveLength(scripts);
    if (offersPasskey) expect(byTag(elements, "form").length).toBeGreaterThan(0);
    const forms = byTag(elements, "form").length;
    const submits = byTag(elements, "button").filter(({ attributes }) => attributes.get("type") === "submit").length;
    expect(submits).toBeGreaterThanOrEqual(forms);
  });

  it("has unique ids, and every reference to one has its target", async () => {
    const elements = await parseHtml(html);
    const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = elements.flatMap(({ attributes }) => [
      ...(attributes.get("for")?.split(" ") ?? []),
      ...(attributes.get("aria-describedby")?.split(" ") ?? []),
      ...(attributes.get("aria-labelledby")?.split(" ") ?? []),
      ...(attributes.get("href")?.startsWith("#") ? [decodeURIComponent(attributes.get("href") ?? "").slice(1)] : []),
    ]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it("labels every visible field", async () => {
    const elements = await parseHtml(html);
    const labelled = byTag(elements, "label").map(({ attributes }) => attributes.get("for"));
    const fields = ["input", "select", "textarea"].flatMap((tag) => byTag(elements, tag));
    const visible = fields.filter(({ attributes }) => attributes.get("type") !== "hidden");
    for (const { attributes } of visible) expect(labelled).toContain(attributes.get("id"));
  });

  it("stays far under 30 kB over the wire, and small before it is compressed", async () => {
    expect(await compressedBytes(html)).toBeLessThan(12_000);
    expect(new TextEncoder().encode(html).byteLength).toBeLessThan(32_000);
  });
});

const englishWord = /^(the|you|your|this|it|if|with|sign|account|password|here)$/i;

describe("in other languages and directions", () => {
  const changed = (changes: Partial<PageFrame>, language = "en") =>
    Object.entries(everyPage(frameFor(language, { languages: everyLanguage, ...changes }), { word: "Zut" })).map(
      ([name, element]) => ({
        name,
        html: renderPage(element),
      }),
    );

  it.each(changed({ language: "ar", direction: "rtl" }))("$name says rtl when its frame does", ({ html }) => {
    expect(html).toContain('<html lang="ar" dir="rtl">');
  });

  const others = writtenLanguages.filter((tag) => tag !== "en");
  const translated = others.flatMap((tag) =>
    changed({ realmName: "Le Jour" }, tag).map((page) => ({ ...page, tag, spoken: englishName(tag) })),
  );
  it.each(translated)("$name speaks $spoken throughout, and stays small", async ({ name, html, tag }) => {
    expect(html).toContain(`<html lang="${tag}" dir="ltr">`);
    const text = visibleText(html);
    const words = text.split(/[^\p{L}]+/u);
    // What the sample API calls its own things is not ours to translate.
    if (!name.startsWith("reference")) expect(words.filter((word) => englishWord.test(word))).toEqual([]);
    expect(text).not.toMatch(/undefined|\[object|=>|NaN|Invalid Date/);
    // Three bytes a letter in Bengali and Hindi; what goes over the wire is compressed.
    expect(new TextEncoder().encode(html).byteLength).toBeLessThan(36_000);
    expect(await compressedBytes(html)).toBeLessThan(12_000);
  });
});

describe("the stylesheets", () => {
  it("animate only for those who did not ask for less motion", () => {
    const [before, after = ""] = pageStyles.split("@media (prefers-reduced-motion:no-preference)");
    expect(before + referenceStyles).not.toMatch(/transition|animation/);
    expect(after).toContain("transition");
  });
});

const attributeNames = (elements: readonly ParsedElement[]) =>
  elements.flatMap(({ attributes }) => [...attributes.keys()]);

const englishName = (tag: string) => new Intl.DisplayNames(["en"], { type: "language" }).of(tag);

async function compressedBytes(html: string): Promise<number> {
  const stream = new Blob([html]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}
