import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cookiesOf, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { api, codeOf, countSessions, enableTotp, halfway, makeEnrolled, setTfa, wrongCodes } from "./support.ts";

const later = (ms: number): void => {
  vi.setSystemTime(Date.now() + ms);
};
const step = 30_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-01T12:00:10Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

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

  it("MF-02 lets one of twenty through that bring the same code at once, from twenty sign-ins", async () => {
    const context = await makeRealm({ rate_limits: { second_factor_failures_before_delay: 9 } });
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const halves: string[] = [];
    for (let n = 0; n < 20; n++) halves.push((await halfwayOf(context, user.email)).tfa);
    const token = codeOf(secret);
    const answers = await Promise.all(
      halves.map((tfa) => api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token })),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200 && status !== 401 && status !== 429)).toEqual([]);
  });

  it("SE-02 finishes half a sign-in once, even with a fresh code", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const cookies = { "tfa-auth": tfa };
    expect((await api(context, "POST", "/tfa/validate", cookies, { token: codeOf(secret) })).status).toBe(200);
    later(step);
    const again = await api(context, "POST", "/tfa/validate", cookies, { token: codeOf(secret) });
    await expectError(again, 403, "session-revoked");
  });

  it("MF-01 knows half a sign-in for ten minutes", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    const { tfa } = await halfway(context, user);
    later(10 * 60_000 - 1);
    const wrong = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: wrongCodes(secret, 1)[0] });
    expect(wrong.status).toBe(401);
    later(1);
    const late = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    await expectError(late, 403, "session-required");
  });

  it.each([["all sessions were ended", (object: { endEverything(): Promise<unknown> }) => object.endEverything()]])(
    "MF-01 forgets half a sign-in when %s in between",
    async (_, end) => {
      const context = await makeRealm();
      const { user, secret } = await makeEnrolled(context);
      const { tfa } = await halfway(context, user);
      later(step);
      await context.objects.call(user.id, end);
      const response = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
      await expectError(response, 403, "session-revoked");
    },
  );

  it("MF-01 ends the session this browser had before only when the new one begins", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    const other = await makeUser(context);
    const previous = await signIn(context, other);
    later(step);
    const body = { email: user.email, password: goodPassword };
    const half = await api(context, "POST", "/login", { "qt-auth": previous }, body);
    const cookies = { "qt-auth": previous, "tfa-auth": cookiesOf(half)["tfa-auth"] };
    expect((await api(context, "GET", "/users/me", cookies)).status).toBe(200);
    const full = await api(context, "POST", "/tfa/validate", cookies, { token: codeOf(secret) });
    expect(await full.json()).toMatchObject({ user: { id: user.id } });
    expect((await api(context, "GET", "/users/me", { "qt-auth": previous })).status).toBe(403);
  });

  it.each([
    ["nothing", {}],
    ["an invented half", { "tfa-auth": "t1.AAAA" }],
    ["a session's token as half", null],
  ])("MF-01 refuses with %s", async (_, cookies) => {
    const context = await makeRealm();
    const { secret, session } = await makeEnrolled(context);
    later(step);
    const sent = cookies ?? { "tfa-auth": session };
    const response = await api(context, "POST", "/tfa/validate", sent, { token: codeOf(secret) });
    await expectError(response, 403, "session-required");
  });

  it("MF-01 refuses half a sign-in of another realm, and one that was changed", async () => {
    const [here, there] = [await makeRealm(), await makeRealm()];
    const { user, secret } = await makeEnrolled(here);
    later(step);
    const { tfa } = await halfway(here, user);
    const abroad = await api(there, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    await expectError(abroad, 403, "session-required");
    const turned = tfa.slice(0, -2) + (tfa.endsWith("AA") ? "BB" : "AA");
    const changed = await api(here, "POST", "/tfa/validate", { "tfa-auth": turned }, { token: codeOf(secret) });
    await expectError(changed, 403, "session-required");
  });

  it("MF-01 takes neither of two different halves: one of them was planted", async () => {
    const context = await makeRealm();
    const [victim, attacker] = [await makeEnrolled(context), await makeEnrolled(context)];
    later(step);
    const [one, other] = [await halfway(context, victim.user), await halfway(context, attacker.user)];
    const response = await request(`${context.realm.issuer}/api/auth/v1/tfa/validate`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: `tfa-auth=${other.tfa}; tfa-auth=${one.tfa}` },
      body: JSON.stringify({ token: codeOf(victim.secret) }),
    });
    await expectError(response, 403, "session-required");
  });

  it("SE-11 refuses a request from another site", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const foreign = { origin: "https://evil.test" };
    const response = await api(
      context,
      "POST",
      "/tfa/validate",
      { "tfa-auth": tfa },
      { token: codeOf(secret) },
      foreign,
    );
    await expectError(response, 403, "cross-site-request");
  });

  it("MF-01 lets nobody in who was disabled in between", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    await context.users.update(user.id, user.version, { disabledAt: Date.now() }, Date.now());
    const response = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    await expectError(response, 401, "bad_credential");
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

const halfwayOf = (context: Parameters<typeof halfway>[0], email: string | null) => halfway(context, { email });
