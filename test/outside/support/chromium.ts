import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

const places = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A real Chromium for the tests of one file. Every `context()` is a person with a browser of their own. */
export function useChromium(flags: readonly string[] = []): {
  context: (options?: Parameters<Browser["newContext"]>[0]) => Promise<BrowserContext>;
} {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const executablePath = places.find((place) => place !== undefined && existsSync(place));
    if (executablePath === undefined) throw new Error("Chromium is not installed (Debian: apt-get install chromium)");
    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP *.test 127.0.0.1",
        ...flags,
      ],
    });
  });
  afterAll(() => browser?.close());
  return {
    context: async (options = {}) => {
      if (browser === undefined) throw new Error("Chromium has not started yet");
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en", ...options });
      context.setDefaultTimeout(20_000);
      return context;
    },
  };
}
