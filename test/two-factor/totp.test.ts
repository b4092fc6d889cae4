import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { KeyRing } from "../../src/crypto/key-ring.ts";
import { totpSecretText } from "../../src/crypto/totp.ts";
import { admit } from "../../src/domain/second-factor/asker.ts";
import { openHalfSignIn } from "../../src/domain/second-factor/half-sign-in.ts";
import { proveTyped } from "../../src/domain/second-factor/prove.ts";
import { openTotpSecret } from "../../src/domain/second-factor/totp-secret.ts";
import { config, cookiesOf, goodPassword, makeRealm } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, countSessions, enableTotp, halfway, makeEnrolled, setTfa } from "./support.ts";

useFrozenClock();

describe("POST /login of a user with an authenticator app (contract §2)", () => {
  it("MF-01 stops halfway: 200 with a code, the cookie tfa-auth, and no session", async () => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const before = await countSessions(context, user.id);
    const { response, tfa } = await halfway(context, user);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ code: "tfa-validation-is-required", message: expect.any(String) });
    expect(Object.keys(cookiesOf(response))).toEqual(["tfa-auth"]);
    expect(response.headers.getSetCookie()[0]).toMatch(/; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/);
    expect(await countSessions(context, user.id)).toBe(before);
    expect(tfa).not.toContain(String(user.id));
  });

  it("MF-01 does so too when the app asks for the token in the header", async () => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const body = { email: user.email, password: goodPassword };
    const response = await api(context, "POST", "/login", {}, body, { "x-qt-auth": "dummy" });
    expect(await response.json()).toMatchObject({ code: "tfa-validation-is-required" });
    expect(response.headers.get("x-qt-auth")).toBeNull();
    expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
  });

  it("answers a wrong password as it does everybody's, without saying that there is a second factor", async () => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const response = await api(context, "POST", "/login", {}, { email: user.email, password: "not-the-password-1" });
    await expectError(response, 401, "bad_credential");
  });

  it.each(["off", "optional", "required"])("MF-01 asks for the factor where the realm's setting is %s", async (tfa) => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    await setTfa(context, tfa);
    const { response } = await halfway(context, user);
    expect(await response.json()).toMatchObject({ code: "tfa-validation-is-required" });
  });
});

