import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { cookiesOf, makeClient, makeRealm, makeUser, obtainCode, redeem } from "../support/world.ts";
import { countUsers, expectError, get, post, sessionCount, type UserAnswer } from "../surfaces/session-api.ts";
import { codeIn, newestTo, wrongCode } from "./mailbox.ts";
import { codeFor, freshEmail, freshPhone } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("POST /api/auth/v1/login with a code (contract §2)", () => {
  it("signs in by the code of a mail, with the answer and the cookie of any sign-in", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const otp = await codeFor(context, { email: user.email });
    const response = await post(context, "/login", { email: user.email?.toUpperCase(), otp });
    expect(response.status).toBe(200);
    expect(await response.json<UserAnswer>()).toMatchObject({
      user: { id: user.id, "verification-status": "email" },
      "active-sessions-count": 1,
      source: "bridgekeeper",
    });
    expect((await get(context, "/users/me", cookiesOf(response)["qt-auth"])).status).toBe(200);
  });

  it("signs in by the code of a text message, typed with blanks, or sent as a number", async () => {
    const phone = freshPhone();
    const user = await makeUser(context, { email: null, password: null, phoneNumber: phone, phoneVerified: true });
    const written = await codeFor(context, { "phone-number": phone });
    const spaced = `${written.slice(0, 3)} ${written.slice(3)} `;
    const first = await post(context, "/login", { "phone-number": phone, otp: spaced });
    expect((await first.json<UserAnswer>()).user.id).toBe(user.id);
    const number = Number(await codeFor(context, { "phone-number": phone }));
    expect((await post(context, "/login", { "login-phone-number": phone, otp: number })).status).toBe(200);
  });

  it.each([
    ["another code", (code: string) => wrongCode(code)],
    ["five of the six digits", (code: string) => code.slice(0, 5)],
    ["the code twice over", (code: string) => code + code],
    ["no digits", () => "abcdef"],
    ["digits of another script", (code: string) => code.replace(/./g, (digit) => "٠١٢٣٤٥٦٧٨٩"[Number(digit)] ?? "")],
  ])("refuses %s with otp-mismatch, and opens nothing", async (_, mutate) => {
    const user = await makeUser(context, { emailVerified: true });
    const code = await codeFor(context, { email: user.email });
    await expectError(await post(context, "/login", { email: user.email, otp: mutate(code) }), 401, "otp-mismatch");
    expect(await sessionCount(context, user.id)).toBe(0);
    expect((await post(context, "/login", { email: user.email, otp: code })).status).toBe(200);
  });

  it("MF-09 takes a code once", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const otp = await codeFor(context, { email: user.email });
    expect((await post(context, "/login", { email: user.email, otp })).status).toBe(200);
    await expectError(await post(context, "/login", { email: user.email, otp }), 401, "otp-mismatch");
  });

  it("MF-09 takes a code for ten minutes, and not for longer", async () => {
    const user = await makeUser(context, { emailVerified: true });
    travel(0);
    const otp = await codeFor(context, { email: user.email });
    travel(599);
    expect((await post(context, "/login", { email: user.email, otp })).status).toBe(200);
    const late = await codeFor(context, { email: user.email });
    travel(600);
    await expectError(await post(context, "/login", { email: user.email, otp: late }), 401, "otp-mismatch");
  });

  it("MF-09 takes the newest code only", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const older = await codeFor(context, { email: user.email });
    const newer = await codeFor(context, { email: user.email });
    await expectError(await post(context, "/login", { email: user.email, otp: older }), 401, "otp-mismatch");
    expect((await post(context, "/login", { email: user.email, otp: newer })).status).toBe(200);
  });

  it("MF-09 takes a code from the address it went to, and from no other", async () => {
    const [user, other] = [
      await makeUser(context, { emailVerified: true }),
      await makeUser(context, { emailVerified: true }),
    ];
    const otp = await codeFor(context, { email: user.email });
    await codeFor(context, { email: other.email });
    await expectError(await post(context, "/login", { email: other.email, otp }), 401, "otp-mismatch");
    expect(await sessionCount(context, other.id)).toBe(0);
  });

  it("RE-01 lets one of fifty at once in", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const otp = await codeFor(context, { email: user.email });
    const all = await Promise.all(
      Array.from({ length: 50 }, () => post(context, "/login", { email: user.email, otp })),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(401)]);
    expect(await sessionCount(context, user.id)).toBe(1);
  });

  it("does not let a disabled user in, also not by a code from before", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const otp = await codeFor(context, { email: user.email });
    await context.users.update(user.id, user.version, { disabledAt: Date.now() }, Date.now());
    await expectError(await post(context, "/login", { email: user.email, otp }), 401, "bad_credential");
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("MF-14 says how the user signed in, and claims no second factor", async () => {
    const phone = freshPhone();
    const byMail = await makeUser(context, { emailVerified: true });
    await makeUser(context, { email: null, phoneNumber: phone, phoneVerified: true, password: null });
    const client = await makeClient(context);
    for (const [to, amr] of [
      [{ email: byMail.email }, ["email"]],
      [{ "phone-number": phone }, ["sms"]],
    ] as const) {
      const response = await post(context, "/login", { ...to, otp: await codeFor(context, to) });
      const { code, verifier } = await obtainCode(context, client, cookiesOf(response)["qt-auth"] ?? "");
      const { id_token } = await redeem(context, client, code, verifier);
      const claims = JSON.parse(atob(id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""));
      expect(claims).toMatchObject({ amr, acr: "urn:gatehouse:single-factor" });
    }
  });

  it("asks for an address", async () => {
    await expectError(await post(context, "/login", { otp: "123456" }), 422, "identifier-missing");
    await expectError(await post(context, "/login", { username: "cypher", otp: "123456" }), 422, "identifier-missing");
  });
});

