import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { startProduct } from "./support/product.ts";

// Over TLS, on a registrable domain, in a browser that sends no cookies from frames on other sites. FedCM looks for its first file
// without the port.
const product = await startProduct("--https", "--no-demo");
const { port } = new URL(product.baseUrl);
const home = `https://gatehouse-idp.test:${port}`;
const person = { email: "wanda@example.com", password: "amber-lantern-quarry-47", name: "Wanda Wide" };
const chromium = useChromium([
  "--test-third-party-cookie-phaseout",
  "--ignore-certificate-errors",
  `--host-resolver-rules=MAP *.test:443 127.0.0.1:${port}, MAP *.test 127.0.0.1`,
]);

interface Message {
  readonly type: string;
  readonly status: string;
  readonly user?: { readonly id: string; readonly name?: string; readonly email?: string };
  readonly code?: string;
}

const own = { clientId: "", secret: "" };
const others = { clientId: "" };
let userId = "";
let server: Server;
const sister = "https://main.gatehouse-idp.test";
let shop = "";
let branch = "";
let evil = "";

/** A page of a site, with our script on it. What it is told stands in `heard`. */
const sitePage = (clientId: string, origin: string, request: string): string => `<!doctype html><div id="box"></div>
<script src="${home}/embed.js"></script><script>
var heard = [];
var embedded = gatehouseEmbed({ client_id: ${JSON.stringify(clientId)}, ${origin === "" ? "" : `origin: ${JSON.stringify(origin)},`}
  request: ${request || "undefined"}, container: document.getElementById("box"), onSession: (message) => heard.push(message) });
</script>`;

