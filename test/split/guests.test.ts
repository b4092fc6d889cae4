import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { cookiesOf, goodPassword, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import {
  bearer,
  expectRefusal,
  guest,
  login,
  type OAuthToken,
  post,
  refresh,
  tokenOf,
  userContext,
} from "./support.ts";

beforeEach(() => enoughOfTheMinute());

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});
afterEach(() => void vi.useRealTimers());

const signUp = (realm: RealmContext, token: OAuthToken, body: Record<string, unknown>): Promise<Response> =>
  request(
    `${realm.realm.issuer}/api/auth/v1/signup`,
    jsonBody({ password: goodPassword, ...body }, bearer(token.accessToken)),
  );

const contextOf = async (token: OAuthToken) =>
  (await userContext(context, token.accessToken)).json<{ id: string; user: Record<string, unknown> }>();

const claimsOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(atob(jwt.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")) as Record<string, unknown>;

describe("guests (contract §4)", () => {
  it("S4.11 S4.6 anybody may be one; the refresh token never expires, the access token does and says so", async () => {
    const token = await guest(context);
    expect(token.refreshTokenExpiresAt).toBeUndefined();
    expect(Object.keys(token)).not.toContain("refreshTokenExpiresAt");
    const asked = await userContext(context, token.accessToken);
    const told = await asked.json<{ user: Record<string, unknown>; authorization: { accessToken: string } }>();
    expect(told.user).toMatchObject({ id: token.userId, guest: true, roles: [], email: null });
    expect(claimsOf(told.authorization.accessToken)).toMatchObject({ sub: token.userId, guest: true, roles: [] });
    travel(20 * 365 * 86_400);
    await expectRefusal(await userContext(context, token.accessToken), 401, "access-token-expired");
    const next = await tokenOf(await refresh(context, token.refreshToken));
    expect(next.refreshTokenExpiresAt).toBeUndefined();
    expect((await userContext(context, next.accessToken)).status).toBe(200);
  });

  it("two guests are two users", async () => {
    expect((await guest(context)).userId).not.toBe((await guest(context)).userId);
  });

  it("S4.11 signing up keeps the user id and the tokens, which end like everybody's from then on", async () => {
    const token = await guest(context);
    const email = "gwen@example.test";
    const response = await signUp(context, token, { email, name: "Gwen" });
    expect(response.status).toBe(200);
    const { user } = await response.json<{ user: { id: number; email: string } }>();
    expect([String(user.id), user.email]).toEqual([token.userId, email]);
    const cookie = `qt-auth=${cookiesOf(response)["qt-auth"]}`;
    const me = await request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie } });
    expect((await me.json<{ user: { id: number } }>()).user.id).toBe(user.id);
    expect((await contextOf(token)).user).toMatchObject({ guest: false, roles: ["user"], email });
    const next = await tokenOf(await refresh(context, token.refreshToken));
    expect(Date.parse(next.refreshTokenExpiresAt ?? "")).toBeLessThan(
      Date.now() + context.realm.settings.refresh_token_ttl_seconds * 1000 + 1_000,
    );
    expect((await login(context, { email })).userId).toBe(token.userId);
    travel(context.realm.settings.refresh_token_ttl_seconds + 1);
    expect((await refresh(context, next.refreshToken)).status).toBe(401);
  });

  it("RC-01 an address that somebody has answers as it does to everybody, and the guest stays one", async () => {
    const { email } = await makeUser(context);
    const token = await guest(context);
    const refused = await signUp(context, token, { email });
    const stranger = await request(
      `${context.realm.issuer}/api/auth/v1/signup`,
      jsonBody({ email, password: goodPassword }),
    );
    expect(refused.status).toBe(409);
    expect(await refused.json()).toEqual(await stranger.json());
    expect((await contextOf(token)).user).toMatchObject({ guest: true, email: null });
    expect((await signUp(context, token, { email: "free@example.test", password: "short" })).status).toBe(422);
    expect((await contextOf(token)).user.guest).toBe(true);
  });

  it("of fifty sign-ups by one guest at once one is taken, and no account is made besides", async () => {
    const token = await guest(context);
    const names = Array.from({ length: 50 }, (_, index) => `name-${index}-${token.userId}@example.test`);
    const statuses = await Promise.all(names.map(async (email) => (await signUp(context, token, { email })).status));
    expect(statuses.toSorted()).toEqual([200, ...Array<number>(49).fill(409)]);
    const made = await Promise.all(names.map((email) => context.users.findByEmail(email)));
    expect(made.filter((row) => row !== null).map((row) => String(row?.id))).toEqual([token.userId]);
  });

  it("with a bad or expired token nobody signs up; a user's own says nothing", async () => {
    const bad = { ...(await guest(context)), accessToken: "A".repeat(86) };
    expect((await signUp(context, bad, { email: "bad@example.test" })).status).toBe(401);
    expect(await context.users.findByEmail("bad@example.test")).toBeNull();
    const user = await login(context, await makeUser(context));
    const response = await signUp(context, user, { email: "second@example.test" });
    expect(String((await response.json<{ user: { id: number } }>()).user.id)).not.toBe(user.userId);
  });

  it("MF-01 where everybody needs a second factor, the guest's tokens end at sign-up and a factor is asked for", async () => {
    const strict = await makeRealm({ tfa: "required" });
    const token = await guest(strict);
    const response = await signUp(strict, token, { email: "strict@example.test" });
    expect(await response.json()).toMatchObject({ code: "tfa-setup-is-required" });
    expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
    await expectRefusal(await userContext(strict, token.accessToken), 401, "access-token-invalid");
    expect((await refresh(strict, token.refreshToken)).status).toBe(401);
    expect(String((await strict.users.findByEmail("strict@example.test"))?.id)).toBe(token.userId);
  });

  it("RL-01 RL-05 are bounded per address, and switched off by a setting", async () => {
    const narrow = await makeRealm({ rate_limits: { guests_per_address_per_minute: 10 } });
    const statuses: number[] = [];
    for (let tried = 0; tried < 12; tried++) statuses.push((await post(narrow, "/login/guest")).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(statuses.slice(10)).toEqual([429, 429]);
    await expectRefusal(await post(await makeRealm({ guests: false }), "/login/guest"), 403, "guests-off");
  });
});
