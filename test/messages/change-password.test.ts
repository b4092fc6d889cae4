import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { refresh } from "../support/token-side.ts";
import { goodPassword, makeClient, makeRealm, makeUser, signIn, tokensFor } from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount } from "../surfaces/session-api.ts";
import { countTo, newestTo } from "./mailbox.ts";
import { nextPassword as next } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

const change = (cookie: string | undefined, current: unknown, password: unknown = next) =>
  post(context, "/users/change-password", { "current-password": current, "new-password": password }, cookie);

describe("POST /api/auth/v1/users/change-password", () => {
  it("PW-07 takes the current password, keeps this session, ends the others and all grants, and tells the owner", async () => {
    const client = await makeClient(context);
    const { user, cookie, tokens } = await tokensFor(context, client);
    const other = await signIn(context, user);
    const response = await change(cookie, goodPassword);
    expect([response.status, await response.json()]).toEqual([
      200,
      { message: "The password is changed. Other devices were signed out." },
    ]);
    expect((await get(context, "/users/me", cookie)).status).toBe(200);
    expect((await get(context, "/users/me", other)).status).toBe(403);
    expect((await refresh(context, client, tokens.refresh_token)).status).toBe(400);
    expect((await newestTo(context, user.email)).subject).toMatch(/^Your password for .* was changed$/);
    await expectError(await logIn(context, user.email), 401, "bad_credential");
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it("PW-07 refuses without the current password, and changes nothing", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    for (const wrong of ["wrong", "", goodPassword.toUpperCase(), `${goodPassword} `])
      await expectError(await change(cookie, wrong), 401, "bad_credential");
    await expectError(await change(cookie, null), 422, "validation-failed");
    await expectError(await change(cookie, undefined), 422, "validation-failed");
    expect(await context.users.findById(user.id)).toEqual(user);
    expect(await countTo(context, user.email)).toBe(0);
  });

  it("PW-14 counts wrong ones with those at sign-in", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    for (let tries = 0; tries < 4; tries++) {
      expect((await change(cookie, "wrong")).status).toBe(401);
      expect((await logIn(context, user.email, "wrong")).status).toBe(401);
    }
    await expectError(await change(cookie, goodPassword), 429, "rate-limited");
    await expectError(await logIn(context, user.email), 429, "rate-limited");
  });

  it("PW-06 keeps to the realm's rules", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    await expectError(await change(cookie, goodPassword, "short"), 422, "password-too-short");
    await expectError(await change(cookie, goodPassword, "password123"), 422, "password-too-common");
    await expectError(await change(cookie, goodPassword, user.email), 422, "password-contains-context");
    expect(await context.users.findById(user.id)).toEqual(user);
  });

  it("needs a live session, and somebody who has a password", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    await expectError(await change(undefined, goodPassword), 403, "session-required");
    await get(context, "/logout", cookie);
    await expectError(await change(cookie, goodPassword), 403, "session-revoked");
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("leaves one password, of five changes at once", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const all = await Promise.all(
      Array.from({ length: 5 }, (_, index) => change(cookie, goodPassword, `${next}-${index}`)),
    );
    const won = all.flatMap(({ status }, index) => (status === 200 ? [index] : []));
    expect(won.length).toBeGreaterThan(0);
    const worked = await Promise.all(won.map((index) => logIn(context, user.email, `${next}-${index}`)));
    expect(worked.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