describe("POST /api/auth/v1/login with auto-signup (contract §2)", () => {
  it("makes an account for an address that has none, proven, without a password", async () => {
    for (const [to, status] of [
      [{ email: freshEmail() }, "email"],
      [{ "phone-number": freshPhone() }, "phone"],
    ] as const) {
      const otp = await codeFor(context, to);
      const response = await post(context, "/login", { ...to, otp, "auto-signup": true });
      const { user } = await response.json<UserAnswer>();
      expect(user).toMatchObject({ ...to, "verification-status": status });
      expect(await context.users.findById(user.id)).toMatchObject({ passwordHash: null, roles: ["user"] });
      expect(cookiesOf(response)["qt-auth"]).toBeTruthy();
    }
  });

  it("signs in to the account where there is one", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const otp = await codeFor(context, { email: user.email });
    const response = await post(context, "/login", { email: user.email, otp, "auto-signup": true });
    expect((await response.json<UserAnswer>()).user.id).toBe(user.id);
  });

  it.each([
    ["without auto-signup", undefined, {}],
    ["with auto-signup off", false, {}],
    ["where nobody makes an account, code or not", true, { sign_up: false }],
  ])("makes none %s", async (_, autoSignUp, settings) => {
    const realm = await makeRealm(settings);
    const email = freshEmail();
    await post(realm, "/users/send-otp", { email });
    const sent = await newestTo(realm, email).catch(() => null);
    const otp = sent === null ? "000000" : codeIn(sent);
    await expectError(await post(realm, "/login", { email, otp, "auto-signup": autoSignUp }), 401, "otp-mismatch");
    expect(await countUsers(realm)).toBe(0);
  });

  it("RE-01 makes one account of fifty tries at once", async () => {
    const realm = await makeRealm();
    const email = freshEmail();
    const otp = await codeFor(realm, { email });
    const body = { email, otp, "auto-signup": true };
    const all = await Promise.all(Array.from({ length: 50 }, () => post(realm, "/login", body)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(401)]);
    expect(await countUsers(realm)).toBe(1);
  });
});
