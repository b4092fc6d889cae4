import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { cookiesOf, formBody, goodPassword, jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";

let context: RealmContext;
let [auth, news, sport] = ["", "", ""];

beforeAll(async () => {
  context = await makeRealm({}, {});
  [auth, news, sport] = context.realm.hosts.map((host) => `https://${host}`) as [string, string, string];
});

afterEach(() => {
  vi.useRealTimers();
});

const ssoUrl = (path: string, parameters: Record<string, string>): string =>
  `${auth}${path}?${new URLSearchParams(parameters)}`;
const withSession = (cookie: string): RequestInit => ({ headers: { cookie: `qt-auth=${cookie}` } });

async function person() {
  const user = await makeUser(context);
  return { user, body: { email: user.email ?? "", password: goodPassword } };
}

/** The hop that a signed-in browser is sent on to another domain. */
async function hopTo(callback: string, cookie: string, redirectUrl = "/welcome"): Promise<string> {
  const response = await request(
    ssoUrl("/authenticate", { "callback-url": callback, "redirect-url": redirectUrl }),
    withSession(cookie),
  );
  expect(response.status).toBe(302);
  return response.headers.get("location") ?? "";
}

const me = (origin: string, cookie: string): Promise<Response> =>
  request(`${origin}/api/auth/v1/users/me`, withSession(cookie));

describe.each(["", "/api/auth/v1"])("cross-domain sign-in at %s (S2.26 to S2.33)", (prefix) => {
  it("signs in on the auth domain by form, then on the callback's domain: one session, one sid", async () => {
    const { body } = await person();
    const url = ssoUrl(`${prefix}/sso-login`, { "callback-url": news, "redirect-url": "/welcome?x=1" });
    const entered = await request(url, formBody(body));
    expect(entered.status).toBe(302);
    const authCookie = cookiesOf(entered)["qt-auth"] ?? "";
    const hop = new URL(entered.headers.get("location") ?? "");
    expect(hop.origin + hop.pathname).toBe(`${news}/api/auth/v1/sessions/access-token/validate`);
    expect(hop.searchParams.get("access-token")).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}-[0-9]{13}$/);

    const arrived = await request(hop.href);
    expect([arrived.status, arrived.headers.get("location")]).toEqual([302, "/welcome?x=1"]);
    const newsCookie = cookiesOf(arrived)["qt-auth"] ?? "";
    const sessions = await request(`${news}/api/auth/v1/sessions`, withSession(newsCookie));
    expect(await sessions.json()).toMatchObject({ "active-sessions-count": 1, sessions: [{ current: true }] });

    const out = await request(`${news}/api/auth/v1/logout`, withSession(newsCookie));
    expect(out.status).toBe(204);
    expect([(await me(auth, authCookie)).status, (await me(news, newsCookie)).status]).toEqual([403, 403]);
  });

  it("answers JSON with JSON, and without redirect= the validate address too", async () => {
    const { body, user } = await person();
    const entered = await request(
      ssoUrl(`${prefix}/sso-login`, { "callback-url": sport, "redirect-url": `${sport}/x` }),
      jsonBody(body),
    );
    const answer = await entered.json<{ "redirect-url": string; user: { id: number } }>();
    expect(answer).toMatchObject({ user: { id: user.id }, "active-sessions-count": 1 });
    const hop = new URL(answer["redirect-url"]);
    hop.searchParams.set("redirect", "false");
    const arrived = await request(hop.href);
    expect([arrived.status, await arrived.json()]).toEqual([200, { "redirect-url": `${sport}/x` }]);
    expect(cookiesOf(arrived)["qt-auth"]).toBeDefined();
  });

  it("makes an account on the way, and refuses a taken address", async () => {
    const url = ssoUrl(`${prefix}/sso-signup`, {
      "callback-url": news,
      "redirect-url": "/",
      "auth-page": `${auth}/enter`,
    });
    const body = { email: `new-${prefix.length}@example.test`, password: goodPassword, name: "Nell New" };
    expect((await request(url, formBody(body))).headers.get("location")).toContain("/sessions/access-token/validate");
    const again = await request(url, formBody(body));
    const page = new URL(again.headers.get("location") ?? "");
    expect([again.status, page.origin + page.pathname, page.searchParams.get("error")]).toEqual([
      302,
      `${auth}/enter`,
      "user-already-exists",
    ]);
    expect(page.searchParams.get("redirect-url")).toBe("/");
    const told = await request(url, jsonBody(body));
    expect([told.status, await told.json()]).toMatchObject([
      409,
      { error: { code: "user-already-exists", message: "User Already exists" }, message: "User Already exists" },
    ]);
  });
});

