import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import { cookiesOf, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { Authenticator } from "./authenticator.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { addPasskey, api, codeOf, halfway, type Json, makeEnrolled, optionsFor, setTfa } from "./support.ts";

useFrozenClock();

describe("making a passkey (Web Authentication Level 3 §7.1)", () => {
  it("offers options that say nothing about the person but the label, and a challenge of its own each time", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, user) };
    const { options } = await optionsFor(context, "registration", cookies);
    expect(options).toMatchObject({
      rp: { id: context.realm.authDomain, name: context.realm.name },
      user: { name: user.email, displayName: user.name },
      excludeCredentials: [],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    });
    const { id } = (options as { user: { id: string } }).user;
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(id).not.toContain(String(user.id));
    const again = await optionsFor(context, "registration", cookies);
    expect(again.options.challenge).not.toBe(options.challenge);
    expect(String(options.challenge).length).toBeGreaterThan(22);
  });

  it("keeps it, lists it, and leaves it out when another is made", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const session = await signIn(context, user);
    const device = await Authenticator.on(context.realm.issuer);
    const { response, browser } = await addPasskey(context, device, { "qt-auth": session }, { name: "Laptop" });
    expect(response.status).toBe(200);
    const answer = await response.json<Json>();
    expect(answer).toMatchObject({ user: { id: user.id, "is-tfa-enabled": false }, "passkey-id": device.id });
    expect(answer["recovery-codes"]).toBeUndefined();
    const list = await api(context, "GET", "/passkeys", { "qt-auth": session });
    expect(await list.json()).toEqual({
      passkeys: [
        {
          id: device.id,
          name: "Laptop",
          host: context.realm.authDomain,
          "second-factor": false,
          "device-bound": true,
          "created-at": Date.now(),
          "last-used-at": Date.now(),
        },
      ],
    });
    const { options } = await optionsFor(context, "registration", { "qt-auth": session, ...browser });
    expect(options.excludeCredentials).toEqual([{ type: "public-key", id: device.id, transports: ["internal"] }]);
  });

  it("RL-05 keeps no trace of those that are refused, however many are shown with one challenge", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, user) };
    const { options, browser } = await optionsFor(context, "registration", cookies);
    const ids: string[] = [];
    for (const status of [200, 401, 401]) {
      const device = await Authenticator.on(context.realm.issuer);
      const credential = await device.create(options);
      ids.push(device.id);
      const verify = await api(
        context,
        "POST",
        "/passkeys/registration/verify",
        { ...cookies, ...browser },
        { credential },
      );
      expect(verify.status).toBe(status);
    }
    const owners = await Promise.all(ids.map(async (id) => context.passkeys.findOwner(await sha256(id))));
    expect(owners).toEqual([user.id, null, null]);
  });

  it("leaves signing in with the password as it was", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) });
    expect(cookiesOf((await halfway(context, user)).response)["qt-auth"]).toBeDefined();
  });

  it("MF-08 as second factor brings recovery codes, another session name, and is asked for from then on", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const session = await signIn(context, user);
    const device = await Authenticator.on(context.realm.issuer);
    const { response } = await addPasskey(context, device, { "qt-auth": session }, { "second-factor": true });
    expect(response.status).toBe(200);
    const answer = await response.json<Json>();
    expect(answer).toMatchObject({ user: { "is-tfa-enabled": true } });
    expect(answer["recovery-codes"]).toHaveLength(10);
    expect((await api(context, "GET", "/users/me", { "qt-auth": session })).status).toBe(403);
    const { response: half, tfa } = await halfway(context, user);
    expect(await half.json()).toMatchObject({ code: "tfa-validation-is-required" });
    const body = { "recovery-code": (answer["recovery-codes"] as string[])[0] };
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body)).status).toBe(200);
  });

  it("as another second factor leaves the recovery codes as they are", async () => {
    const context = await makeRealm();
    const { session, recoveryCodes, user } = await makeEnrolled(context);
    const device = await Authenticator.on(context.realm.issuer);
    const { response } = await addPasskey(context, device, { "qt-auth": session }, { "second-factor": true });
    expect(response.status).toBe(200);
    expect((await response.json<Json>())["recovery-codes"]).toBeUndefined();
    const { tfa } = await halfway(context, user);
    const body = { "recovery-code": recoveryCodes[0] };
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body)).status).toBe(200);
  });

  it("MF-07 is a way in where a second factor is required and none is there", async () => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const { tfa } = await halfway(context, user);
    const device = await Authenticator.on(context.realm.issuer);
    const { response } = await addPasskey(context, device, { "tfa-auth": tfa }, { "second-factor": true });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { id: user.id, "is-tfa-enabled": true } });
    const cookies = cookiesOf(response);
    expect((await api(context, "GET", "/users/me", { "qt-auth": cookies["qt-auth"] })).status).toBe(200);
    expect(cookies["tfa-auth"]).toBe("");
  });

  it("MF-07 does not let in by a passkey that is no second factor", async () => {
    const context = await makeRealm({ tfa: "required" });
    const { tfa } = await halfway(context, await makeUser(context));
    const response = await api(context, "POST", "/passkeys/registration/options", { "tfa-auth": tfa }, {});
    await expectError(response, 403, "tfa-validation-is-required");
  });

  it("MF-06 where one is required, a passkey counts: whoever has the password only cannot add an app", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) });
    await setTfa(context, "required");
    const { response, tfa } = await halfway(context, user);
    expect(await response.json()).toMatchObject({ code: "tfa-validation-is-required" });
    await expectError(await api(context, "GET", "/tfa/qr-code", { "tfa-auth": tfa }), 403, "session-required");
  });
});

