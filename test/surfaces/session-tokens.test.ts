import { beforeAll, describe, expect, it } from "vitest";
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
import { expectError, get, post, sessionCount, type UserAnswer } from "./session-api.ts";

let context: RealmContext;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  user = await makeUser(context, { name: "Tank Operator" });
});

const me = (cookie: string, about = context): Promise<Response> =>
  request(`${about.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie } });

const isSignedIn = async (cookie: string): Promise<boolean> => (await me(cookie)).status === 200;

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

  it("RL-06 are found among thousands of other cookies, or not at all", async () => {
    const own = await signIn(context, user);
    const others = Array.from({ length: 3000 }, (_, index) => `c${index}=${index}`).join("; ");
    expect((await me(`qt-auth=${own}; ${others}`)).status).toBe(200);
    expect((await me(`${others}; qt-auth=${own}`)).status).toBe(403);
  });
});
