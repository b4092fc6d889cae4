import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { decodeBase64Url, fromUtf8 } from "../../src/lib/base64url.ts";
import { Browser, type Page } from "../support/browser.ts";
import {
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  pkce,
  redeem,
  request,
  signIn,
  type TestClient,
} from "../support/world.ts";
import { answerAt, authorize, authorizeUrl, once } from "./requests.ts";

const callback = "https://partner.test/callback";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

const claimsOf = (idToken: string): Record<string, unknown> =>
  JSON.parse(fromUtf8(decodeBase64Url(idToken.split(".")[1] ?? "") ?? new Uint8Array()) ?? "") as Record<
    string,
    unknown
  >;

async function idTokenAfter(page: { code: string; verifier: string }): Promise<Record<string, unknown>> {
  return claimsOf((await redeem(context, client, page.code, page.verifier)).id_token);
}

const errorOf = async (response: Promise<Response>): Promise<string | undefined> =>
  once(answerAt(await response, callback)).error;

const isSentToSignIn = (response: Response): boolean =>
  response.status === 302 && (response.headers.get("location") ?? "").includes("/sign-in?interaction=");

describe("prompt=none (OIDC Core §3.1.2.1, §3.1.2.6)", () => {
  it("AZ-09 without a session answers login_required, and shows nothing", async () => {
    const response = await authorize(context, client, { prompt: "none" });
    expect(response.status).toBe(302);
    expect(await response.text()).toBe("");
    expect(once(answerAt(response, callback))).toMatchObject({ error: "login_required", state: "af0ifjsldkj" });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each([
    ["a forged cookie", "eyJhbGciOiJub25lIn0.e30."],
    ["an empty cookie", ""],
  ])("AZ-09 takes %s for no session", async (_, cookie) => {
    expect(await errorOf(authorize(context, client, { prompt: "none" }, cookie))).toBe("login_required");
  });

  it("AZ-10 with a session answers a code for the same subject and auth_time", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const first = await idTokenAfter(await obtainCode(context, client, cookie));
    pass(100);
    const second = await idTokenAfter(await obtainCode(context, client, cookie, { prompt: "none" }));
    expect(second).toMatchObject({ sub: String(user.id), auth_time: first.auth_time, sid: first.sid });
    expect(second.iat).toBe(Number(first.iat) + 100);
  });

  it("AZ-10 without consent on record answers consent_required, and records none", async () => {
    const partner = await makeClient(context, {}, { firstParty: false });
    const cookie = await signIn(context, await makeUser(context));
    for (let time = 0; time < 2; time++)
      expect(await errorOf(authorize(context, partner, { prompt: "none" }, cookie))).toBe("consent_required");
  });

  it("AZ-09 after sign-out answers login_required", async () => {
    const cookie = await signIn(context, await makeUser(context));
    expect(await errorOf(authorize(context, client, { prompt: "none" }, cookie))).toBeUndefined();
    await request(`${context.realm.issuer}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${cookie}` } });
    expect(await errorOf(authorize(context, client, { prompt: "none" }, cookie))).toBe("login_required");
  });
});

describe("prompt=login (OIDC Core §3.1.2.1)", () => {
  it("AZ-11 asks again, and auth_time moves on", async () => {
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const { verifier, challenge } = await pkce();
    const url = authorizeUrl(context, client, { scope: "openid", code_challenge: challenge });
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const codeOf = (page: Page) => ({ code: page.url.searchParams.get("code") ?? "", verifier });

    const first = await idTokenAfter(codeOf(await browser.submit(await browser.open(url), "sign-in-form", typed)));
    pass(90);
    const page = await browser.open(`${url}&prompt=login`);
    expect(page.url.pathname).toBe("/sign-in");
    pass(5);
    const second = await idTokenAfter(codeOf(await browser.submit(page, "sign-in-form", typed)));
    expect(second.sub).toBe(first.sub);
    expect(second.auth_time).toBe(Number(first.auth_time) + 95);
    expect(second.sid).not.toBe(first.sid);
  });

  it("AZ-11 left alone keeps the old session and issues nothing", async () => {
    const cookie = await signIn(context, await makeUser(context));
    pass(5);
    for (let time = 0; time < 3; time++)
      expect(isSentToSignIn(await authorize(context, client, { prompt: "login" }, cookie))).toBe(true);
    expect(once(answerAt(await authorize(context, client, { prompt: "none" }, cookie), callback))).toHaveProperty(
      "code",
    );
  });

  it("AZ-11 is not satisfied by going on without signing in", async () => {
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const start = await browser.open(`${context.realm.issuer}/sign-in`);
    await browser.submit(start, "sign-in-form", { identifier: user.email ?? "", password: goodPassword });
    pass(5);
    const page = await browser.open(authorizeUrl(context, client, { prompt: "login" }));
    const resumed = await browser.open(`${context.realm.issuer}/authorize/resume${page.url.search}`);
    expect([resumed.left, resumed.url.pathname]).toEqual([false, "/sign-in"]);
  });

  it("AZ-11 prompt=select_account asks again too", async () => {
    const cookie = await signIn(context, await makeUser(context));
    pass(5);
    expect(isSentToSignIn(await authorize(context, client, { prompt: "select_account" }, cookie))).toBe(true);
  });
});

