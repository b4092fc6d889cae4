import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeClient, makeSite, makeUser, originOf, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { client, listen, type RunningServer, signInUpstream, startRealProvider } from "./support/real-provider.ts";

const chromium = useChromium();
let site: Site;
let drive: RunningServer;
let app: RunningServer;
/** What the application was sent by form. */
const posted: string[] = [];
let keys: { public_key: string; private_key: string };
let userId: string;

const email = "megan@personalemail.test";

beforeAll(async () => {
  site = await makeSite("connect");
  drive = await startRealProvider([`${site.issuer}/integrate/command`]);
  app = await listen(() => (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      if (request.method === "POST") posted.push(body);
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>Print shop</title><p id="app">${request.method}</p>
        <script>addEventListener("message", (e) => { (window.heard ??= []).push({ origin: e.origin, ...e.data }); });</script>`);
    });
  });
  const made = await makeClient(site, { name: "Print shop", redirect_uris: [`${app.origin}/callback`] });
  keys = { public_key: made.client_id, private_key: made.client_secret };
  userId = String((await makeUser(site, email)).id);
  await admin("PUT", `/realms/${site.realmId}/providers/drive`, {
    label: "Cloud drive",
    purposes: ["vault"],
    issuer: drive.origin,
    client_id: client.id,
    client_secret: client.secret,
    vault_scopes: ["openid", "offline_access"],
    authorize_parameters: { prompt: "consent" },
    api_hosts: ["127.0.0.1"],
  });
});
afterAll(async () => {
  await drive.stop();
  await app.stop();
});

const address = (path: string, query: Record<string, string> = {}): string =>
  `${site.issuer}${path}?${new URLSearchParams({ public_key: keys.public_key, user_id: userId, ...query })}`;
const command = (query: Record<string, string>): string =>
  address("/integrate/command", { provider: "drive", ...query });

const connections = async (): Promise<{ oauthId: string; status: string }[]> => {
  const query = new URLSearchParams({ ...keys, user_id: userId });
  const response = await localFetch(`${originOf(site.hosts[0] ?? "")}/api/connection?${query}`);
  return ((await response.json()) as { connections: { oauthId: string; status: string }[] }).connections;
};

/** A browser in which nobody is. */
async function visitor(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.context();
  return { context, page: await context.newPage() };
}

/** A browser in which megan is signed in. */
async function signedIn(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.context();
  const page = await context.newPage();
  await page.goto(`${site.issuer}/sign-in`);
  await fillSignIn(page, email, password);
  await page.waitForSelector("#sign-out-button");
  return { context, page };
}

async function agree(page: Page): Promise<void> {
  await page.waitForSelector('input[name="login"], form:has(input[value="consent"])');
  if ((await page.$('input[name="login"]')) !== null) return signInUpstream(page, "megan");
  await page.click('button[type="submit"]');
}

/** Past the page that names the application: it is not the realm's own. */
async function goOn(page: Page): Promise<void> {
  await page.click("#connect-drive");
  await agree(page);
}

describe("connecting a cloud drive (oidc-provider, unmodified) in Chromium", () => {
  it("S3.3 signs in first, says what is asked, and leads to the application with the connection's id", async () => {
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(command({ state: "order-7" }));
    await fillSignIn(page, email, password);
    await goOn(page);
    await page.waitForSelector("#app");
    const [connection] = await connections();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      provider: "drive",
      oauthId: connection?.oauthId,
      state: "order-7",
    });
    await context.close();
  });

  it.each(["signed in", "signing in there"])(
    "S3.2 tells the window that opened it, and no other origin (%s)",
    async (way) => {
      const { context, page } = way === "signed in" ? await signedIn() : await visitor();
      await page.goto(app.origin);
      const opened = context.waitForEvent("page");
      await page.evaluate((url) => void window.open(url), command({ consented_action: "postmessage" }));
      const popup = await opened;
      if (way !== "signed in") await fillSignIn(popup, email, password);
      await goOn(popup);
      await page.waitForFunction(() => (window as unknown as { heard?: unknown[] }).heard !== undefined);
      const [connection] = await connections();
      expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([
        { origin: site.issuer, type: "gatehouse:connection", provider: "drive", oauthId: connection?.oauthId },
      ]);
      await context.close();
    },
  );

  it("S3.2 posts a form, and tells a native application's web view", async () => {
    const { context, page } = await signedIn();
    posted.length = 0;
    await page.goto(command({ consented_action: "post" }));
    await goOn(page);
    await page.waitForSelector("#app");
    const [connection] = await connections();
    expect(posted).toEqual([`provider=drive&oauthId=${connection?.oauthId}`]);

    await page.addInitScript(() => {
      const heard: unknown[] = [];
      const gatehouse = { postMessage: (message: unknown) => heard.push(message) };
      Object.assign(window, { heard, webkit: { messageHandlers: { gatehouse } } });
    });
    await page.goto(command({ consented_action: "postwebkitmessage" }));
    await goOn(page);
    await page.waitForSelector("#consent-done");
    expect(await page.textContent("h1")).toBe("Account connected");
    expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([
      { type: "gatehouse:connection", provider: "drive", oauthId: connection?.oauthId },
    ]);
    await context.close();
  });

  it("tells the application when the person says no, and leaves what is connected", async () => {
    const { context, page } = await signedIn();
    const before = await connections();
    await page.goto(command({}));
    await page.click("#connect-drive");
    await page.click('a[href$="/abort"]');
    await page.waitForSelector("#app");
    expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
    expect(await connections()).toEqual(before);
    await context.close();
  });

  it("disconnects and connects again on the hosted page, without JavaScript, by keyboard", async () => {
    const context = await chromium.context({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address("/integrate/page"));
    await fillSignIn(page, email, password);
    await page.waitForSelector("#state-drive");
    expect(await page.getAttribute("#state-drive", "data-state")).toBe("connected");
    await page.focus("#disconnect-drive");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#connect-drive");
    expect(await connections()).toEqual([]);
    await page.focus("#connect-drive");
    await page.keyboard.press("Enter");
    await agree(page);
    await page.waitForSelector("#disconnect-drive");
    expect(new URL(page.url()).pathname).toBe("/integrate/page");
    expect(await connections()).toMatchObject([{ status: "active" }]);
    await context.close();
  });
});