describe("failures of cross-domain sign-in", () => {
  it("send a form back to auth-page, else to the page it stood on, else to the realm's", async () => {
    const { body } = await person();
    const wrong = formBody({ ...body, password: "not the password" });
    const asked = await request(
      ssoUrl("/sso-login", { "callback-url": news, "redirect-url": "/", "auth-page": "/enter" }),
      wrong,
    );
    expect(asked.headers.get("location")).toMatch(new RegExp(`^${auth}/enter\\?error=bad_credential&`));
    expect(cookiesOf(asked)).toEqual({});
    const referer = { ...wrong, headers: { ...wrong.headers, referer: `${sport}/login-form` } };
    const back = await request(ssoUrl("/sso-login", { "callback-url": news, "redirect-url": "/" }), referer);
    expect(back.headers.get("location")).toMatch(new RegExp(`^${sport}/login-form\\?error=bad_credential&`));
    const foreign = { ...wrong, headers: { ...wrong.headers, referer: "https://evil.test/form" } };
    const refused = await request(ssoUrl("/sso-login", { "callback-url": news, "redirect-url": "/" }), foreign);
    expect([refused.status, refused.headers.get("location")]).toEqual([401, null]);
    expect(
      (
        await request(
          ssoUrl("/sso-login", { "callback-url": news, "redirect-url": "/" }),
          jsonBody({ ...body, password: "x" }),
        )
      ).status,
    ).toBe(401);
  });

  it.each([
    ["a foreign callback", { "callback-url": "https://evil.test", "redirect-url": "/" }],
    ["a look-alike callback", { "callback-url": "https://news.evil.test", "redirect-url": "/" }],
    ["no callback", { "redirect-url": "/" }],
    ["a foreign redirect", { "callback-url": "NEWS", "redirect-url": "https://evil.test/" }],
    ["a redirect with two slashes", { "callback-url": "NEWS", "redirect-url": "//evil.test/" }],
    ["a redirect with a backslash", { "callback-url": "NEWS", "redirect-url": "/\\evil.test/" }],
    ["a redirect without slashes", { "callback-url": "NEWS", "redirect-url": "https:evil.test" }],
    ["a script as redirect", { "callback-url": "NEWS", "redirect-url": "javascript:alert(1)" }],
    ["a redirect with a line break", { "callback-url": "NEWS", "redirect-url": "/a\r\nset-cookie: x=1" }],
    ["a redirect with user information", { "callback-url": "NEWS", "redirect-url": "https://NEWSHOST@evil.test/" }],
    ["a foreign auth-page", { "callback-url": "NEWS", "redirect-url": "/", "auth-page": "https://evil.test/" }],
    ["plain http", { "callback-url": "http://NEWSHOST", "redirect-url": "/" }],
  ])("RU-10 refuse %s, and redirect nowhere", async (_what, parameters) => {
    const { body } = await person();
    const host = new URL(news).host;
    const filled = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, value.replace("NEWSHOST", host).replace("NEWS", news)]),
    );
    const responses = [
      await request(ssoUrl("/sso-login", filled), formBody(body)),
      await request(ssoUrl("/sso-signup", filled), jsonBody({ ...body, email: "other@example.test" })),
      await request(ssoUrl("/authenticate", filled)),
    ];
    for (const response of responses) {
      expect([response.status, response.headers.get("location"), response.headers.get("x-error-code")]).toEqual([
        400,
        null,
        "redirect-not-allowed",
      ]);
      expect(cookiesOf(response)).toEqual({});
    }
  });

  it("SE-09 refuse a form that stands on a foreign site", async () => {
    const { body } = await person();
    const init = formBody(body);
    for (const headers of [{ origin: "https://evil.test" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }]) {
      const url = ssoUrl("/sso-login", { "callback-url": news, "redirect-url": "/" });
      const response = await request(url, { ...init, headers: { ...init.headers, ...headers } });
      expect([response.status, response.headers.get("x-error-code")]).toEqual([403, "cross-site-request"]);
    }
    const own = { ...init, headers: { ...init.headers, origin: sport, "sec-fetch-site": "cross-site" } };
    expect((await request(ssoUrl("/sso-login", { "callback-url": news, "redirect-url": "/" }), own)).status).toBe(302);
  });
});

describe("the one-time token (S2.31)", () => {
  it("RE-01 lets one of fifty parallel redemptions through", async () => {
    const { user } = await person();
    const hop = await hopTo(news, await signIn(context, user));
    const answers = await Promise.all(Array.from({ length: 50 }, () => request(hop)));
    const statuses = answers.map((answer) => answer.status);
    expect([
      statuses.filter((status) => status === 302).length,
      statuses.filter((status) => status === 403).length,
    ]).toEqual([1, 49]);
    const loser = answers.find((answer) => answer.status === 403);
    expect([loser?.headers.get("x-error-code"), loser?.headers.get("set-cookie")]).toEqual(["token-consumed", null]);
  });

  it("is worth nothing on another domain, in another realm, or too late", async () => {
    const { user } = await person();
    const cookie = await signIn(context, user);
    const hop = new URL(await hopTo(news, cookie));
    const elsewhere = new URL(hop);
    elsewhere.host = new URL(sport).host;
    elsewhere.searchParams.set("redirect-url", "/");
    expect((await request(elsewhere.href)).status).toBe(403);
    const foreign = await makeRealm();
    const abroad = new URL(hop);
    abroad.host = foreign.realm.hosts[1] ?? "";
    abroad.searchParams.set("redirect-url", "/");
    expect((await request(abroad.href)).status).toBe(403);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 301_000 });
    expect((await request(hop.href)).status).toBe(403);
  });

  it("is worth nothing after its session has ended, and HEAD does not consume it", async () => {
    const { user } = await person();
    const cookie = await signIn(context, user);
    const [first, second] = [await hopTo(news, cookie), await hopTo(news, cookie)];
    expect((await request(first, { method: "HEAD" })).status).toBe(405);
    expect((await request(first)).status).toBe(302);
    await request(`${auth}/api/auth/v1/logout`, withSession(cookie));
    expect((await request(second)).status).toBe(403);
  });
});

