import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeSite, makeUser, originOf, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import {
  app,
  client,
  idTokenForApp,
  listen,
  type RunningServer,
  signInUpstream,
  startRealProvider,
} from "./support/real-provider.ts";

const chromium = useChromium();
let site: Site;
let upstream: RunningServer;

beforeAll(async () => {
  site = await makeSite("social");
  const callbacks = ["upstream", "by-form"].flatMap((name) =>
    site.hosts.map((host) => `${originOf(host)}/api/auth/v1/${name}/callback`),
  );
  upstream = await startRealProvider(callbacks);
  const provider = { issuer: upstream.origin, client_id: client.id, client_secret: client.secret, label: "Upstream" };
  await admin("PUT", `/realms/${site.realmId}/providers/upstream`, { ...provider, app_client_ids: [app.id] });
  await admin("PUT", `/realms/${site.realmId}/providers/by-form`, { ...provider, response_mode: "form_post" });
});
afterAll(() => upstream.stop());

interface Me {
  user: { id: number; email: string; name: string; "verification-status": string | null };
}

/** What the session API says to this browser, on the host of the page it is on. */
async function ask<Answer>(page: Page, path: string): Promise<Answer | null> {
  const tab = await page.context().newPage();
  const answer = await tab.goto(`${new URL(page.url()).origin}/api/auth/v1${path}`);
  const json = answer?.ok() ? ((await answer.json()) as Answer) : null;
  await tab.close();
  return json;
}

const me = async (page: Page): Promise<Me["user"] | null> => (await ask<Me>(page, "/users/me"))?.user ?? null;

const start = (host: string, query: Record<string, string>): string =>
  `${originOf(host)}/api/auth/v1/login?${new URLSearchParams(query)}`;

/** Refusals of the content security policy: there must be none on the way. */
function watch(page: Page): string[] {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  return refused;
}

