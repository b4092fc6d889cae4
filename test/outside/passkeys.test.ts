import axe from "axe-core";
import { Secret, TOTP } from "otpauth";
import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { makeSite, makeUser, password } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();

interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** How many passkeys the authenticator holds. */
  readonly passkeys: () => Promise<number>;
  /** Whether the person touches it when it asks. */
  readonly touches: (enabled: boolean) => Promise<unknown>;
}

/** A person's browser with an authenticator in it that knows the person's finger. */
async function personWithAuthenticator(): Promise<Person> {
  const context = await chromium.context();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
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
  return {
    context,
    page,
    passkeys: async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
    touches: (enabled) => devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }),
  };
}

const codeNow = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

/** The code that comes after the one that has just been used. */
async function nextCode(secret: string, used: string): Promise<string> {
  for (;;) {
    const code = codeNow(secret);
    if (code !== used) return code;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const secretOn = async (page: Page): Promise<string> =>
  ((await page.textContent("#totp-secret")) ?? "").replaceAll(/\s/g, "");

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate("axe.run().then((result) => result.violations.map((found) => found.id))");
  expect(violations).toEqual([]);
}

it("MF-11 a passkey is made as second factor on the hosted page, and then signs in all by itself", async () => {
  const site = await makeSite("passkeys", { tfa: "required" });
  await makeUser(site, "pia@example.com");
  const { context, page, passkeys, touches } = await personWithAuthenticator();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });

  await page.goto(`${site.issuer}/sign-in`);
  await fillSignIn(page, "pia@example.com", password);
  await page.waitForSelector("#set-up-form");
  await expectAccessible(page);
  await page.click("#passkey-button");
  await page.waitForSelector("#kept-codes:visible");
  expect(await page.locator("#recovery-codes li").count()).toBe(10);
  expect(await passkeys()).toBe(1);
  await page.click("#continue-link");
  await page.waitForSelector("#sign-out-button");
  await page.click("#sign-out-button");

  // The browser offers it where the name is asked for, and the person takes it; nobody presses a button.
  await page.goto(`${site.issuer}/sign-in`);
  await page.waitForSelector("#sign-out-button");
  expect(await page.textContent("#user-label")).toBe("Olive Outside");
  await page.click("#sign-out-button");

  await touches(false);
  await page.goto(`${site.issuer}/sign-in`);
  await page.waitForSelector("#passkey-button:visible");
  await touches(true);
  await page.click("#passkey-button");
  await page.waitForSelector("#sign-out-button");
  expect(refused).toEqual([]);
  await context.close();
});

it("MF-01 a passkey completes a sign-in that was begun with the password", async () => {
  const site = await makeSite("passkeys", { tfa: "required" });
  await makeUser(site, "peter@example.com");
  const { context, page, touches } = await personWithAuthenticator();
  await page.goto(`${site.issuer}/sign-in`);
  await fillSignIn(page, "peter@example.com", password);
  await page.waitForSelector("#set-up-form");
  await page.click("#passkey-button");
  await page.waitForSelector("#kept-codes:visible");
  const codes = await page.locator("#recovery-codes code").allTextContents();
  await context.clearCookies();

  await touches(false);
  await page.goto(`${site.issuer}/sign-in`);
  await fillSignIn(page, "peter@example.com", password);
  await page.waitForURL("**/two-factor");
  await expectAccessible(page);
  await touches(true);
  await page.click("#passkey-button");
  await page.waitForSelector("#sign-out-button");
  await context.close();

  const elsewhere = await chromium.context();
  const lost = await elsewhere.newPage();
  await lost.goto(`${site.issuer}/sign-in`);
  await expectAccessible(lost);
  await fillSignIn(lost, "peter@example.com", password);
  await lost.waitForSelector("#recovery-form", { state: "attached" });
  expect(await lost.locator("#two-factor-form").count()).toBe(0);
  await lost.click("summary");
  await lost.fill("#recovery-code", codes[0] ?? "");
  await lost.click("#recovery-button");
  await lost.waitForSelector("#sign-out-button");
  await elsewhere.close();
});

it("MF-02 an authenticator app is set up and asked for, without JavaScript", async () => {
  const site = await makeSite("totp", { tfa: "required" });
  await makeUser(site, "tom@example.com");
  const context = await chromium.context({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${site.issuer}/sign-in`);
  expect(await page.locator("#passkey-button").isVisible()).toBe(false);
  await fillSignIn(page, "tom@example.com", password);
  await page.waitForSelector("#set-up-form");
  expect(await page.locator("#passkey-button").isVisible()).toBe(false);
  const drawn = await page.locator("#qr-code").boundingBox();
  expect(drawn?.width).toBeGreaterThan(150);
  const secret = await secretOn(page);
  const first = codeNow(secret);
  await page.fill("#token", first);
  await page.click("#set-up-button");
  await page.waitForSelector("#recovery-codes");
  await page.click("#continue-link");
  await page.waitForSelector("#sign-out-button");
  await page.click("#sign-out-button");

  await page.goto(`${site.issuer}/sign-in`);
  await fillSignIn(page, "tom@example.com", password);
  await page.waitForSelector("#two-factor-form");
  await page.fill("#token", first);
  await page.click("#two-factor-button");
  await page.waitForSelector("#two-factor-problem");
  await page.fill("#token", await nextCode(secret, first));
  await page.click("#two-factor-button");
  await page.waitForSelector("#sign-out-button");
  expect(await page.textContent("#user-label")).toBe("Olive Outside");
  await context.close();
});
