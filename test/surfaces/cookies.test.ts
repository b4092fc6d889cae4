import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError, get, logIn, post, type UserAnswer } from "./session-api.ts";

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

/** Attributes of the first cookie that a sign-in sets, and what it sets besides. The clock stands still, so that lifetimes are whole. */
async function sessionCookie(settings: Record<string, unknown>) {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const realm = await makeRealm(settings);
  const response = await logIn(realm, (await makeUser(realm)).email);
  const [line = "", ...others] = response.headers.getSetCookie();
  const browsers = others.pop();
  expect(browsers).toMatch(/^__Host-gatehouse-browser=/);
  const more = others;
  const [pair = "", ...attributes] = line.split("; ");
  return { realm, name: pair.slice(0, pair.indexOf("=")), value: pair.slice(pair.indexOf("=") + 1), attributes, more };
}

describe("the session cookie (RFC 6265bis §4.1.2, contract §0)", () => {
  it("SE-01 is Secure, HttpOnly, host-only, for every path, SameSite=Lax, and small", async () => {
    const { name, value, attributes, more } = await sessionCookie({});
    expect(name).toBe("qt-auth");
    expect(more).toEqual([]);
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

  it("SE-01 is SameSite=None and Partitioned only where the realm is embedded, with another beside it for frames", async () => {
    const { attributes, realm, value, more } = await sessionCookie({ embedding: true });
    expect(more).toEqual([`qt-auth-embed=${value}; Path=/; Max-Age=7776000; HttpOnly; Secure; SameSite=None`]);
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
      "qt-auth-embed=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None",
    ]);
  });

  it.each([
    [true, ["stray"], "qt-auth=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None"],
    [false, ["stray", "stray"], "qt-auth=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None; Partitioned"],
  ])("SE-04 takes the place of one from before `embedding` was %s", async (embedding, strays, dropped) => {
    const realm = await makeRealm({ embedding });
    const { email } = await makeUser(realm);
    const cookie = strays.map((stray) => `qt-auth=${stray}`).join("; ");
    const [first, second = ""] = (await logIn(realm, email, goodPassword, { cookie })).headers.getSetCookie();
    expect(first).toBe(dropped);
    expect(second).toMatch(/^qt-auth=[\w.-]{100,};/);
    const usual = (
      await logIn(realm, email, goodPassword, embedding ? {} : { cookie: "qt-auth=stray" })
    ).headers.getSetCookie();
    expect(usual).toHaveLength(embedding ? 3 : 2);
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