describe("with oidc-provider, unmodified", () => {
  it.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])("S2.38 the hosted button leads there and back, %s", async (name, javaScriptEnabled) => {
    const context = await chromium.context({ javaScriptEnabled });
    const page = await context.newPage();
    const refused = watch(page);
    const login = `hosted-${name.replaceAll(" ", "-").toLowerCase()}`;
    await page.goto(`${site.issuer}/sign-in`);
    expect(await page.textContent("#provider-upstream")).toBe("Continue with Upstream");
    await page.click("#provider-upstream");
    await signInUpstream(page, login);
    await page.waitForSelector("#sign-out-button");
    expect(await page.textContent("#user-label")).toBe(`${login} Upstream`);
    expect(await me(page)).toMatchObject({ email: `${login}@example.com`, "verification-status": "email" });
    expect(refused).toEqual([]);

    await page.click("#sign-out-button");
    await page.goto(`${site.issuer}/sign-in`);
    await page.click("#provider-upstream");
    await page.waitForSelector("#sign-out-button");
    expect((await me(page))?.email).toBe(`${login}@example.com`);
    await context.close();
  });

  it("an answer by form, from the provider's page on another site, signs in too", async () => {
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${site.issuer}/sign-in`);
    await page.click("#provider-by-form");
    await signInUpstream(page, "formula");
    await page.waitForSelector("#sign-out-button");
    expect((await me(page))?.email).toBe("formula@example.com");
    const names = (await context.cookies()).map((cookie) => cookie.name);
    expect(names.filter((name) => name.includes("social"))).toEqual([]);
    await context.close();
  });

  it.each(["upstream", "by-form"])("an application's request waits meanwhile, and is answered: %s", async (button) => {
    const context = await chromium.context();
    const application = await listen(() => (_, response) => response.end("<p>Back at the application</p>"));
    const redirectUri = `${application.origin}/callback`;
    const made = await admin<{ client_id: string }>("POST", `/realms/${site.realmId}/clients`, {
      name: "Partner",
      type: "public",
      first_party: true,
      redirect_uris: [redirectUri],
    });
    const page = await context.newPage();
    const query = new URLSearchParams({
      client_id: made.client_id,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid",
      state: "theirs",
      prompt: "select_account",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    await page.goto(`${site.issuer}/authorize?${query}`);
    await page.click(`#provider-${button}`);
    await signInUpstream(page, `waiter-${button}`);
    await page.waitForURL(`${redirectUri}?**`);
    const { searchParams } = new URL(page.url());
    expect([searchParams.get("state"), searchParams.has("code")]).toEqual(["theirs", true]);
    await context.close();
    await application.stop();
  });

  it("S2.38 the API leads there and back on any domain of the realm, to redirect-url", async () => {
    const [, one = "", two = ""] = site.hosts;
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(start(one, { "auth-provider": "upstream", "redirect-url": `${originOf(two)}/` }));
    await signInUpstream(page, "traveller");
    await page.waitForURL(`${originOf(two)}/`);
    await page.goto(`${originOf(one)}/`);
    expect((await me(page))?.email).toBe("traveller@example.com");
    await context.close();
  });

  it("whoever turns back there arrives at login-failure-redirect-url", async () => {
    const [, host = ""] = site.hosts;
    const context = await chromium.context();
    const page = await context.newPage();
    const query = { "auth-provider": "upstream", "redirect-url": "/", "login-failure-redirect-url": "/sign-in?x=1" };
    await page.goto(start(host, query));
    await page.click('a[href$="/abort"]');
    await page.waitForURL(`${originOf(host)}/sign-in?x=1&error=access_denied`);
    expect(await page.textContent("#sign-in-problem")).toContain("You did not go through with it");
    expect(await me(page)).toBeNull();
    await context.close();
  });

  it("FE-06 whose address has an account is asked to sign in and connect, and can from then on", async () => {
    await makeUser(site, "owner@example.com");
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${site.issuer}/sign-in`);
    await page.click("#provider-upstream");
    await signInUpstream(page, "owner");
    await page.waitForURL(/\/sign-in\?.*error=link-required/);
    expect(await page.textContent("#sign-in-problem")).toContain("There is an account with this email address already");

    await fillSignIn(page, "owner@example.com", password);
    await page.waitForSelector("#sign-out-button");
    const owner = await me(page);
    await page.goto(await connectUrl(page));
    await page.waitForURL(`${site.issuer}/`);
    expect(await ask(page, "/users/linked-accounts")).toMatchObject({
      "linked-accounts": [{ source: "upstream", "source-id": "owner", email: "owner@example.com" }],
    });

    await page.click("#sign-out-button");
    await page.goto(`${site.issuer}/sign-in`);
    await page.click("#provider-upstream");
    await page.waitForSelector("#sign-out-button");
    expect((await me(page))?.id).toBe(owner?.id);
    await context.close();
  });

  it("S2.39 an app shows the ID token that it got by itself", async () => {
    const context = await chromium.context();
    const idToken = await idTokenForApp(context, upstream.origin, "mobile");
    await context.close();
    const [host = ""] = site.hosts;
    for (const path of ["/api/auth/v1/login/upstream", "/api/login/upstream"]) {
      const answer = await localFetch(`${originOf(host)}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-qt-auth": "dummy" },
        body: JSON.stringify({ token: { "id-token": idToken } }),
      });
      expect(answer.status).toBe(200);
      const token = answer.headers.get("x-qt-auth") ?? "";
      const known = await localFetch(`${originOf(host)}/api/auth/v1/users/me`, { headers: { "x-qt-auth": token } });
      expect(known.status).toBe(200);
    }
    const elsewhere = await makeSite("social-other");
    const provider = { issuer: upstream.origin, client_id: "another", client_secret: "x1234567890" };
    await admin("PUT", `/realms/${elsewhere.realmId}/providers/upstream`, provider);
    const refused = await localFetch(`${elsewhere.issuer}/api/auth/v1/login/upstream`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: { "id-token": idToken } }),
    });
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "provider-token-invalid"]);
  });
});

/** What the script of a site's own account page does: asks where to go. */
async function connectUrl(page: Page): Promise<string> {
  const address = `${site.issuer}/own-account-page`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body: "<p>Your account</p>" }));
  await page.goto(address);
  const answer = await page.evaluate(async () => {
    const response = await fetch("/api/auth/v1/users/linked-accounts/upstream?redirect-url=/", { method: "POST" });
    return (await response.json()) as { "authorization-url": string };
  });
  return answer["authorization-url"];
}
