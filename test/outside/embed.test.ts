import type { BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { useChromium } from "./support/chromium.ts";
import {
  type Message,
  person,
  signInAtHome,
  sitePage,
  startEmbedding,
  visit as visitSite,
} from "./support/embedding.ts";
import { fillSignIn } from "./support/pages.ts";

const embedding = await startEmbedding();
const { home, sister, shop, branch, evil, own, others, userId } = embedding;
const chromium = useChromium(embedding.flags);
afterAll(() => embedding.stop());

/** A site's page, with our frame for the house's own application unless `query` says otherwise. */
const visit = (context: BrowserContext, query: Record<string, string> = {}, site = shop): Promise<Page> =>
  visitSite(context, site, { client: own.client_id, ...query });

const heard = (page: Page): Promise<Message[]> =>
  page.evaluate(() => (globalThis as unknown as { heard: Message[] }).heard);

const lastHeard = async (page: Page): Promise<Message | undefined> => (await heard(page)).at(-1);

function ourFrame(page: Page): Frame {
  const frame = page.frames().find((candidate) => candidate.url().startsWith(home));
  if (frame === undefined) throw new Error("our page is not in the frame");
  return frame;
}

/** The person has allowed that site to see who is signed in at ours. */
async function allowStorage(page: Page): Promise<void> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("no browser");
  const [one, all] = [await page.context().newCDPSession(page), await browser.newBrowserCDPSession()];
  const { targetInfo } = await one.send("Target.getTargetInfo");
  await all.send("Browser.setPermission", {
    permission: { name: "storage-access" },
    setting: "granted",
    origin: shop,
    embeddedOrigin: home,
    ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
  } as Parameters<typeof all.send<"Browser.setPermission">>[1]);
}