describe("POST /tfa/validate (contract §2)", () => {
  it("MF-10 a code of the app before counts no more when another has taken its place, and does not bring it back", async () => {
    const context = await makeRealm();
    const { user, secret, session } = await makeEnrolled(context);
    later(2 * step);
    const { tfa } = await halfway(context, user);
    const half = await openHalfSignIn(context, tfa, null);
    // Looked at a moment before, by whoever has the old phone.
    const proof = await proveTyped(context, user.id, { token: codeOf(secret) });
    const shown = await api(context, "GET", "/tfa/qr-code", { "qt-auth": session });
    const { secret: next } = await shown.json<{ secret: string }>();
    const replaced = await api(context, "POST", "/tfa/enable", { "qt-auth": session }, { token: codeOf(next, -1) });
    expect(replaced.status).toBe(200);
    if (half === null) throw new Error("no half of a sign-in");
    const device = { userAgent: null, address: null, network: null, browser: null, post: null, previous: null };
    await expect(admit(context, { kind: "half", half }, proof, device)).rejects.toMatchObject({
      reason: "second-factor-wrong",
    });
    const late = await halfway(context, user);
    expect(
      (await api(context, "POST", "/tfa/validate", { "tfa-auth": late.tfa }, { token: codeOf(next) })).status,
    ).toBe(200);
  });

  it("lets in with the app's code: the user, the session, and the half is forgotten", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const response = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { id: user.id, "is-tfa-enabled": true } });
    const cookies = cookiesOf(response);
    expect(cookies["tfa-auth"]).toBe("");
    const me = await api(context, "GET", "/users/me", { "qt-auth": cookies["qt-auth"] });
    expect(me.status).toBe(200);
    const [session] = await context.objects.call(user.id, (object) => object.sessions());
    expect(session?.amr).toEqual(["pwd", "otp", "mfa"]);
  });

  it("takes the code as a number, too", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const response = await api(
      context,
      "POST",
      "/tfa/validate",
      { "tfa-auth": tfa },
      { token: Number(codeOf(secret)) },
    );
    expect(response.status).toBe(200);
  });

  it.each([
    ["the current step", 0, 200],
    ["the step before", -1, 200],
    ["two steps before", -2, 401],
    ["the next step", 1, 401],
    ["two steps ahead", 2, 401],
  ])("MF-03 with the code of %s (RFC 6238 §5.2)", async (_, offset, status) => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(3 * step);
    const { tfa } = await halfway(context, user);
    const response = await api(
      context,
      "POST",
      "/tfa/validate",
      { "tfa-auth": tfa },
      { token: codeOf(secret, offset) },
    );
    expect(response.status).toBe(status);
    if (status === 401) await expectError(response, 401, "otp-mismatch");
  });

  it.each([
    ["with a blank in the middle", (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`, 200],
    ["without its last digit", (code: string) => code.slice(0, 5), 401],
    ["with a digit more", (code: string) => `${code}0`, 401],
    ["in other digits", (code: string) => [...code].map((d) => String.fromCodePoint(0x660 + Number(d))).join(""), 401],
    ["as nothing", () => "", 422],
    ["as blanks", () => "   ", 422],
  ])("takes a code %s as it should", async (_, typed, status) => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const body = { token: typed(codeOf(secret)) };
    const response = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body);
    expect(response.status).toBe(status);
  });

  it("MF-02 takes a code once: not for the next sign-in, nor the one from before it (RFC 6238 §5.2)", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(2 * step);
    const token = codeOf(secret);
    const first = await halfway(context, user);
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": first.tfa }, { token })).status).toBe(200);
    for (const replayed of [token, codeOf(secret, -1)]) {
      const again = await halfway(context, user);
      const response = await api(context, "POST", "/tfa/validate", { "tfa-auth": again.tfa }, { token: replayed });
      await expectError(response, 401, "otp-mismatch");
    }
  });

  it("MF-02 does not take the code that confirmed the set-up either", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    const { tfa } = await halfway(context, user);
    const response = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    await expectError(response, 401, "otp-mismatch");
  });

  it("MF-02 lets one of fifty through that bring the same code at once, from fifty sign-ins", async () => {
    const context = await makeRealm({ rate_limits: { second_factor_failures_before_delay: 9 } });
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const halves = (await Promise.all(Array.from({ length: 50 }, () => halfway(context, user)))).map(({ tfa }) => tfa);
    expect(new Set(halves).size).toBe(50);
    const token = codeOf(secret);
    const answers = await Promise.all(
      halves.map((tfa) => api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token })),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200 && status !== 401 && status !== 429)).toEqual([]);
    expect(await countSessions(context, user.id)).toBe(2);
    // The other halves are of no use with it either, one after the other.
    const [late] = halves.filter((_, index) => statuses[index] !== 200);
    later(1);
    const again = await api(context, "POST", "/tfa/validate", { "tfa-auth": late }, { token });
    expect([401, 429]).toContain(again.status);
  }, 60_000);

  it("MF-02 RE-01 half a sign-in becomes one session, of fifty answers at once, and uses up one proof of eleven", async () => {
    const context = await makeRealm({ rate_limits: { second_factor_failures_before_delay: 9 } });
    const { user, secret, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const proofs = [{ token: codeOf(secret) }, ...recoveryCodes.map((code) => ({ "recovery-code": code }))];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, proofs[index % proofs.length]),
      ),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 401, 403, 429].includes(status))).toEqual([]);
    expect(await countSessions(context, user.id)).toBe(2);
    const left = await runInDurableObject(env.USERS.getByName(`${context.realm.id}:${user.id}`), (_, state) => [
      state.storage.sql.exec("SELECT hash FROM recovery_codes").toArray().length,
    ]);
    const usedApp = statuses.indexOf(200) % proofs.length === 0;
    expect(left).toEqual([usedApp ? 10 : 9]);
  });
});

describe("a second factor that was enabled twice", () => {
  it("MF-06 takes the place of the first, whose codes are worth nothing then", async () => {
    const context = await makeRealm();
    const { user, secret, session } = await makeEnrolled(context);
    later(step);
    const second = await enableTotp(context, session);
    later(step);
    const { tfa } = await halfway(context, user);
    const old = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    await expectError(old, 401, "otp-mismatch");
    const fresh = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(second.secret) });
    expect(fresh.status).toBe(200);
  });
});

describe("the secret of an authenticator app at rest", () => {
  const keys = (newest: string) => [{ id: newest, bytes: crypto.getRandomValues(new Uint8Array(32)) }] as const;

  it("is sealed anew under the newest key when it is used, so that the old one can be given up", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const ring = new KeyRing([...keys("k2"), ...config.keyEncryptionKeys]);
    const proof = await proveTyped({ ...context, ring }, user.id, { token: codeOf(secret) });
    if (proof.kind !== "totp") throw new Error("not the app's");
    expect(proof.sealedSecret).toMatch(/^k2\./);
    const opened = await openTotpSecret({ ...context, ring }, user.id, proof.sealedSecret);
    expect(totpSecretText(opened ?? new Uint8Array())).toBe(secret);
  });

  it("opens for its own user only, in its own realm", async () => {
    const [context, other] = [await makeRealm(), await makeRealm()];
    const [one, two] = [await makeEnrolled(context), await makeEnrolled(context)];
    const { sealedTotpSecret } = await context.objects.call(one.user.id, (object) => object.factors(null));
    expect(await openTotpSecret(context, one.user.id, sealedTotpSecret ?? "")).not.toBeNull();
    expect(await openTotpSecret(context, two.user.id, sealedTotpSecret ?? "")).toBeNull();
    expect(await openTotpSecret(other, one.user.id, sealedTotpSecret ?? "")).toBeNull();
  });
});
