import { describe, expect, it } from "vitest";
import { cookiesOf, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { Authenticator } from "./authenticator.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { addPasskey, api, countSessions, halfway, type Json, makeEnrolled, optionsFor, setTfa } from "./support.ts";

useFrozenClock();

describe("signing in with a passkey (Web Authentication Level 3 §7.2)", () => {
  it("MF-12 offers the same options to everybody, whoever has an account", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    await addPasskey(context, await Authenticator.on(context.realm.issuer), { "qt-auth": await signIn(context, user) });
    const shapes = [];
    for (const body of [{}, { email: user.email }, { email: "nobody@example.test" }]) {
      const response = await api(context, "POST", "/passkeys/authentication/options", {}, body);
      const { challenge, ...rest } = await response.json<Json>();
      shapes.push({ status: response.status, length: String(challenge).length, rest });
    }
    expect(shapes[1]).toEqual(shapes[0]);
    expect(shapes[2]).toEqual(shapes[0]);
    expect(shapes[0]?.rest).toMatchObject({ allowCredentials: [], userVerification: "required" });
  });

  it.each([
    ["that cannot leave its device", false, ["hwk", "user", "mfa"]],
    ["that is synced", true, ["swk", "user", "mfa"]],
  ])("MF-14 with one %s is both factors, and says so (RFC 8176 §2)", async (_, synced, amr) => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer, synced);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) });
    later(step);
    const { options, browser } = await optionsFor(context, "authentication", {});
    const response = await api(context, "POST", "/passkeys/authentication/verify", browser, {
      credential: await device.get(options),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { id: user.id } });
    const me = await api(context, "GET", "/users/me", { "qt-auth": cookiesOf(response)["qt-auth"] });
    expect(me.status).toBe(200);
    const [session] = await context.objects.call(user.id, (object) => object.sessions());
    expect(session?.amr).toEqual(amr);
  });

  it.each(["optional", "required"])(
    "asks somebody with an authenticator app for nothing more where factors are %s",
    async (tfa) => {
      const context = await makeRealm();
      const { session } = await makeEnrolled(context);
      const device = await Authenticator.on(context.realm.issuer);
      await addPasskey(context, device, { "qt-auth": session });
      await setTfa(context, tfa);
      const { options, browser } = await optionsFor(context, "authentication", {});
      const credential = await device.get(options);
      const response = await api(context, "POST", "/passkeys/authentication/verify", browser, { credential });
      expect(response.status).toBe(200);
      expect(cookiesOf(response)["qt-auth"]).toBeDefined();
    },
  );

  it("lets nobody in who is disabled", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) });
    await context.users.update(user.id, user.version, { disabledAt: Date.now() }, Date.now());
    const { options, browser } = await optionsFor(context, "authentication", {});
    const credential = await device.get(options);
    const response = await api(context, "POST", "/passkeys/authentication/verify", browser, { credential });
    await expectError(response, 401, "bad_credential");
  });

  it("lets nobody in by a passkey that was removed, or whose user was deleted", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const session = await signIn(context, user);
    const [removed, kept] = [
      await Authenticator.on(context.realm.issuer),
      await Authenticator.on(context.realm.issuer),
    ];
    await addPasskey(context, removed, { "qt-auth": session });
    await addPasskey(context, kept, { "qt-auth": session });
    expect((await api(context, "DELETE", `/passkeys/${removed.id}`, { "qt-auth": session })).status).toBe(204);
    const tryWith = async (device: Authenticator) => {
      const { options, browser } = await optionsFor(context, "authentication", {});
      const credential = await device.get(options);
      return api(context, "POST", "/passkeys/authentication/verify", browser, { credential });
    };
    await expectError(await tryWith(removed), 401, "bad_credential");
    expect((await tryWith(kept)).status).toBe(200);
    const { deleteUser } = await import("../../src/domain/users/change-user.ts");
    await deleteUser(context, user.id);
    await expectError(await tryWith(kept), 401, "bad_credential");
  });
});

describe("a passkey as second factor", () => {
  it("completes half a sign-in, without a PIN too", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) }, { "second-factor": true });
    const { tfa } = await halfway(context, user);
    const cookies = { "tfa-auth": tfa };
    const { options, browser } = await optionsFor(context, "authentication", cookies, { "second-factor": true });
    expect(options.allowCredentials).toEqual([{ type: "public-key", id: device.id, transports: ["internal"] }]);
    const response = await api(
      context,
      "POST",
      "/passkeys/authentication/verify",
      { ...cookies, ...browser },
      {
        credential: await device.get(options, { userVerified: false }),
        "second-factor": true,
      },
    );
    expect(response.status).toBe(200);
    expect(cookiesOf(response)["tfa-auth"]).toBe("");
    const [session] = await context.objects.call(user.id, (object) => object.sessions());
    expect(session?.amr).toEqual(["pwd", "hwk", "user", "mfa"]);
  });

  it("MF-11 of somebody else completes nothing", async () => {
    const context = await makeRealm();
    const [victim, thief] = [await makeEnrolled(context), await makeUser(context)];
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, thief) });
    later(step);
    const { tfa } = await halfway(context, victim.user);
    const cookies = { "tfa-auth": tfa };
    const { options, browser } = await optionsFor(context, "authentication", cookies, { "second-factor": true });
    const response = await api(
      context,
      "POST",
      "/passkeys/authentication/verify",
      { ...cookies, ...browser },
      {
        credential: await device.get(options),
        "second-factor": true,
      },
    );
    await expectError(response, 401, "bad_credential");
    expect(await countSessions(context, victim.user.id)).toBe(1);
  });

  it("MF-11 does not turn its assertion into a sign-in, nor that of a sign-in into a second factor", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) }, { "second-factor": true });
    const { tfa } = await halfway(context, user);
    const cookies = { "tfa-auth": tfa };
    const asSecond = await optionsFor(context, "authentication", cookies, { "second-factor": true });
    const used = await api(
      context,
      "POST",
      "/passkeys/authentication/verify",
      { ...cookies, ...asSecond.browser },
      {
        credential: await device.get(asSecond.options),
      },
    );
    await expectError(used, 401, "bad_credential");
    const asFirst = await optionsFor(context, "authentication", {});
    const other = await api(
      context,
      "POST",
      "/passkeys/authentication/verify",
      { ...cookies, ...asFirst.browser },
      {
        credential: await device.get(asFirst.options),
        "second-factor": true,
      },
    );
    await expectError(other, 401, "bad_credential");
  });
});