describe("max_age (OIDC Core §3.1.2.1)", () => {
  it("AZ-12 lets a sign-in pass that is recent enough, and asks again after that", async () => {
    const cookie = await signIn(context, await makeUser(context));
    pass(100);
    for (const [max_age, asks] of [
      ["99", true],
      ["100", false],
      ["10000", false],
      ["0", true],
    ] as const)
      expect(isSentToSignIn(await authorize(context, client, { max_age }, cookie))).toBe(asks);
    expect(await errorOf(authorize(context, client, { max_age: "99", prompt: "none" }, cookie))).toBe("login_required");
  });

  it("AZ-12 puts auth_time into the ID token, and it tells when the user signed in", async () => {
    const cookie = await signIn(context, await makeUser(context));
    const signedInAt = Math.floor(Date.now() / 1000);
    pass(30);
    const claims = await idTokenAfter(await obtainCode(context, client, cookie, { max_age: "10000" }));
    expect(claims.auth_time).toBe(signedInAt);
  });

  it("AZ-12 max_age=1 after two seconds leads to a new sign-in with a later auth_time", async () => {
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
    const before = Math.floor(Date.now() / 1000);
    pass(2);
    const { verifier, challenge } = await pkce();
    const page = await browser.open(
      authorizeUrl(context, client, { scope: "openid", code_challenge: challenge, max_age: "1" }),
    );
    expect(page.url.pathname).toBe("/sign-in");
    const back = await browser.submit(page, "sign-in-form", typed);
    const claims = await idTokenAfter({ code: back.url.searchParams.get("code") ?? "", verifier });
    expect(claims.auth_time).toBe(before + 2);
  });
});

describe("hints about the person and the page (OIDC Core §3.1.2.1, §15.1)", () => {
  const payload = `"><script>alert(1)</script>'--`;

  it.each(["login_hint", "display", "ui_locales", "claims_locales", "acr_values", "screen_hint"])(
    "AZ-14 %s causes no error and is not reflected unescaped",
    async (name) => {
      const browser = new Browser(context.realm.hosts);
      for (const value of [payload, "é😀\u202e\0", "x".repeat(3000), "fr-CA en", "-", "i-"]) {
        const page = await browser.open(authorizeUrl(context, client, { [name]: value }));
        expect([page.status, page.url.pathname]).toEqual([200, "/sign-in"]);
        expect(page.html).not.toContain(payload);
        // The page's own script is admitted by its nonce; there is no other.
        const scripts = page.html.match(/<script[^>]*>/g) ?? [];
        expect(scripts.filter((tag) => !/^<script nonce="[\w-]{22}">$/.test(tag))).toEqual([]);
        expect(scripts.length).toBeLessThanOrEqual(1);
      }
    },
  );

  it("AZ-14 fills in the login_hint, as text", async () => {
    const page = await new Browser(context.realm.hosts).open(authorizeUrl(context, client, { login_hint: payload }));
    expect(page.forms[0]?.fields.find((field) => field.name === "identifier")?.value).toBe(payload);
  });

  it("AZ-14 speaks the language of ui_locales", async () => {
    const page = await new Browser(context.realm.hosts).open(authorizeUrl(context, client, { ui_locales: "xx fr" }));
    expect(page.headers.get("content-language")).toBe("fr");
  });
});
