import { describe, expect, it } from "vitest";
import { spoiled } from "../support/spoiled.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, halfway, makeEnrolled, wrongCodes } from "./support.ts";

useFrozenClock();

describe("half a sign-in at POST /tfa/validate", () => {
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
    const turned = spoiled(tfa);
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
