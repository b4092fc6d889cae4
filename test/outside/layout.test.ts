import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { useChromium } from "./support/chromium.ts";
import { writeFigures } from "./support/figures.ts";
import { layoutFaults, stretch } from "./support/layout.ts";
import { type MorningPost, openMorningPost } from "./support/morning-post.ts";
import { type Place, places, type Visitor } from "./support/places.ts";
import { cookiesOfVisitors } from "./support/visitors.ts";

const chromium = useChromium();
const phoneWidth = 320;
const desktopWidth = 1280;
/** Tabs of a browser that load and are measured at the same time. */
const tabs = 3;

let post: MorningPost;
let cookies: Awaited<ReturnType<typeof cookiesOfVisitors>>;

beforeAll(async () => {
  post = await openMorningPost("evening-post");
  writeFigures(inject("stateDirectory"), post.realmId);
  cookies = await cookiesOfVisitors(post);
});
afterAll(() => post?.stop());

/** With the sample's things put in for their names. */
function addressOf({ path, route }: Place): string {
  const filled = (path ?? route ?? "").replace(/\{(\w+)\}/g, (_, name: string) => post.names[name] ?? "");
  return filled.startsWith("/") ? post.origin + filled : filled;
}

/** Of the console one page of each shape: long forms, tables, charts, code. */
const consoleShapes: readonly string[] = [
  "/realms",
  "/realms/:realm",
  "/realms/:realm/domains",
  "/realms/:realm/settings",
  "/realms/:realm/settings/:group",
  "/realms/:realm/look",
  "/realms/:realm/clients/:client",
  "/realms/:realm/clients/:client/try",
  "/realms/:realm/providers",
  "/realms/:realm/keys",
  "/realms/:realm/users/:user",
  "/realms/:realm/webhooks/:webhook/deliveries",
  "/realms/:realm/events",
  "/realms/:realm/figures",
].map((path) => `/console${path}`);
const isOfTheConsole = ({ route }: Place): boolean => route?.startsWith("/console") ?? false;
/** A book of many thousand words, in English only. */
const isTheReference = ({ route }: Place): boolean => route === "/docs";
const stretched = places.filter((place) =>
  isOfTheConsole(place) ? consoleShapes.includes(place.route ?? "") : !isTheReference(place),
);

/** Whose letters stand above and below the line. */
const inOtherLetters = places.filter(({ route }) =>
  /^\/(?:sign-in|sign-up|two-factor|forgot-password|device|authorize|account)(?:$|\/(?:profile|devices|two-step|passkeys|apps)$)/.test(
    route ?? "",
  ),
);

/** Opens each place once and measures it as `measure` lays it out; what is wrong, in words. */
async function walk(
  some: readonly Place[],
  locale: string,
  measure: (page: Page) => AsyncIterable<[how: string, faults: string[]]>,
): Promise<string[]> {
  const open = async (visitor: Visitor): Promise<BrowserContext> => {
    const context = await chromium.context({ locale, reducedMotion: "reduce" });
    await context.addCookies(cookies[visitor]);
    return context;
  };
  const browsers = { nobody: await open("nobody"), reader: await open("reader"), between: await open("between") };
  const waiting = [...some];
  const found: string[] = [];
  const work = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const page = await browsers[place.as].newPage();
      await page.goto(addressOf(place));
      for await (const [how, faults] of measure(page))
        found.push(...faults.map((fault) => `${place.as} ${place.path ?? place.route} ${how}: ${fault}`));
      await page.close();
    }
  };
  await Promise.all(Array.from({ length: tabs }, work));
  for (const context of Object.values(browsers)) await context.close();
  return found;
}

async function* inBothDirections(page: Page): AsyncIterable<[string, string[]]> {
  await page.evaluate(stretch);
  for (const direction of ["ltr", "rtl"]) {
    await page.evaluate((dir) => {
      document.documentElement.dir = dir;
    }, direction);
    for (const width of [phoneWidth, desktopWidth]) {
      await page.setViewportSize({ width, height: 800 });
      yield [`${direction} ${width}`, await page.evaluate(layoutFaults)];
    }
  }
}

describe("every page, laid out", () => {
  it("WB-10 has room for words two fifths as long again, in both directions", { timeout: 120_000 }, async () => {
    expect(stretched.length).toBeGreaterThan(50);
    expect(await walk(stretched, "en", inBothDirections)).toEqual([]);
  });

  it.each([
    ["Bengali", "bn"],
    ["Hindi", "hi"],
  ])("WB-10 has room for %s on phones", { timeout: 120_000 }, async (_, tag) => {
    expect(inOtherLetters.length).toBeGreaterThan(12);
    const faults = await walk(inOtherLetters, tag, async function* (page) {
      expect(await page.locator("html").getAttribute("lang")).toBe(tag);
      await page.setViewportSize({ width: 360, height: 740 });
      yield [tag, await page.evaluate(layoutFaults)];
    });
    expect(faults).toEqual([]);
  });
});

describe("what the pages are measured with", () => {
  it.each([
    ["what is too wide", "<main style='inline-size:200%'>a</main>", /scrolls sideways/],
    [
      "text beyond its button",
      "<button style='inline-size:2rem;white-space:nowrap'>Sign in here</button>",
      /sticks out|cut off/,
    ],
    [
      "text that is cut off",
      "<p style='inline-size:3rem;overflow:hidden;white-space:nowrap'>Sign in here</p>",
      /cut off/,
    ],
    ["text on text", "<p>Sign in</p><p style='margin-block-start:-2.2em'>or not</p>", /lie on each other/],
    [
      "a control on another",
      "<button>Sign in</button><button style='margin-inline-start:-2em'>No</button>",
      /lie on each other/,
    ],
    [
      "what lies beyond the beginning",
      "<p style='position:relative;inset-inline-start:-3rem'>Sign in</p>",
      /beyond the edge/,
    ],
  ])("notices %s", async (_, html, fault) => {
    const page = await (await chromium.context({ viewport: { width: 320, height: 600 } })).newPage();
    await page.setContent(`<!doctype html><body>${html}</body>`);
    expect((await page.evaluate(layoutFaults)).join("\n")).toMatch(fault);
    await page.context().close();
  });
});