describe("GET /sessions/access-token/validate (S2.30 to S2.33)", () => {
  it("goes on to redirect-url as it was sent, and answers where to go when it is not to redirect", async () => {
    const cookie = await signIn(context, (await person()).user);
    for (const [sent, answered] of [
      ["/front?page=2#top", "/front?page=2#top"],
      [news, news],
      [`https:/${new URL(news).host}/one-slash`, `${news}/one-slash`],
      ["/ü", `${news}/%C3%BC`],
    ] as const) {
      const hop = await hopTo(news, cookie, sent);
      expect((await request(hop)).headers.get("location")).toBe(answered);
      const told = new URL(await hopTo(news, cookie, sent));
      told.searchParams.delete("redirect");
      expect(await (await request(told.href)).json()).toEqual({ "redirect-url": answered });
    }
  });

  it("judges the token also where redirect-url is missing: 403 or, for a good one, the home page", async () => {
    const cookie = await signIn(context, (await person()).user);
    const address = `${news}/api/auth/v1/sessions/access-token/validate`;
    for (const query of ["", "?access-token=", "?access-token=garbage", `?access-token=${crypto.randomUUID()}-1`]) {
      const response = await request(address + query);
      expect([response.status, response.headers.get("x-error-code")]).toEqual([403, "session-required"]);
      expect(cookiesOf(response)).toEqual({});
    }
    const token = new URL(await hopTo(news, cookie)).searchParams.get("access-token");
    const arrived = await request(`${address}?access-token=${token}`);
    expect([arrived.status, await arrived.json()]).toEqual([200, { "redirect-url": "/" }]);
    expect(cookiesOf(arrived)["qt-auth"]).toBeDefined();
  });

  it("tells a person whose link has been used on a page, and a program in JSON", async () => {
    const hop = await hopTo(news, await signIn(context, (await person()).user));
    await request(hop);
    const page = await request(hop, { headers: { accept: "text/html", "sec-fetch-mode": "navigate" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    const json = await request(hop);
    expect(await json.json()).toMatchObject({ error: { code: "token-consumed" } });
  });
});

describe("GET /authenticate (S2.34 to S2.36)", () => {
  it("sends somebody who is not signed in to auth-page, or on with logged_in=false (Auto SSO)", async () => {
    const query = { "callback-url": news, "redirect-url": "/front?page=2" };
    const auto = await request(ssoUrl("/authenticate", query));
    expect([auto.status, auto.headers.get("location")]).toEqual([302, `${news}/front?page=2&logged_in=false`]);
    const asked = new URL(
      (await request(ssoUrl("/authenticate", { ...query, "auth-page": `${auth}/enter` }))).headers.get("location") ??
        "",
    );
    expect([
      asked.origin + asked.pathname,
      asked.searchParams.get("redirect-url"),
      asked.searchParams.get("callback-url"),
    ]).toEqual([`${auth}/enter`, "/front?page=2", news]);
  });

  it("takes a bare host as callback-url", async () => {
    const { user } = await person();
    const hop = new URL(await hopTo(new URL(news).host, await signIn(context, user)));
    expect(hop.origin).toBe(news);
  });
});

describe("the hosted pages, opened with callback-url and redirect-url", () => {
  it("carry the new session to the other domain after sign-in, and after sign-up", async () => {
    const { user } = await person();
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(ssoUrl("/sign-in", { "callback-url": news, "redirect-url": "/front" }));
    const arrived = await browser.submit(page, "sign-in-form", {
      identifier: user.email ?? "",
      password: goodPassword,
    });
    expect(arrived.url.href).toBe(`${news}/front`);
    const signUp = await new Browser(context.realm.hosts).open(
      ssoUrl("/sign-up", { "callback-url": sport, "redirect-url": "/" }),
    );
    expect(signUp.forms[0]?.id).toBe("sign-up-form");
  });

  it("RU-10 refuse foreign addresses before anything is shown", async () => {
    const response = await request(ssoUrl("/sign-in", { "callback-url": "https://evil.test", "redirect-url": "/" }));
    expect([response.status, response.headers.get("x-error-code")]).toEqual([400, "redirect-not-allowed"]);
  });
});
