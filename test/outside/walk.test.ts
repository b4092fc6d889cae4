import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { BrowserContext, Page, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { useChromium } from "./support/chromium.ts";
import { writeFigures } from "./support/figures.ts";
import { type MorningPost, openMorningPost } from "./support/morning-post.ts";
import { pictures } from "./support/pictures.ts";
import { type Place, places, type Visitor } from "./support/places.ts";
import { cookiesOfVisitors } from "./support/visitors.ts";

const chromium = useChromium();
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const;
const desktop = { viewport: { width: 1280, height: 800 } } as const;
/** Tabs of a browser that load and are examined at the same time. */
const tabs = 3;
const mostBytes = 30_000;

let post: MorningPost;
let cookies: Awaited<ReturnType<typeof cookiesOfVisitors>>;

beforeAll(async () => {
  post = await openMorningPost();
  cookies = await cookiesOfVisitors(post);
  writeFigures(inject("stateDirectory"), post.realmId);
});
afterAll(() => post?.stop());

/** With the sample's things put in for their names. */
function addressOf(path: string): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => post.names[name] ?? "");
  return filled.startsWith("/") ? post.origin + filled : filled;
}

interface Look {
  readonly name: string;
  readonly screen: typeof phone | typeof desktop;
  readonly javaScriptEnabled: boolean;
}

/** Each page is loaded once in each, and looked at in the light on this screen and in the dark on the other. */
const looks: readonly Look[] = [
  { name: "with JavaScript", screen: phone, javaScriptEnabled: true },
  { name: "without JavaScript", screen: desktop, javaScriptEnabled: false },
];

async function openBrowsers({ screen, javaScriptEnabled }: Look): Promise<Record<Visitor, BrowserContext>> {
  const open = async (visitor: Visitor): Promise<BrowserContext> => {
    // Colours that are on their way from one to the other are nobody's to measure.
    const context = await chromium.context({ ...screen, javaScriptEnabled, reducedMotion: "reduce" });
    await context.addCookies(cookies[visitor]);
    return context;
  };
  return { nobody: await open("nobody"), reader: await open("reader"), between: await open("between") };
}

const openDesk = async ({ screen }: Look): Promise<Page> =>
  (await chromium.context({ ...screen, reducedMotion: "reduce" })).newPage();

