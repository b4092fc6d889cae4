import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import {
  formBody,
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  pkce,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { authorizeUrl, once } from "./requests.ts";

const callback = "https://partner.test/callback";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm({ scopes: { "articles:read": "Read <b>articles</b>" } });
  client = await makeClient(context, {}, { firstParty: false, name: `Partner "><script>alert(1)</script>` });
});

afterEach(() => {
  vi.useRealTimers();
});

async function somebody(): Promise<{ identifier: string; password: string }> {
  return { identifier: (await makeUser(context)).email ?? "", password: goodPassword };
}

/** A browser whose user has signed in and now looks at the consent page. */
async function atConsent(
  changes: Record<string, string> = {},
  about = client,
): Promise<{ browser: Browser; page: Page }> {
  const browser = new Browser(context.realm.hosts);
  const start = await browser.open(authorizeUrl(context, about, changes));
  const page = await browser.submit(start, "sign-in-form", await somebody());
  expect([page.status, page.url.pathname, page.forms[0]?.id]).toEqual([200, "/authorize/resume", "consent-form"]);
  return { browser, page };
}

const isConsent = (page: Page): boolean => !page.left && page.forms[0]?.id === "consent-form";
const fieldsOf = (page: Page): Record<string, string> =>
  Object.fromEntries(
    page.forms[0]?.fields.filter((field) => field.type === "hidden").map((field) => [field.name, field.value]) ?? [],
  );