describe("our frame on another site, third-party cookies blocked", () => {
  it("WB-07 says blocked, opens the sign-in beside, and tells of the session once the person has allowed it", async () => {
    const context = await chromium.context();
    const page = await visit(context);
    await expect.poll(() => heard(page)).toEqual([{ type: "gatehouse:session", status: "blocked" }]);

    const opened = context.waitForEvent("page");
    await ourFrame(page).click("#embed-blocked-sign-in");
    const popup = await opened;
    const closed = popup.waitForEvent("close");
    await popup.waitForSelector("#sign-in-form");
    await fillSignIn(popup, person.email, person.password).catch(() => undefined);
    await closed;
    expect((await heard(page)).map(({ status }) => status)).toEqual(["blocked"]);

    await allowStorage(page);
    await ourFrame(page).click("#embed-allow");
    const user = { id: userId, name: person.name, email: person.email };
    await expect.poll(() => lastHeard(page)).toEqual({ type: "gatehouse:session", status: "signed-in", user });

    const again = await visit(context);
    await expect.poll(() => lastHeard(again)).toMatchObject({ status: "signed-in", user });

    const out = await context.newPage();
    await out.goto(`${home}/`);
    await out.click("#sign-out-button");
    await expect.poll(() => lastHeard(page)).toEqual({ type: "gatehouse:session", status: "signed-out" });
    await context.close();
  });

  it("S0.10 sees a session that was begun within the frame, in a cookie of that site alone (CHIPS)", async () => {
    const context = await chromium.context();
    const page = await visit(context);
    await expect.poll(() => lastHeard(page)).toMatchObject({ status: "blocked" });
    const status = await ourFrame(page).evaluate(async ({ email, password }) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ email, password });
      return (await fetch("/api/auth/v1/login", { method: "POST", headers, body })).status;
    }, person);
    expect(status).toBe(200);
    await page.evaluate(() => (globalThis as unknown as { embedded: { check(): void } }).embedded.check());
    await expect.poll(() => lastHeard(page)).toMatchObject({ status: "signed-in", user: { id: userId } });
    const elsewhere = await context.newPage();
    await elsewhere.goto(`${home}/`);
    await elsewhere.waitForSelector("#sign-in-link");
    await context.close();
  });

  it("S0.12 hands over a code that the client redeems, and tells other people's applications nothing unasked", async () => {
    const context = await chromium.context();
    await signInAtHome(context, embedding);
    const first = await visit(context);
    await allowStorage(first);
    const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const request = {
      response_type: "code",
      redirect_uri: `${shop}/callback`,
      scope: "openid",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    };
    const page = await visit(context, { request: JSON.stringify(request) });
    await expect.poll(() => lastHeard(page)).toMatchObject({ status: "signed-in" });
    const { code = "" } = (await lastHeard(page)) ?? {};
    const answer = await localFetch(`${home}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${own.client_id}:${own.client_secret}`)}` },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        redirect_uri: request.redirect_uri,
        code_verifier: verifier,
      }),
    });
    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([
      200,
      expect.arrayContaining(["access_token", "id_token"]),
    ]);

    const third = await visit(context, { client: others.client_id, request: JSON.stringify(request) });
    await expect
      .poll(() => lastHeard(third))
      .toEqual({
        type: "gatehouse:session",
        status: "signed-in",
        error: "consent_required",
      });
    await context.close();
  });

  it("S0.13 on a site of the same registrable domain the frame sees the session at once", async () => {
    const context = await chromium.context();
    await context.grantPermissions(["local-network-access"], { origin: sister });
    await context.route(`${sister}/**`, (route) =>
      route.fulfill({ contentType: "text/html", body: sitePage(home, own.client_id, "", "") }),
    );
    await signInAtHome(context, embedding);
    const page = await context.newPage();
    await page.goto(`${sister}/`);
    await expect.poll(() => heard(page)).toMatchObject([{ status: "signed-in", user: { id: userId } }]);
    await context.close();
  });

  it("WB-07 neither shows on a site that is not the client's, nor speaks to it, nor hears it", async () => {
    const context = await chromium.context();
    await signInAtHome(context, embedding);
    const refusals: string[] = [];
    context.on("console", (message) => refusals.push(message.text()));
    // Under its own name the frame is refused; under the client's it may not be shown here.
    for (const origin of ["", shop]) {
      const page = await visit(context, { origin }, evil);
      await expect.poll(() => refusals.join("\n")).toMatch(/frame-ancestors/);
      refusals.length = 0;
      await page.waitForTimeout(500);
      expect(await heard(page)).toEqual([]);
    }

    const page = await visit(context);
    await expect.poll(() => lastHeard(page)).toMatchObject({ status: "blocked" });
    const told = (await heard(page)).length;
    await ourFrame(page).evaluate(() => {
      for (const data of [null, 7, "gatehouse:check", { type: "gatehouse:check" }, { type: { toString: null } }])
        postMessage(data, "*");
    });
    await page.evaluate((target) => {
      const forge = (source: Window, origin: string) => {
        const data = { type: "gatehouse:session", status: "forged" };
        dispatchEvent(new MessageEvent("message", { data, origin, source }));
      };
      forge(window, target);
      postMessage({ type: "gatehouse:session", status: "forged" }, "*");
    }, home);
    await page.waitForTimeout(800);
    expect((await heard(page)).length).toBe(told);
    await context.close();
  });
});

describe("our frame on two sites of one client", () => {
  it("WB-07 speaks to the one it was made for, by name, and hears that one alone", async () => {
    const context = await chromium.context();
    await signInAtHome(context, embedding);
    const asked: string[] = [];
    context.on("request", (request) => {
      if (request.url() === `${home}/embed/session`) asked.push(request.url());
    });
    const page = await visit(context, { origin: shop }, branch);
    await expect.poll(() => asked.length).toBe(1);
    await ourFrame(page).waitForSelector("#embed-blocked", { state: "visible" });
    await page.evaluate(() => (globalThis as unknown as { embedded: { check(): void } }).embedded.check());
    await page.waitForTimeout(800);
    expect([await heard(page), asked.length]).toEqual([[], 1]);

    const there = await visit(context, {}, branch);
    await expect.poll(() => lastHeard(there)).toMatchObject({ status: "blocked" });
    await there.evaluate(() => (globalThis as unknown as { embedded: { check(): void } }).embedded.check());
    await expect.poll(async () => (await heard(there)).length).toBe(2);
    await context.close();
  });
});