/** What was wrong with a page, in words. */
async function visit(context: BrowserContext, desk: Page, place: Place, look: Look): Promise<string[]> {
  const page = await context.newPage();
  const faults: string[] = [];
  const address = addressOf(place.path ?? place.route ?? "");
  const { origin } = new URL(address);
  page.on("console", (message) => {
    // A page with the status of an error is one all the same.
    if (message.type() === "error" && !(place.status !== undefined && /status of 4/.test(message.text())))
      faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  const sent: Promise<number>[] = [];
  let isOver = false;
  // What is on its way when the page closes weighs nothing any more.
  const unlessOver = (error: unknown): number => {
    if (isOver) return 0;
    throw error;
  };
  page.on("response", (response) => {
    if (!response.url().startsWith("data:") && response.status() < 300)
      sent.push(transferred(response).catch(unlessOver));
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("data:") && new URL(request.url()).origin !== origin)
      faults.push(`asks ${request.url()}`);
  });
  try {
    const answer = await page.goto(address);
    const { pathname } = new URL(page.url());
    if (answer?.status() !== (place.status ?? 200)) faults.push(`status ${answer?.status()}`);
    if (!/^text\/html/.test(answer?.headers()["content-type"] ?? "")) faults.push("is not HTML");
    if (pathname !== (place.lands ?? new URL(address).pathname)) faults.push(`ends at ${pathname}`);
    const bytes = (await Promise.all(sent)).reduce((sum, size) => sum + size, 0);
    if (bytes >= (place.mostBytes ?? mostBytes)) faults.push(`${bytes} bytes`);
    await examine(page, desk, look, faults);
  } finally {
    isOver = true;
    await page.close();
  }
  return faults.map((fault) => `${place.as} ${new URL(address).pathname}${new URL(address).search}: ${fault}`);
}

/**
 * Bytes of an answer, head and body, as the edge sends them: it compresses what the local server does not. Gzip is the worst that it
 * takes for a browser of today.
 */
async function transferred(response: Response): Promise<number> {
  const head = Object.entries(await response.allHeaders()).reduce(
    (sum, [name, value]) => sum + name.length + value.length + 4,
    0,
  );
  return head + gzipSync(await response.body()).byteLength;
}

/** What a page is in each of its views; as a browser without scripts made it, in one that can run axe. */
async function examine(page: Page, desk: Page, look: Look, faults: string[]): Promise<void> {
  // 320 px is what everything has to fit into (WCAG 2.2, 1.4.10).
  for (const width of [320, phone.viewport.width, desktop.viewport.width]) {
    await page.setViewportSize({ ...look.screen.viewport, width });
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (tooWide > 0) faults.push(`${tooWide} px wider than ${width}`);
  }
  const examined = look.javaScriptEnabled ? page : desk;
  await examined.emulateMedia({ colorScheme: "light" });
  await examined.setViewportSize(look.screen.viewport);
  if (examined === desk) await desk.setContent(withoutScripts(await page.content()));
  await examined.evaluate(axe.source);
  await runAxe(examined, {}, faults);
  await examined.emulateMedia({ colorScheme: "dark" });
  await examined.setViewportSize((look.screen === phone ? desktop : phone).viewport);
  // In the dark the page is the same but for its colours.
  await runAxe(examined, { runOnly: ["color-contrast", "link-in-text-block"] }, faults);
}

async function runAxe(page: Page, options: axe.RunOptions, faults: string[]): Promise<void> {
  const { violations } = await page.evaluate(
    (asked) => (window as unknown as { axe: typeof axe }).axe.run(asked),
    options,
  );
  for (const { id, nodes } of violations) faults.push(`axe ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

const withoutScripts = (html: string): string =>
  html.replaceAll(/<script[\s\S]*?<\/script>/g, "").replaceAll(/<(\/?)noscript/g, "<$1div");

describe("every page there is", () => {
  it.each(looks)(
    "WB-10 is accessible, fits, is light and asks nobody else: phone and desktop, by day and by night, $name",
    { timeout: 300_000 },
    async (look) => {
      const browsers = await openBrowsers(look);
      const waiting = [...places];
      const faults: string[] = [];
      await Promise.all(
        Array.from({ length: tabs }, async () => {
          const desk = await openDesk(look);
          for (let place = waiting.shift(); place !== undefined; place = waiting.shift())
            faults.push(...(await visit(browsers[place.as], desk, place, look)));
        }),
      );
      expect(faults).toEqual([]);
      for (const context of Object.values(browsers)) await context.close();
    },
  );
});

/** `npm run screenshots` names the folder; other runs take none. */
const picturesTo = process.env.PICTURES_TO;

/** The port is another one each time, and no deployment has one. */
function withoutPort(port: string): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    text.nodeValue = (text.nodeValue ?? "").replaceAll(`:${port}`, "").replaceAll(`%3A${port}`, "");
  for (const field of document.querySelectorAll("input, textarea"))
    (field as HTMLInputElement).value = (field as HTMLInputElement).value.replaceAll(`:${port}`, "");
}

if (picturesTo !== undefined)
  describe("the pictures of the documents", () => {
    it.each(pictures)("$name", async ({ name, path, as, screen, colorScheme, act }) => {
      const context = await chromium.context({ ...(screen === "phone" ? phone : desktop), colorScheme });
      await context.addCookies(cookies[as]);
      const page = await context.newPage();
      await page.goto(addressOf(path));
      await act?.(page, post);
      await page.evaluate(withoutPort, new URL(post.origin).port);
      await page.screenshot({ path: `${picturesTo}/${name}.png`, animations: "disabled" });
      await context.close();
    });
  });