describe("keeping passkeys", () => {
  it("renames one's own, and nobody else's", async () => {
    const context = await makeRealm();
    const session = await signIn(context, await makeUser(context));
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": session });
    const renamed = await api(context, "PATCH", `/passkeys/${device.id}`, { "qt-auth": session }, { name: "Desk" });
    expect(await renamed.json()).toMatchObject({ passkeys: [{ id: device.id, name: "Desk" }] });
    const stranger = await signIn(context, await makeUser(context));
    const theirs = await api(context, "PATCH", `/passkeys/${device.id}`, { "qt-auth": stranger }, { name: "Mine" });
    await expectError(theirs, 404, "not-found");
    const removed = await api(context, "DELETE", `/passkeys/${device.id}`, { "qt-auth": stranger });
    await expectError(removed, 404, "not-found");
  });

  it("ends the second factor with the last of them, and its recovery codes with it", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    const made = await addPasskey(
      context,
      device,
      { "qt-auth": await signIn(context, user) },
      { "second-factor": true },
    );
    const session = cookiesOf(made.response)["qt-auth"];
    expect((await api(context, "DELETE", `/passkeys/${device.id}`, { "qt-auth": session })).status).toBe(204);
    const me = await api(context, "GET", "/users/me", { "qt-auth": session });
    expect(await me.json()).toMatchObject({ user: { "is-tfa-enabled": false } });
    const { recoveryCodesLeft } = await context.objects.call(user.id, (object) => object.factors(null));
    expect(recoveryCodesLeft).toBe(0);
  });

  it("MF-07 keeps the last factor where one is required", async () => {
    const context = await makeRealm();
    const device = await Authenticator.on(context.realm.issuer);
    const session = await signIn(context, await makeUser(context));
    const made = await addPasskey(context, device, { "qt-auth": session }, { "second-factor": true });
    await setTfa(context, "required");
    const cookies = { "qt-auth": cookiesOf(made.response)["qt-auth"] };
    await expectError(await api(context, "DELETE", `/passkeys/${device.id}`, cookies), 403, "tfa-required");
  });

  it("stays for signing in when the second factor is disabled", async () => {
    const context = await makeRealm();
    const { session, secret, user } = await makeEnrolled(context);
    const device = await Authenticator.on(context.realm.issuer);
    const made = await addPasskey(context, device, { "qt-auth": session }, { "second-factor": true });
    later(step);
    const cookies = { "qt-auth": cookiesOf(made.response)["qt-auth"] };
    expect((await api(context, "POST", "/tfa/disable", cookies, { token: codeOf(secret) })).status).toBe(200);
    expect(cookiesOf((await halfway(context, user)).response)["qt-auth"]).toBeDefined();
    const { options, browser } = await optionsFor(context, "authentication", {});
    const credential = await device.get(options);
    const response = await api(context, "POST", "/passkeys/authentication/verify", browser, { credential });
    expect(response.status).toBe(200);
  });
});
