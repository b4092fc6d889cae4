import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { readDevVars } from "../../scripts/start/dev-vars.mjs";
import { starter } from "../../scripts/start/starter-realm.mjs";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const baseUrl = inject("baseUrl");
const partnerUrl = `http://${starter.partnerHost}:${Number(new URL(baseUrl).port) + 1}`;
const issuer = baseUrl.replace("127.0.0.1", starter.authDomain);
const password = readDevVars(fileURLToPath(new URL("../../.dev.vars", import.meta.url))).STARTER_PASSWORD_READER ?? "";
const chromium = useChromium();

/** A page of a browser of its own, and what its console complained about. */
async function openPage() {
  const page = await (await chromium.context()).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { page, complaints };
}

async function signIn(page: Page) {
  await page.goto(partnerUrl);
  await page.click("#sign-in");
  await fillSignIn(page, starter.reader, password);
  await page.waitForSelector("#consent-allow, #sign-out");
  if (await page.isVisible("#consent-allow")) await page.click("#consent-allow");
  await page.waitForSelector("#sign-out");
}

describe("the demo partner application", () => {
  it("signs the reader in, shows who it is, refreshes, and signs out at the issuer too", async () => {
    const { page, complaints } = await openPage();
    await signIn(page);
    expect(page.url()).toBe(`${partnerUrl}/`);
    expect(await page.textContent("#name")).toBe("Rita Reader");
    const idToken = await page.textContent("#id-token");
    expect(idToken).toContain(issuer);
    expect(idToken).toContain("nonce");
    expect(await page.textContent("#userinfo")).toContain(starter.reader);

    const before = await page.textContent("#access-token");
    await page.click("#refresh");
    await page.waitForSelector("#refresh");
    expect(await page.textContent("#name")).toBe("Rita Reader");
    expect(await page.textContent("#access-token")).not.toBe(before);

    await page.click("#sign-out");
    await page.waitForSelector("#sign-in");
    expect(page.url()).toBe(`${partnerUrl}/`);
    await page.click("#sign-in");
    await page.waitForSelector("[name=password]");
    expect(new URL(page.url()).origin).toBe(issuer);
    expect(complaints).toEqual([]);
  });

  it("gives the browser one cookie, which scripts cannot read and which is no token", async () => {
    const { page } = await openPage();
    await signIn(page);
    const cookies = await page.context().cookies(partnerUrl);
    expect(cookies).toEqual([
      expect.objectContaining({
        name: "partner-session",
        httpOnly: true,
        sameSite: "Lax",
        value: expect.stringMatching(/^[\w-]{32}$/),
      }),
    ]);
  });

  it("takes an answer only in the browser that asked, and only once", async () => {
    const { page } = await openPage();
    let callback = "";
    page.on("request", (request) => {
      if (request.url().startsWith(`${partnerUrl}/callback?`)) callback = request.url();
    });
    await signIn(page);
    expect(callback).toContain("code=");
    const replayed = await page.goto(callback);
    expect(replayed?.status()).toBe(400);
    expect(await page.textContent("#error")).toContain("no sign-in");
    const elsewhere = await localFetch(callback);
    expect(elsewhere.status).toBe(400);
  });

  it("refuses a sign-out or refresh that another site asks for", async () => {
    for (const path of ["/sign-out", "/refresh"]) {
      for (const headers of [{}, { origin: "http://evil.test" }, { origin: "null" }]) {
        expect((await localFetch(partnerUrl + path, { method: "POST", headers })).status).toBe(403);
      }
    }
  });

  it("allows no script, no foreign frame and no foreign form target", async () => {
    const response = await localFetch(partnerUrl);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${issuer}`);
    expect(policy).not.toContain("unsafe");
    expect(await response.text()).not.toContain("<script");
  });
});
