import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { travel } from "../support/clock.ts";
import { makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError, get, logIn, post } from "../surfaces/session-api.ts";
import { codeIn, countTo, linkIn, newestTo, wrongCode } from "./mailbox.ts";
import { askReset, nextPassword as next, resetsIn } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const { byCode, byToken } = resetsIn(() => context);
const asked = (user: UserRow, realm = context) => askReset(realm, user);

describe("POST /api/auth/v1/users/reset-password", () => {
  it("takes the code that send-otp sent as well, as Bridgekeeper's front ends use it", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await post(context, "/users/send-otp", { email: user.email, "always-send": true });
    expect((await byCode(user.email, codeIn(await newestTo(context, user.email)))).status).toBe(200);
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it("works by the code of a text message", async () => {
    const phoneNumber = "+4915166600001";
    const user = await makeUser(context, { emailVerified: true, phoneNumber, phoneVerified: true });
    await post(context, "/users/forgot-password", { "phone-number": phoneNumber });
    const otp = codeIn(await newestTo(context, phoneNumber));
    const body = { "phone-number": phoneNumber, otp, "new-password": next };
    expect((await post(context, "/users/reset-password", body)).status).toBe(200);
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it("RC-03 takes the code for ten minutes and the link for an hour", async () => {
    const user = await makeUser(context, { emailVerified: true });
    travel(0);
    const { otp, token } = await asked(user);
    travel(600);
    await expectError(await byCode(user.email, otp), 401, "otp-mismatch");
    travel(2999);
    expect((await byToken(token)).status).toBe(200);
    const late = await asked(user);
    travel(3600);
    await expectError(await byToken(late.token), 403, "invalid-token");
  });

  it("RC-03 sends the link all the same while a stranger's guesses hold up the codes", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await post(context, "/users/send-otp", { email: user.email, "always-send": true });
    const otp = codeIn(await newestTo(context, user.email));
    for (let guess = 0; guess < 5; guess++) await byCode(user.email, wrongCode(otp));
    await expectError(await byCode(user.email, otp), 429, "rate-limited");
    await post(context, "/users/forgot-password", { email: user.email });
    const message = await newestTo(context, user.email);
    expect(message.text).not.toMatch(/(?<![\w-])\d{6}(?![\w-])/);
    expect((await byToken(linkIn(message).searchParams.get("token") ?? "")).status).toBe(200);
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it("RC-01 says the same of a wrong code to an account and to none, and of a bad password first", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const { otp } = await asked(user);
    const told = [];
    for (const email of [user.email, "nobody-at-all@example.test"]) {
      const response = await byCode(email, wrongCode(otp));
      told.push([response.status, await response.text()]);
      await expectError(await byCode(email, wrongCode(otp), "short"), 422, "password-too-short");
    }
    expect(told[1]).toEqual(told[0]);
    expect(await countTo(context, "nobody-at-all@example.test")).toBe(0);
  });

  it("RC-05 sets no password without the code, however the steps are ordered", async () => {
    const victim = await makeUser(context, { emailVerified: true });
    const attacker = await makeUser(context, { emailVerified: true });
    const cookie = await signIn(context, attacker);
    await asked(victim);
    const own = await asked(attacker);
    for (const response of [
      await byCode(victim.email, own.otp),
      await byCode(victim.email, "", next, cookie),
      await post(context, "/users/reset-password", { email: victim.email, "new-password": next }, cookie),
      await post(context, "/users/reset-password", { email: victim.email, token: own.token, "new-password": next }),
      await byToken(""),
      await post(context, "/users/update-with-otp", { otp: own.otp, user: { email: victim.email } }, cookie),
      await byToken(own.token, next),
    ])
      expect([200, 401, 403, 422]).toContain(response.status);
    expect((await context.users.findById(victim.id))?.passwordHash).toBe(victim.passwordHash);
    expect((await logIn(context, victim.email)).status).toBe(200);
  });
});

describe("POST /api/auth/v1/users/reset-password-with-token", () => {
  it.each(["/users/reset-password-with-token", "/users/reset-password-token"])("answers at %s", async (path) => {
    const user = await makeUser(context, { emailVerified: true });
    const { token } = await asked(user);
    const differing = { token, "new-password": next, "confirm-password": `${next}!` };
    await expectError(await post(context, path, differing), 422, "passwords-differ");
    expect((await post(context, path, { token, "new-password": next })).status).toBe(200);
  });

  it("says that a link has been used, and that another one was never good", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const { token } = await asked(user);
    expect((await byToken(token)).status).toBe(200);
    await expectError(await byToken(token, `${next}-2`), 403, "token-consumed");
    await expectError(await byToken(`${token}A`), 403, "invalid-token");
    await expectError(await byToken("A".repeat(5000)), 422, "validation-failed");
  });

  it("RC-04 is good in its own realm only, for its own purpose only", async () => {
    const other = await makeRealm();
    const user = await makeUser(context, { emailVerified: false });
    const { token, otp } = await asked(user);
    const body = { token, "new-password": next };
    await expectError(await post(other, "/users/reset-password-with-token", body), 403, "invalid-token");
    const verify = await get(context, `/users/verify-email?token=${token}&redirect-url=/`);
    expect(verify.headers.get("location")).toBe(`${context.realm.issuer}/#invalid-token`);
    await expectError(await post(context, "/login", { email: user.email, otp }), 401, "otp-mismatch");
    await expectError(await post(context, "/signup", { email: user.email, otp }), 401, "otp-mismatch");
    const cookie = await signIn(context, user);
    await expectError(await post(context, "/users/update-with-otp", { otp }, cookie), 401, "otp-mismatch");
    expect((await context.users.findById(user.id))?.emailVerified).toBe(false);
  });
});