describe("consent (OIDC Core §3.1.2.4, RFC 6749 §10.2)", () => {
  it("AZ-17 is asked once: then the client gets codes for the same scopes, but not for more", async () => {
    const { browser, page } = await atConsent({ scope: "openid" });
    const back = await browser.submit(page, "consent-form", {}, "allow");
    expect(back.url.origin + back.url.pathname).toBe(callback);
    expect(once(back.url.searchParams)).toEqual({
      code: expect.any(String),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
    expect(back.trail.map((hop) => hop.status)).toEqual([303]);
    expect(
      (await browser.open(authorizeUrl(context, client, { scope: "openid" }))).url.searchParams.get("code"),
    ).not.toBeNull();
    expect(isConsent(await browser.open(authorizeUrl(context, client, { scope: "openid email" })))).toBe(true);
    const other = await makeClient(context, {}, { firstParty: false });
    expect(isConsent(await browser.open(authorizeUrl(context, other, { scope: "openid" })))).toBe(true);
  });

  it("AZ-17 is asked of whoever asks for no scope, too: the token says who the user is (RFC 9068 §2.2)", async () => {
    const { browser, page } = await atConsent({ scope: "" });
    expect((await browser.submit(page, "consent-form", {}, "allow")).url.searchParams.get("code")).not.toBeNull();
    const again = await browser.open(authorizeUrl(context, client, { scope: "" }));
    expect(again.url.searchParams.get("code")).not.toBeNull();
    const own = await browser.open(`${context.realm.issuer}/api/auth/v1/users/consents`);
    expect(JSON.parse(own.html).consents).toMatchObject([{ "client-id": client.clientId, scopes: ["openid"] }]);
  });

  it("AZ-17 page shows the client's name, the scopes, the user and where the answer goes, all inert", async () => {
    const reader = await makeClient(
      context,
      { scopes: ["openid", "email", "articles:read"] },
      { firstParty: false, name: `Partner "><script>alert(1)</script>` },
    );
    const { page } = await atConsent({ scope: "openid email articles:read" }, reader);
    expect(page.html).not.toContain("<script");
    expect(page.html).toContain("&lt;script&gt;alert(1)");
    expect(page.html).toContain("Read &lt;b&gt;articles&lt;/b&gt;");
    expect(page.html).toMatch(/<bdi id="consent-host">partner\.test<\/bdi>/);
    expect(page.html).toMatch(/<bdi id="consent-user">Una User<\/bdi>/);
    expect(page.forms[0]?.fields.filter((field) => field.type === "submit").map((field) => field.value)).toEqual([
      "allow",
      "deny",
    ]);
  });

  it("AZ-17 grants what the page showed, not what a changed form says", async () => {
    const { verifier, challenge } = await pkce();
    const { browser, page } = await atConsent({ scope: "openid", code_challenge: challenge });
    const extra = { name: "scope", value: "openid email phone", type: "hidden", autocomplete: "" };
    const forms = page.forms.map((form) => ({ ...form, fields: [...form.fields, extra] }));
    const back = await browser.submit({ ...page, forms }, "consent-form", {}, "allow");
    const code = back.url.searchParams.get("code") ?? "";
    const fields = { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier };
    expect(await (await tokenRequest(context, client, fields)).json()).toMatchObject({ scope: "openid" });
    expect(isConsent(await browser.open(authorizeUrl(context, client, { scope: "openid email" })))).toBe(true);
  });

  it("AZ-17 prompt=consent always shows the page, also for what was granted", async () => {
    const { browser, page } = await atConsent({ scope: "openid" });
    await browser.submit(page, "consent-form", {}, "allow");
    for (let time = 0; time < 2; time++) {
      const again = await browser.open(authorizeUrl(context, client, { scope: "openid", prompt: "consent" }));
      expect(isConsent(again)).toBe(true);
      expect((await browser.submit(again, "consent-form", {}, "allow")).url.searchParams.get("code")).not.toBeNull();
    }
  });

  it("AZ-18 answers access_denied with state and iss when the user says no, and remembers nothing", async () => {
    const { browser, page } = await atConsent();
    const back = await browser.submit(page, "consent-form", {}, "deny");
    expect(back.url.origin + back.url.pathname).toBe(callback);
    expect(once(back.url.searchParams)).toEqual({
      error: "access_denied",
      error_description: expect.any(String),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
    expect(isConsent(await browser.open(authorizeUrl(context, client)))).toBe(true);
  });

  it("AZ-17 takes anything but allow for a no", async () => {
    const { browser, page } = await atConsent();
    for (const button of [undefined, "ALLOW"]) {
      const back = await browser.submit(page, "consent-form", {}, button);
      expect(back.url.searchParams.get("error")).toBe("access_denied");
    }
    const twice = { name: "decision", value: "deny", type: "hidden", autocomplete: "" };
    const forms = page.forms.map((form) => ({ ...form, fields: [twice, ...form.fields] }));
    const refused = await browser.submit({ ...page, forms }, "consent-form", {}, "allow");
    expect([refused.left, refused.status, refused.trail]).toEqual([false, 400, []]);
  });

  it("AZ-17 is not given by GET, by HEAD, or by opening the same address again", async () => {
    const { browser, page } = await atConsent();
    const query = new URLSearchParams({ ...fieldsOf(page), decision: "allow" });
    for (const method of ["GET", "HEAD"]) {
      const response = await request(`${context.realm.issuer}/consent?${query}`, { method, headers: cookies(browser) });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    }
    expect(isConsent(await browser.open(`${context.realm.issuer}/authorize/resume?${query}`))).toBe(true);
    expect(isConsent(await browser.open(page.url.href))).toBe(true);
  });

  it("AZ-17 is not given without the form's token, or with another browser's", async () => {
    const { browser, page } = await atConsent();
    const other = await atConsent();
    const { interaction } = fieldsOf(page);
    for (const csrf of [undefined, "", "x", fieldsOf(other.page).csrf])
      await expectForbidden(browser, { interaction, csrf, decision: "allow" });
    expect(isConsent(await browser.open(authorizeUrl(context, client)))).toBe(true);
  });

  it("AZ-23 counts only after the page was shown: a request that is merely begun cannot be agreed to", async () => {
    const { browser, page } = await atConsent();
    const begun = await browser.open(authorizeUrl(context, client, { prompt: "login" }));
    const interaction = new URL(begun.url).searchParams.get("interaction") ?? "";
    const response = await post(browser, { ...fieldsOf(page), interaction, decision: "allow" });
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    expect(response.headers.get("x-error-code")).toBe("interaction-expired");
  });

  it("AZ-17 shown to one session is not given by another in the same browser", async () => {
    const { browser, page } = await atConsent();
    const second = await browser.follow(page, "switch-account-link");
    const asked = await browser.submit(second, "sign-in-form", await somebody());
    expect(isConsent(asked)).toBe(true);
    const again = await browser.submit(page, "consent-form", {}, "allow");
    expect(isConsent(again)).toBe(true);
    expect(again.trail).toEqual([]);
  });

  it("AZ-17 leads to a new sign-in when the session ended in between", async () => {
    const { browser, page } = await atConsent();
    await request(`${context.realm.issuer}/api/auth/v1/logout`, { headers: cookies(browser) });
    const after = await browser.submit(page, "consent-form", {}, "allow");
    expect([after.left, after.url.pathname]).toEqual([false, "/sign-in"]);
  });

  it("AZ-17 form is of no use after half an hour", async () => {
    const { browser, page } = await atConsent();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1_850_000 });
    const late = await browser.submit(page, "consent-form", {}, "allow");
    expect([late.status, late.headers.get("x-error-code")]).toEqual([400, "interaction-expired"]);
  });
});

const cookies = (browser: Browser): Record<string, string> => {
  const host = context.realm.authDomain;
  const names = ["qt-auth", "__Host-gatehouse-browser"];
  return { cookie: names.map((name) => `${name}=${browser.cookie(host, name)}`).join("; ") };
};

const post = (browser: Browser, fields: Record<string, string | undefined>): Promise<Response> => {
  const init = formBody(fields);
  return request(`${context.realm.issuer}/consent`, { ...init, headers: { ...init.headers, ...cookies(browser) } });
};

async function expectForbidden(browser: Browser, fields: Record<string, string | undefined>): Promise<void> {
  const response = await post(browser, fields);
  expect([response.status, response.headers.get("location")]).toEqual([403, null]);
  expect(response.headers.get("x-error-code")).toBe("form-expired");
}
