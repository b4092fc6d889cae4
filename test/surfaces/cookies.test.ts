import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { Browser } from "../support/browser.ts";
import {
  cookiesOf,
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
  tokensFor,
} from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount, type UserAnswer } from "./session-api.ts";

let context: RealmContext;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  user = await makeUser(context, { name: "Tank Operator" });
});

afterEach(() => {
  vi.useRealTimers();
});

const me = (cookie: string, about = context): Promise<Response> =>
  request(`${about.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie } });

const isSignedIn = async (cookie: string): Promise<boolean> => (await me(cookie)).status === 200;

/** Attributes of the one cookie that a sign-in sets. The clock stands still, so that lifetimes are whole. */
async function sessionCookie(settings: Record<string, unknown>) {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const realm = await makeRealm(settings);
  const response = await logIn(realm, (await makeUser(realm)).email);
  const [line = "", ...more] = response.headers.getSetCookie();
  expect(more).toEqual([]);
  const [pair = "", ...attributes] = line.split("; ");
  return { realm, name: pair.slice(0, pair.indexOf("=")), value: pair.slice(pair.indexOf("=") + 1), attributes };
}

describe("the session cookie (RFC 6265bis §4.1.2, contract §0)", () => {
  it("SE-01 is Secure, HttpOnly, host-only, for every path, SameSite=Lax, and small", async () => {
    const { name, value, attributes } = await sessionCookie({});
    expect(name).toBe("qt-auth");
    expect(attributes.toSorted()).toEqual(["HttpOnly", "Max-Age=7776000", "Path=/", "SameSite=Lax", "Secure"]);
    expect(`${name}=${value}`.length).toBeLessThan(1024);
    expect(value).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it("SE-01 tells nothing about the person but their id", async () => {
    const [, payload = ""] = (await signIn(context, user)).split(".");
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>;
    expect(Object.keys(claims).sort()).toEqual(["exp", "iat", "iss", "sid", "sub"]);
    expect(claims).toMatchObject({
      iss: context.realm.issuer,
      sub: String(user.id),
      sid: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it("SE-01 is SameSite=None and Partitioned only where the realm is embedded", async () => {
    const { attributes, realm, value } = await sessionCookie({ embedding: true });
    expect(attributes.toSorted()).toEqual([
      "HttpOnly",
      "Max-Age=7776000",
      "Partitioned",
      "Path=/",
      "SameSite=None",
      "Secure",
    ]);
    const out = await get(realm, "/logout", value);
    expect(out.headers.getSetCookie()).toEqual([
      "qt-auth=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None; Partitioned",
    ]);
  });

  it.each(["__Host-session", "reader_session"])(
    "SE-01 bears the name of the realm's setting: %s",
    async (cookie_name) => {
      const { name, value, attributes, realm } = await sessionCookie({ cookie_name });
      expect(name).toBe(cookie_name);
      expect(attributes).toContain("Path=/");
      expect(attributes.join()).not.toMatch(/domain/i);
      expect((await me(`${cookie_name}=${value}`, realm)).status).toBe(200);
      await expectError(await me(`qt-auth=${value}`, realm), 403, "session-required");
      await expectError(await me(`x${cookie_name}=${value}; ${cookie_name}x=${value}`, realm), 403, "session-required");
    },
  );

  it("SE-06 lives as long as the session at most", async () => {
    const { attributes } = await sessionCookie({ session_absolute_seconds: 3600 });
    expect(attributes).toContain("Max-Age=3600");
  });

  it("SE-01 the browser's own cookie is host-bound, HttpOnly and random", async () => {
    const lines = await Promise.all(
      [1, 2].map(async () => (await request(`${context.realm.issuer}/sign-in`)).headers.getSetCookie().join()),
    );
    for (const line of lines)
      expect(line).toMatch(
        /^__Host-gatehouse-browser=[\w-]{22}; Path=\/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax$/,
      );
    expect(lines[0]).not.toBe(lines[1]);
  });
});

describe("the x-qt-auth header (contract §0)", () => {
  it("on a sign-in asks for the token in the answer's header too", async () => {
    for (const header of ["dummy", "", "anything"]) {
      const response = await logIn(context, user.email, goodPassword, { "x-qt-auth": header });
      expect(response.status).toBe(200);
      const token = response.headers.get("x-qt-auth") ?? "";
      expect(token).toBe(cookiesOf(response)["qt-auth"]);
      expect((await get(context, "/users/me", undefined, { "x-qt-auth": token })).status).toBe(200);
    }
    expect((await logIn(context, user.email)).headers.get("x-qt-auth")).toBeNull();
  });

  it("on a sign-up does so too, and not when nobody is signed in by it", async () => {
    const headers = { "x-qt-auth": "dummy" };
    const body = { email: "switch@example.test", password: goodPassword };
    const response = await post(context, "/signup", body, undefined, headers);
    expect(response.headers.get("x-qt-auth")).toBe(cookiesOf(response)["qt-auth"]);
    const unsigned = await post(
      context,
      "/signup",
      { ...body, email: "apoc@example.test", "dont-login": true },
      undefined,
      headers,
    );
    expect(unsigned.headers.get("x-qt-auth")).toBeNull();
  });

  it("with the word dummy is never a token, and leaves the cookie its word", async () => {
    await expectError(await get(context, "/users/me", undefined, { "x-qt-auth": "dummy" }), 403, "session-required");
    const cookie = await signIn(context, user);
    expect((await get(context, "/users/me", cookie, { "x-qt-auth": "dummy" })).status).toBe(200);
  });

  it("outranks the cookie, also when it is no good", async () => {
    const other = await makeUser(context);
    const [own, others] = [await signIn(context, user), await signIn(context, other)];
    const answer = await (await get(context, "/users/me", own, { "x-qt-auth": others })).json<UserAnswer>();
    expect(answer.user.id).toBe(other.id);
    for (const bad of ["garbage", "DUMMY", `${own}x`])
      await expectError(await get(context, "/users/me", own, { "x-qt-auth": bad }), 403, "session-required");
  });
});

describe("session tokens", () => {
  it("SE-03 are not taken from whoever makes one up", async () => {
    const good = await signIn(context, user);
    const [header = "", payload = "", signature = ""] = good.split(".");
    const none = btoa('{"alg":"none","typ":"session+jwt"}').replaceAll("=", "");
    const { tokens } = await tokensFor(context, await makeClient(context));
    const forged = [
      "",
      "x",
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${payload.slice(0, -2)}xx.${signature}`,
      `${good}.x`,
      tokens.id_token,
      tokens.access_token,
      tokens.refresh_token,
      "A".repeat(9000),
    ];
    for (const token of forged)
      expect([token.slice(0, 20), await isSignedIn(`qt-auth=${token}`)]).toEqual([token.slice(0, 20), false]);
    expect(await isSignedIn(`qt-auth=${good}`)).toBe(true);
  });

  it("SE-05 of one realm open nothing in another, not even for a user of the same address", async () => {
    const other = await makeRealm();
    await makeUser(other, { email: user.email });
    const cookie = `qt-auth=${await signIn(context, user)}`;
    await expectError(await me(cookie, other), 403, "session-required");
    await expectError(
      await get(other, "/users/me", undefined, { "x-qt-auth": cookie.slice(8) }),
      403,
      "session-required",
    );
    const page = await request(`${other.realm.issuer}/`, { headers: { cookie } });
    expect(await page.text()).not.toContain("Tank Operator");
  });

  it("SE-02 are new with each sign-in, and the one the browser had is worth nothing afterwards", async () => {
    const first = await signIn(context, user);
    const before = await sessionCount(context, user.id);
    const again = await post(context, "/login", { email: user.email, password: goodPassword }, first);
    const second = cookiesOf(again)["qt-auth"] ?? "";
    expect(second).not.toBe(first);
    expect(await sessionCount(context, user.id)).toBe(before);
    await expectError(await me(`qt-auth=${first}`), 403, "session-revoked");
    expect(await isSignedIn(`qt-auth=${second}`)).toBe(true);
  });

  it("SE-02 planted by an attacker before the sign-in are worth nothing afterwards", async () => {
    const attacker = await makeUser(context);
    const planted = await signIn(context, attacker);
    const browser = new Browser(context.realm.hosts);
    browser.plant(context.realm.authDomain, "qt-auth", planted);
    const page = await browser.open(`${context.realm.issuer}/sign-in`);
    await browser.submit(page, "sign-in-form", { identifier: user.email ?? "", password: goodPassword });
    const own = browser.cookie(context.realm.authDomain, "qt-auth");
    expect((await (await me(`qt-auth=${own}`)).json<UserAnswer>()).user.id).toBe(user.id);
    await expectError(await me(`qt-auth=${planted}`), 403, "session-revoked");
  });

  it("SE-02 stay as they are when a sign-in fails", async () => {
    const cookie = await signIn(context, user);
    await expectError(
      await post(context, "/login", { email: user.email, password: "wrong-harbour-1" }, cookie),
      401,
      "bad_credential",
    );
    expect(await isSignedIn(`qt-auth=${cookie}`)).toBe(true);
  });

  it("SE-04 cannot be overridden by a second cookie of the name, before or behind", async () => {
    const own = await signIn(context, user);
    for (const evil of ["", "evil", `${own}x`, "a.b.c", '"'])
      for (const cookie of [
        `qt-auth=${evil}; qt-auth=${own}`,
        `qt-auth=${own}; qt-auth=${evil}`,
        `QT-AUTH=${evil}; qt-auth=${own}`,
      ])
        expect((await (await me(cookie)).json<UserAnswer>()).user.id).toBe(user.id);
  });

  it("SE-04 of two users at once count as none: nobody is slipped another's session", async () => {
    const own = await signIn(context, user);
    const attackers = await signIn(context, await makeUser(context));
    for (const cookie of [`qt-auth=${own}; qt-auth=${attackers}`, `qt-auth=${attackers}; qt-auth=${own}`])
      await expectError(await me(cookie), 403, "session-required");
    expect(await isSignedIn(`qt-auth=${own}; qt-auth=${own}`)).toBe(true);
  });

  it("RL-06 are found among ten thousand other cookies in no time, or not at all", async () => {
    const own = await signIn(context, user);
    const others = Array.from({ length: 3000 }, (_, index) => `c${index}=${index}`).join("; ");
    const started = performance.now();
    expect((await me(`qt-auth=${own}; ${others}`)).status).toBe(200);
    expect((await me(`${others}; qt-auth=${own}`)).status).toBe(403);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
