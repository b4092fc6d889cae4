import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
const phone = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true } as const;
const desktop = { viewport: { width: 1280, height: 800 } } as const;
const places = [
  "overview",
  "profile",
  "password",
  "passkeys",
  "two-step",
  "devices",
  "linked",
  "apps",
  "data",
] as const;

let site: Site;

beforeAll(async () => {
  site = await makeSite("account");
});

/** What the page's own policy kept from it. */
function watchPolicy(page: Page): string[] {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  return refused;
}

async function signedIn(context: BrowserContext, email: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site.issuer}/account`);
  await fillSignIn(page, email, password);
  await page.waitForSelector("#place-overview");
  return page;
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate("axe.run().then((result) => result.violations.map((found) => found.id))");
  expect(violations).toEqual([]);
}

/** Presses Tab until that element has the focus, as somebody does who has no mouse. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.locator(":focus").getAttribute("id")) === id) return;
  }
  throw new Error(`the keyboard does not reach #${id}`);
}

describe("one's own pages in Chromium (S1.10)", () => {
  it.each([
    ["a desktop", desktop, "light"],
    ["a phone of 320 pixels", phone, "dark"],
  ] as const)("WB-10 a reader without JavaScript walks them all by keyboard, on %s", async (_, screen, scheme) => {
    const email = `walker-${scheme}@example.com`;
    await makeUser(site, email);
    const context = await chromium.context({ ...screen, colorScheme: scheme, javaScriptEnabled: false });
    const page = await signedIn(context, email);
    for (const place of places) {
      await tabTo(page, `place-${place}`);
      await page.keyboard.press("Enter");
      await page.waitForSelector(`#place-${place}[aria-current=page]`);
      expect(await page.locator("h1").count()).toBe(1);
    }
    await page.goto(`${site.issuer}/account/profile`);
    await tabTo(page, "first-name");
    await page.keyboard.type("Wanda");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#page-notice");
    expect(await page.inputValue("#first-name")).toBe("Wanda");
    await context.close();
  });

  it("SE-05 somebody who is signed out from another device sees it within a second", async () => {
    await makeUser(site, "kicked@example.com");
    const [first, second] = [await chromium.context(), await chromium.context(desktop)];
    const [here, there] = [await signedIn(first, "kicked@example.com"), await signedIn(second, "kicked@example.com")];
    const refused = watchPolicy(here);
    const listens = here.waitForEvent("websocket");
    await here.goto(`${site.issuer}/account/devices`);
    await (await listens).waitForEvent("framereceived", { timeout: 1_000 }).catch(() => undefined);
    await there.goto(`${site.issuer}/account/devices`);
    const left = here.waitForURL(/\/account\/ended$/, { timeout: 5_000 });
    await there.click("#others-button");
    const pressedAt = Date.now();
    await left;
    expect(Date.now() - pressedAt).toBeLessThan(1_000);
    expect(await here.textContent("h1")).toBe("Your session was ended");
    await there.waitForSelector("#page-notice");
    expect(await there.locator("#device-table tbody tr").count()).toBe(1);
    expect(refused).toEqual([]);
    await first.close();
    await second.close();
  });

  it("MF-04 a passkey is added, renamed, and signs in", async () => {
    await makeUser(site, "pasha@example.com");
    const context = await chromium.context(desktop);
    const page = await signedIn(context, "pasha@example.com");
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const refused = watchPolicy(page);
    await page.goto(`${site.issuer}/account/passkeys`);
    await page.fill("#passkey-name", "Red laptop");
    await page.click("#passkey-button");
    await page.waitForSelector("#passkey-table");
    expect(await page.textContent("#passkey-0 th")).toContain("Red laptop");
    await page.click("#passkey-0 summary");
    await page.fill("#rename-0", "Blue laptop");
    await page.click("#rename-0-button");
    await page.waitForSelector("#page-notice");
    expect(await page.textContent("#passkey-0 th")).toContain("Blue laptop");
    await expectAccessible(page);
    await page.click("#sign-out-button");
    await page.goto(`${site.issuer}/sign-in`);
    await page.waitForSelector("#account-link");
    expect(refused).toEqual([]);
    await context.close();
  });

  it("a reader takes their data along, deletes the account, and is gone", async () => {
    await makeUser(site, "gone@example.com");
    const context = await chromium.context(phone);
    const page = await signedIn(context, "gone@example.com");
    await page.goto(`${site.issuer}/account/data`);
    const download = page.waitForEvent("download");
    await page.click("#download-button");
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^account-\d+\.json$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString("utf8");
    expect(JSON.parse(text)).toMatchObject({ user: { email: "gone@example.com" } });
    expect(text).not.toContain(password);
    expect(text).not.toMatch(/argon2|eyJ/);
    await page.fill("#delete-confirmation", "gone@example.com");
    await page.click("#delete-button");
    await page.waitForSelector("#deleted-title");
    await expectAccessible(page);
    await page.goto(`${site.issuer}/account`);
    await fillSignIn(page, "gone@example.com", password);
    await page.waitForSelector("#sign-in-problem, [data-tone=danger]");
    await context.close();
  });
});
