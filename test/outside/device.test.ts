import axe from "axe-core";
import * as oidc from "openid-client";
import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type MadeClient, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
const email = "tess@example.com";
const phone = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true } as const;

let site: Site;
let tv: MadeClient;
let configuration: oidc.Configuration;

beforeAll(async () => {
  site = await makeSite("device");
  tv = await makeClient(site, {
    name: "Living Room TV",
    type: "public",
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
  });
  await makeUser(site, email);
  configuration = await oidc.discovery(new URL(site.issuer), tv.client_id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
    [oidc.customFetch]: (url, options) => localFetch(url, options as RequestInit),
  });
});

const begin = (): Promise<oidc.DeviceAuthorizationResponse> =>
  oidc.initiateDeviceAuthorization(configuration, { scope: "openid profile email offline_access" });

async function expectFits(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate("axe.run().then((result) => result.violations.map((found) => found.id))");
  expect(violations).toEqual([]);
}

/** The person's way to the question whether to let the device in. */
async function typeAndSignIn(context: BrowserContext, device: oidc.DeviceAuthorizationResponse): Promise<Page> {
  const page = await context.newPage();
  await page.goto(device.verification_uri);
  await page.fill("#user-code", device.user_code.toLowerCase().replace("-", " "));
  await page.click("#device-button");
  await page.waitForSelector("#sign-in-form");
  await fillSignIn(page, email, password);
  await page.waitForSelector("#device-confirm-form");
  expect(await page.textContent("#user-code")).toBe(device.user_code);
  expect(await page.textContent("h1")).toContain("Living Room TV");
  expect(await page.textContent("#device-user")).toBe("Olive Outside");
  return page;
}

describe("openid-client's device flow, unmodified (RFC 8628)", () => {
  it("DV-04 gets tokens when somebody types the code on a phone and allows it", async () => {
    const device = await begin();
    const tokens = oidc.pollDeviceAuthorizationGrant(configuration, device);
    const context = await chromium.context(phone);
    const page = await typeAndSignIn(context, device);
    await expectFits(page);
    await expectAccessible(page);
    await page.click("#device-allow");
    await page.waitForSelector("#device-outcome");
    expect(await page.textContent("h1")).toBe("Your device is connected");
    await expectFits(page);
    await expectAccessible(page);

    const given = await tokens;
    const sub = given.claims()?.sub ?? "";
    expect(given.scope?.split(" ").toSorted()).toEqual(["email", "offline_access", "openid", "profile"]);
    expect(await oidc.fetchUserInfo(configuration, given.access_token, sub)).toMatchObject({ email });
    const refreshed = await oidc.refreshTokenGrant(configuration, given.refresh_token ?? "");
    expect(refreshed.claims()?.sub).toBe(sub);

    const sessions = await page.goto(`${site.issuer}/api/auth/v1/sessions`);
    const listed = (await sessions?.json()) as { sessions: Record<string, unknown>[] };
    expect(listed.sessions.map((session) => session["client-name"] ?? "a browser").toSorted()).toEqual([
      "Living Room TV",
      "a browser",
    ]);
    await context.close();
  });

  it("WB-10 works without JavaScript", async () => {
    const device = await begin();
    const context = await chromium.context({ ...phone, javaScriptEnabled: false });
    const page = await typeAndSignIn(context, device);
    await page.click("#device-allow");
    await page.waitForSelector("#device-outcome");
    expect((await oidc.pollDeviceAuthorizationGrant(configuration, device)).claims()?.aud).toBe(tv.client_id);
    await context.close();
  });

  it("DV-04 works by keyboard alone, from the complete address on, which still asks twice", async () => {
    const device = await begin();
    const context = await chromium.context(phone);
    const page = await context.newPage();
    await page.goto(`${site.issuer}/sign-in`);
    await fillSignIn(page, email, password);
    await page.waitForSelector("#sign-out-button");

    await page.goto(device.verification_uri_complete ?? "");
    expect(await page.inputValue("#user-code")).toBe(device.user_code);
    await expectFits(page);
    await expectAccessible(page);
    await pressOn(page, "device-button");
    await page.waitForSelector("#device-confirm-form");
    await pressOn(page, "device-allow");
    await page.waitForSelector("#device-outcome");
    expect((await oidc.pollDeviceAuthorizationGrant(configuration, device)).claims()?.aud).toBe(tv.client_id);
    await context.close();
  });

  it("DV-02 hears access_denied when somebody says no", async () => {
    const device = await begin();
    const context = await chromium.context({ ...phone, locale: "fr" });
    const page = await typeAndSignIn(context, device);
    expect(await page.textContent("h1")).toBe("Connecter Living Room TV à votre compte\u00a0?");
    await page.click("#device-deny");
    await page.waitForSelector("#device-outcome");
    await expectAccessible(page);
    await expect(oidc.pollDeviceAuthorizationGrant(configuration, device)).rejects.toMatchObject({
      error: "access_denied",
    });
    await context.close();
  });

  it("DV-06 gives a proof key's tokens to who has its verifier", async () => {
    const verifier = oidc.randomPKCECodeVerifier();
    const device = await oidc.initiateDeviceAuthorization(configuration, {
      scope: "openid",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    const context = await chromium.context(phone);
    const page = await typeAndSignIn(context, device);
    await page.click("#device-allow");
    await page.waitForSelector("#device-outcome");
    await expect(oidc.pollDeviceAuthorizationGrant(configuration, device)).rejects.toMatchObject({
      error: "invalid_grant",
    });
    const tokens = await oidc.pollDeviceAuthorizationGrant(configuration, device, { code_verifier: verifier });
    expect(tokens.claims()?.aud).toBe(tv.client_id);
    await context.close();
  });
});

/** Goes on by Tab until that button has the focus, and presses it. */
async function pressOn(page: Page, id: string): Promise<void> {
  for (let steps = 0; steps < 20; steps++) {
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
  }
  throw new Error(`#${id} is not reached by Tab`);
}
