import { describe, expect, it } from "vitest";
import { cookiesOf, goodPassword, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, halfway, makeEnrolled, setTfa, wrongCodes } from "./support.ts";

useFrozenClock();

describe("POST /tfa/disable (contract §2)", () => {
  it("takes a code, and then the password is enough again", async () => {
    const context = await makeRealm();
    const { user, secret, session } = await makeEnrolled(context);
    later(step);
    const response = await api(context, "POST", "/tfa/disable", { "qt-auth": session }, { token: codeOf(secret) });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { id: user.id, "is-tfa-enabled": false } });
    expect(cookiesOf((await halfway(context, user)).response)["qt-auth"]).toBeDefined();
  });

  it("takes a recovery code as well", async () => {
    const context = await makeRealm();
    const { session, recoveryCodes } = await makeEnrolled(context);
    const body = { "recovery-code": recoveryCodes[0] };
    expect((await api(context, "POST", "/tfa/disable", { "qt-auth": session }, body)).status).toBe(200);
  });

  it.each([
    ["a wrong code", (secret: string) => ({ token: wrongCodes(secret, 1)[0] }), 401, "otp-mismatch"],
    ["the code that was used", (secret: string) => ({ token: codeOf(secret, -1) }), 401, "otp-mismatch"],
    ["no code", () => ({}), 422, "validation-failed"],
    ["the password", () => ({ password: goodPassword }), 422, "validation-failed"],
  ])("MF-06 refuses %s, and the factor stays", async (_, body, status, code) => {
    const context = await makeRealm();
    const { user, secret, session } = await makeEnrolled(context);
    later(step);
    await expectError(await api(context, "POST", "/tfa/disable", { "qt-auth": session }, body(secret)), status, code);
    expect((await halfway(context, user)).tfa).not.toBe("");
  });

  it("MF-07 is refused where the realm requires a factor", async () => {
    const context = await makeRealm();
    const { user, secret, session } = await makeEnrolled(context);
    await setTfa(context, "required");
    later(step);
    const response = await api(context, "POST", "/tfa/disable", { "qt-auth": session }, { token: codeOf(secret) });
    await expectError(response, 403, "tfa-required");
    expect((await halfway(context, user)).tfa).not.toBe("");
  });

  it("has nothing to do for somebody without one", async () => {
    const context = await makeRealm();
    const session = await signIn(context, await makeUser(context));
    const response = await api(context, "POST", "/tfa/disable", { "qt-auth": session }, { token: "123456" });
    await expectError(response, 401, "otp-mismatch");
  });
});

describe("what a change of factors takes", () => {
  const changes = [
    ["GET", "/tfa/qr-code", undefined],
    ["POST", "/tfa/enable", { token: "123456" }],
    ["POST", "/tfa/recovery-codes", undefined],
    ["POST", "/passkeys/registration/options", {}],
    ["POST", "/passkeys/registration/options", { "second-factor": true }],
    ["DELETE", "/passkeys/AAAA", undefined],
  ] as const;

  it.each(changes.filter(([, path]) => path !== "/tfa/enable"))(
    "MF-06 is a sign-in within the last ten minutes: %s %s",
    async (method, path, body) => {
      const context = await makeRealm();
      const { session } = await makeEnrolled(context);
      later(600_001);
      const response = await api(context, method, path, { "qt-auth": session }, body);
      await expectError(response, 403, "reauthentication-required");
    },
  );

  it("MF-06 a set-up that was begun in time is not confirmed later", async () => {
    const context = await makeRealm();
    const cookies = { "qt-auth": await signIn(context, await makeUser(context)) };
    later(599_000);
    const shown = await api(context, "GET", "/tfa/qr-code", cookies);
    const { secret } = await shown.json<{ secret: string }>();
    later(2_000);
    const late = await api(context, "POST", "/tfa/enable", cookies, { token: codeOf(secret) });
    await expectError(late, 403, "reauthentication-required");
  });

  it("MF-06 disabling takes one too, besides the code", async () => {
    const context = await makeRealm();
    const { secret, session } = await makeEnrolled(context);
    later(600_001);
    const response = await api(context, "POST", "/tfa/disable", { "qt-auth": session }, { token: codeOf(secret) });
    await expectError(response, 403, "reauthentication-required");
  });

  it.each(changes)("MF-06 is never half a sign-in: %s %s", async (method, path, body) => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const { tfa } = await halfway(context, user);
    const response = await api(context, method, path, { "tfa-auth": tfa }, body);
    await expectError(response, 403, "session-required");
  });
});

describe("what a second factor outlives", () => {
  it("MF-10 a new password, set by an operator", async () => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const other = "quiet-meadow-lantern-52";
    const { hashPassword } = await import("../../src/crypto/password-hash.ts");
    const { changeUser } = await import("../../src/domain/users/change-user.ts");
    const row = await context.users.findById(user.id);
    if (row === null) throw new Error("no user");
    later(1000);
    await changeUser(context, row, { passwordHash: await hashPassword(other) }, "all");
    later(1000);
    const response = await api(context, "POST", "/login", {}, { email: user.email, password: other });
    expect(await response.json()).toMatchObject({ code: "tfa-validation-is-required" });
  });
});
