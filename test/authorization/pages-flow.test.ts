import { beforeAll, describe, expect, it } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import {
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
  context = await makeRealm();
  client = await makeClient(context, {}, { firstParty: false });
});

const newcomer = () => ({
  name: "Nora Newcomer",
  email: `nora-${randomHandle(6).toLowerCase()}@example.test`,
  password: goodPassword,
});

async function claimsAfter(page: Page, verifier: string): Promise<Record<string, unknown>> {
  expect(page.url.origin + page.url.pathname).toBe(callback);
  const code = page.url.searchParams.get("code") ?? "";
  const fields = { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier };
  const response = await tokenRequest(context, client, fields);
  expect(response.status).toBe(200);
  const { id_token } = await response.json<{ id_token: string }>();
  return JSON.parse(atob(id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")) as Record<
    string,
    unknown
  >;
}

const sessionOf = (browser: Browser): string => browser.cookie(context.realm.authDomain, "qt-auth") ?? "";

const me = (cookie: string): Promise<Response> =>
  request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${cookie}` } });

describe("the hosted pages, used without JavaScript", () => {
  it("WB-10 lead from sign-in to sign-up, to consent, and back with a code for the new user", async () => {
    const { verifier, challenge } = await pkce();
    const browser = new Browser(context.realm.hosts);
    const person = newcomer();
    const start = await browser.open(authorizeUrl(context, client, { code_challenge: challenge }), "cross-site");
    expect(start.url.pathname).toBe("/sign-in");
    const signUp = await browser.follow(start, "sign-up-link");
    const consent = await browser.submit(signUp, "sign-up-form", person);
    expect(consent.trail.map((hop) => hop.status)).toEqual([303]);
    const back = await browser.submit(consent, "consent-form", {}, "allow");
    const user = await context.users.findByEmail(person.email);
    expect(await claimsAfter(back, verifier)).toMatchObject({ sub: String(user?.id), aud: client.clientId });
    expect(user).toMatchObject({ name: "Nora Newcomer", emailVerified: false, roles: ["user"] });
  });

  it("WB-10 send a newcomer who changes their mind back with access_denied, but with an account", async () => {
    const browser = new Browser(context.realm.hosts);
    const person = newcomer();
    const signUp = await browser.follow(await browser.open(authorizeUrl(context, client)), "sign-up-link");
    const consent = await browser.submit(signUp, "sign-up-form", person);
    const back = await browser.submit(consent, "consent-form", {}, "deny");
    expect(once(back.url.searchParams)).toMatchObject({ error: "access_denied", state: "af0ifjsldkj" });
    expect((await me(sessionOf(browser))).status).toBe(200);
  });

  it("WB-10 tell a wrong password, keep the name that was typed and not the password, and let the right one in", async () => {
    const browser = new Browser(context.realm.hosts);
    const user = await makeUser(context);
    const start = await browser.open(authorizeUrl(context, client));
    const wrong = await browser.submit(start, "sign-in-form", {
      identifier: user.email ?? "",
      password: "wrong-canary-1",
    });
    expect([wrong.status, wrong.headers.get("x-error-code")]).toEqual([401, "bad_credential"]);
    expect(wrong.html).not.toContain("wrong-canary-1");
    expect(wrong.html).toContain('role="alert"');
    expect(wrong.forms[0]?.fields.find((field) => field.name === "identifier")?.value).toBe(user.email);
    expect(sessionOf(browser)).toBe("");
    const consent = await browser.submit(wrong, "sign-in-form", { password: goodPassword });
    expect(consent.forms[0]?.id).toBe("consent-form");
  });

  it("PW-17 name their fields so that password managers know them", async () => {
    const browser = new Browser(context.realm.hosts);
    const signIn = await browser.open(`${context.realm.issuer}/sign-in`);
    const kinds = (page: Page) =>
      Object.fromEntries(page.forms[0]?.fields.map((field) => [field.name, field.autocomplete]) ?? []);
    expect(kinds(signIn)).toMatchObject({ identifier: "username webauthn", password: "current-password" });
    const signUp = await browser.follow(signIn, "sign-up-link");
    expect(kinds(signUp)).toMatchObject({ email: "email", password: "new-password" });
    for (const page of [signIn, signUp]) {
      expect(page.forms[0]?.fields.find((field) => field.name === "password")?.type).toBe("password");
      expect(page.html).not.toMatch(/\son[a-z]+=/);
    }
  });

  it.each([
    ["no address", { email: "" }, 422, "identifier-missing"],
    ["an address that is none", { email: "nora@" }, 422, "email-invalid"],
    ["no password", { password: "" }, 422, "password-missing"],
    ["a short password", { password: "short-1" }, 422, "password-too-short"],
    ["a common password", { password: "password123" }, 422, "password-too-common"],
    ["a name with line breaks", { name: "Nora\r\nBcc: all@example.test" }, 422, "validation-failed"],
    ["a name of 201 characters", { name: "n".repeat(201) }, 422, "validation-failed"],
  ])("WB-10 refuse a sign-up with %s, and make no account", async (_, change, status, code) => {
    const browser = new Browser(context.realm.hosts);
    const typed = { ...newcomer(), ...change };
    const answer = await browser.submit(await browser.open(`${context.realm.issuer}/sign-up`), "sign-up-form", typed);
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([status, code]);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(sessionOf(browser)).toBe("");
    expect(
      await context.users.search("nora-", 0, 1000).then((users) => users.filter((user) => user.email === typed.email)),
    ).toEqual([]);
  });

  it("WB-10 tell that an address is taken, and leave its account alone", async () => {
    const taken = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const typed = { ...newcomer(), email: ` ${taken.email?.toUpperCase()}` };
    const answer = await browser.submit(await browser.open(`${context.realm.issuer}/sign-up`), "sign-up-form", typed);
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([409, "user-already-exists"]);
    expect(await context.users.findById(taken.id)).toEqual(taken);
  });

  it("AZ-11 prompt=login with another account gives that account's tokens and a session of its own", async () => {
    const { verifier, challenge } = await pkce();
    const [first, second] = [await makeUser(context), await makeUser(context)];
    const browser = new Browser(context.realm.hosts);
    const typed = (user: typeof first) => ({ identifier: user.email ?? "", password: goodPassword });
    await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed(first));
    const old = sessionOf(browser);
    await new Promise((resolve) => setTimeout(resolve, 5));

    const url = authorizeUrl(context, client, { prompt: "login", scope: "openid", code_challenge: challenge });
    const consent = await browser.submit(await browser.open(url), "sign-in-form", typed(second));
    const back = await browser.submit(consent, "consent-form", {}, "allow");
    expect((await claimsAfter(back, verifier)).sub).toBe(String(second.id));
    expect(await (await me(sessionOf(browser))).json()).toMatchObject({ user: { id: second.id } });
    expect((await me(old)).status).toBe(403);
    const left = await context.objects.call(first.id, (object) => object.sessions());
    expect(left).toEqual([]);
  });

  it("AZ-21 redirect after a post by 303, never by 307 or 308 (RFC 9700 §4.12)", async () => {
    const browser = new Browser(context.realm.hosts);
    const user = await makeUser(context);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const home = await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
    expect(home.trail.map((hop) => hop.status)).toEqual([303]);
    const consent = await browser.open(authorizeUrl(context, client));
    const back = await browser.submit(consent, "consent-form", {}, "allow");
    expect(back.trail.map((hop) => hop.status)).toEqual([303]);
  });

  it("RU-10 go on to their own host only, whatever a link asks for", async () => {
    const user = await makeUser(context);
    const bait = new URLSearchParams(
      ["redirect-url", "redirect_url", "redirect_uri", "next", "continue", "returnTo", "return_to", "url"].map(
        (name): [string, string] => [name, "https://evil.test/"],
      ),
    );
    for (const path of ["/sign-in", "/sign-up", "/"]) {
      const page = await new Browser(context.realm.hosts).open(`${context.realm.issuer}${path}?${bait}`);
      expect(page.html).not.toContain("evil.test");
    }
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(`${context.realm.issuer}/sign-in?${bait}`);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const home = await browser.submit(page, "sign-in-form", typed);
    expect([home.left, home.url.href]).toEqual([false, `${context.realm.issuer}/`]);
  });

  it("close the sign-up where the realm does not want it", async () => {
    const closed = await makeRealm({ sign_up: false });
    const browser = new Browser(closed.realm.hosts);
    const page = await browser.open(`${closed.realm.issuer}/sign-in`);
    expect(page.links).not.toHaveProperty("sign-up-link");
    const refused = await browser.open(`${closed.realm.issuer}/sign-up`);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([403, "sign-up-closed"]);
  });
});