beforeAll(async () => {
  server = createServer((request, response) => {
    const query = new URL(request.url ?? "/", "http://x").searchParams;
    response.setHeader("content-type", "text/html");
    response.end(sitePage(query.get("client") ?? "", query.get("origin") ?? "", query.get("request") ?? ""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sitePort = (server.address() as AddressInfo).port;
  shop = `http://shop.localhost:${sitePort}`;
  branch = `http://branch.shop-two.localhost:${sitePort}`;
  evil = `http://evil.localhost:${sitePort}`;
  const realm = await admin<{ id: string }>("/realms", {
    name: "Media house",
    auth_domain: "gatehouse-idp.test",
    domains: ["gatehouse-idp.test"],
    settings: { embedding: true },
  });
  const user = await admin<{ id: number }>(`/realms/${realm.id}/users`, { ...person, email_verified: true });
  userId = String(user.id);
  const client = { name: "Shop", redirect_uris: [`${shop}/callback`], origins: [sister, branch] };
  const made = await admin<{ client_id: string; client_secret: string }>(`/realms/${realm.id}/clients`, {
    ...client,
    first_party: true,
  });
  Object.assign(own, { clientId: made.client_id, secret: made.client_secret });
  const third = await admin<{ client_id: string }>(`/realms/${realm.id}/clients`, { ...client, first_party: false });
  others.clientId = third.client_id;
});

afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await product.stop();
});

async function admin<Answer>(path: string, body: unknown): Promise<Answer> {
  const response = await localFetch(`${product.baseUrl}/admin/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

const heard = (page: Page): Promise<Message[]> =>
  page.evaluate(() => (globalThis as unknown as { heard: Message[] }).heard);

const lastHeard = async (page: Page): Promise<Message | undefined> => (await heard(page)).at(-1);

async function visit(context: BrowserContext, query: Record<string, string> = {}, site = shop): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site}/?${new URLSearchParams({ client: own.clientId, ...query })}`);
  return page;
}

function ourFrame(page: Page): Frame {
  const frame = page.frames().find((candidate) => candidate.url().startsWith(home));
  if (frame === undefined) throw new Error("our page is not in the frame");
  return frame;
}

async function signInAtHome(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${home}/sign-in`);
  await fillSignIn(page, person.email, person.password);
  await page.waitForSelector("#sign-out-button");
  return page;
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
    await signInAtHome(context);
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
      headers: { authorization: `Basic ${btoa(`${own.clientId}:${own.secret}`)}` },
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

    const third = await visit(context, { client: others.clientId, request: JSON.stringify(request) });
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
      route.fulfill({ contentType: "text/html", body: sitePage(own.clientId, "", "") }),
    );
    await signInAtHome(context);
    const page = await context.newPage();
    await page.goto(`${sister}/`);
    await expect.poll(() => heard(page)).toMatchObject([{ status: "signed-in", user: { id: userId } }]);
    await context.close();
  });

  it("WB-07 neither shows on a site that is not the client's, nor speaks to it, nor hears it", async () => {
    const context = await chromium.context();
    await signInAtHome(context);
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
    await signInAtHome(context);
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

describe("FedCM in Chromium", () => {
  /** What the page gets, with the person choosing the first account. */
  async function choose(page: Page, clientId: string): Promise<{ token: string; dialogs: { loginState: string }[] }> {
    const session = await page.context().newCDPSession(page);
    await session.send("FedCm.enable", { disableRejectionDelay: true });
    const dialogs: { loginState: string }[] = [];
    session.on("FedCm.dialogShown", ({ dialogId, dialogType, accounts: [account] }) => {
      if (dialogType === "Error") {
        session.send("FedCm.clickDialogButton", { dialogId, dialogButton: "ErrorGotIt" }).catch(() => undefined);
        return;
      }
      if (account !== undefined) dialogs.push(account);
      session.send("FedCm.selectAccount", { dialogId, accountIndex: 0 }).catch(() => undefined);
    });
    const token = await page.evaluate(
      async ([configURL, id]) => {
        const providers = [{ configURL, clientId: id, params: { nonce: "a nonce" } }];
        const options = { identity: { providers } } as unknown as CredentialRequestOptions;
        try {
          return ((await navigator.credentials.get(options)) as unknown as { token: string }).token;
        } catch (error) {
          return String(error);
        }
      },
      [`${home}/fedcm/config.json`, clientId],
    );
    await session.detach();
    return { token, dialogs };
  }

  it.each([
    ["the house's own application", () => own.clientId],
    ["an application of others", () => others.clientId],
  ])("signs the person in at %s with an ID token, and disconnects them again", async (_, clientOf) => {
    const context = await chromium.context();
    await signInAtHome(context);
    const page = await visit(context);
    const { token, dialogs } = await choose(page, clientOf());
    expect(dialogs).toMatchObject([{ accountId: userId, email: person.email, name: person.name }]);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || JSON.stringify(token));
    expect(claims).toMatchObject({
      iss: home,
      aud: clientOf(),
      sub: userId,
      nonce: "a nonce",
      name: person.name,
      email: person.email,
    });

    const disconnected = await page.evaluate(
      async ([configURL, clientId, accountHint]) => {
        const credential = (globalThis as unknown as { IdentityCredential: { disconnect(o: object): Promise<void> } })
          .IdentityCredential;
        return credential.disconnect({ configURL, clientId, accountHint }).then(() => "ok", String);
      },
      [`${home}/fedcm/config.json`, clientOf(), person.email],
    );
    expect(disconnected).toBe("ok");
    const list = await context.newPage();
    await list.goto(`${home}/api/auth/v1/users/consents`);
    expect(JSON.parse((await list.textContent("body")) ?? "")).toEqual({ consents: [] });
    await context.close();
  });

  it("lets somebody who is not signed in do so in the browser's own window, and goes on by itself", async () => {
    const context = await chromium.context();
    const page = await visit(context);
    const session = await context.newCDPSession(page);
    await session.send("FedCm.enable", { disableRejectionDelay: true });
    const choosing = new Promise<string>((resolve) =>
      session.on("FedCm.dialogShown", ({ dialogId, dialogType }) => {
        if (dialogType === "AccountChooser") resolve(dialogId);
      }),
    );
    await page.evaluate(
      ([configURL, clientId]) => {
        document.body.append(Object.assign(document.createElement("button"), { id: "enter", textContent: "Enter" }));
        const result = new Promise((resolve) =>
          document.getElementById("enter")?.addEventListener("click", () => {
            const identity = { mode: "active", providers: [{ configURL, clientId, params: { nonce: "n" } }] };
            navigator.credentials.get({ identity } as unknown as CredentialRequestOptions).then(
              (credential) => resolve((credential as unknown as { token: string }).token),
              (e) => resolve(String(e)),
            );
          }),
        );
        Object.assign(globalThis, { result });
      },
      [`${home}/fedcm/config.json`, own.clientId],
    );
    const opened = context.waitForEvent("page");
    await page.click("#enter");
    const popup = await opened;
    const closed = popup.waitForEvent("close");
    await popup.waitForSelector("#sign-in-form");
    expect(new URL(popup.url()).origin).toBe(home);
    await fillSignIn(popup, person.email, person.password).catch(() => undefined);
    await closed;
    await session.send("FedCm.selectAccount", { dialogId: await choosing, accountIndex: 0 });
    const token = await page.evaluate(() => (globalThis as unknown as { result: Promise<string> }).result);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || JSON.stringify(token));
    expect(claims).toMatchObject({ aud: own.clientId, sub: userId, nonce: "n" });
    await context.close();
  });

  it("has nothing for a page of a site that is not the client's", async () => {
    const context = await chromium.context();
    await signInAtHome(context);
    const page = await visit(context, {}, evil);
    const { token } = await choose(page, own.clientId);
    expect(token).toMatch(/Error/);
    await context.close();
  });
});
