import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { freePort } from "../../scripts/start/ports.mjs";
import { makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
const folder = join(import.meta.dirname, "clients");

let site: Site;
let userId: number;
let running: ChildProcess | undefined;

beforeAll(async () => {
  site = await makeSite("others");
  userId = (await makeUser(site, "olive@example.com")).id;
});

afterEach(() => {
  running?.kill();
});

/** Starts the client as a site of its own and answers where. */
async function start(name: string, registration: Record<string, unknown>, callback: string): Promise<string> {
  const port = await freePort();
  const origin = `http://rp.localhost:${port}`;
  const client = await makeClient(site, { name, redirect_uris: [`${origin}${callback}`], ...registration });
  running = spawn(process.execPath, ["--import", join(folder, "local-names.mjs"), join(folder, `${name}.mjs`)], {
    env: {
      ...process.env,
      ISSUER: site.issuer,
      CLIENT_ID: client.client_id,
      CLIENT_SECRET: client.client_secret,
      PORT: String(port),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const giveUpAt = Date.now() + 30_000;
  while (Date.now() < giveUpAt) {
    const answers = await localFetch(`${origin}/nothing-here`).then(
      () => true,
      () => false,
    );
    if (answers) return origin;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} did not start`);
}

/** A person signs in at the hosted page, allows the site what it asks for, and sees what the site knows of them. */
async function walk(page: Page): Promise<unknown> {
  await page.locator("#sign-in-form").waitFor();
  await fillSignIn(page, "olive@example.com", password);
  await page.locator("#consent-allow").click();
  await page.waitForURL(/^http:\/\/rp\.localhost:/);
  return JSON.parse((await page.locator("body").textContent()) ?? "");
}

describe("clients that others wrote, unmodified, sign a person in", () => {
  it.each([
    { name: "passport-openidconnect", callback: "/callback", registration: { require_pkce: false } },
    { name: "hono-oidc-auth", callback: "/callback", registration: {} },
    { name: "simple-oauth2", callback: "/callback", registration: { require_pkce: false } },
  ])("$name (OIDC Core §3.1, RFC 6749 §4.1)", async ({ name, callback, registration }) => {
    const origin = await start(name, registration, callback);
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${origin}/login`);
    expect(await walk(page)).toEqual({ sub: String(userId), name: "Olive Outside", email: "olive@example.com" });
    await context.close();
  });

  it("@auth/core, by discovery (OIDC Discovery §4)", async () => {
    const origin = await start("auth-core", {}, "/auth/callback/gatehouse");
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${origin}/login`);
    await page.locator('form[action$="/auth/signin/gatehouse"] button').click();
    expect(await walk(page)).toEqual({ sub: String(userId), name: "Olive Outside", email: "olive@example.com" });
    await context.close();
  });
});
