import { describe, expect, it } from "vitest";
import { bearer, call, cookie, deployment, makeSite, type Person, type Site } from "../admin/support.ts";
import { messagesTo } from "../messages/mailbox.ts";
import {
  cookiesOf,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  signIn,
  tokenRequest,
} from "../support/world.ts";
import { Authenticator } from "./authenticator.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { addPasskey, api, codeOf, countSessions, enableTotp, halfway, makeEnrolled, optionsFor } from "./support.ts";

useFrozenClock();

const reset = (site: Site, caller: Record<string, string>, userId: number, host = site.host) =>
  call(caller, "POST", `${site.path}/users/${userId}/tfa/reset`, { host });

describe("POST /admin/v1/realms/:realm/users/:user/tfa/reset", () => {
  it("takes every factor away and ends everything that was open", async () => {
    const site = await makeSite();
    const { context } = site;
    const client = await makeClient(context, { grant_types: ["authorization_code", "refresh_token"] });
    const { user, session, recoveryCodes, secret } = await makeEnrolled(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": session });
    const { code, verifier } = await obtainCode(context, client, session);
    const { refresh_token } = await redeem(context, client, code, verifier);
    const { tfa } = await halfway(context, user);
    later(step);
    const answer = await reset(site, deployment, user.id);
    expect(answer).toMatchObject({ status: 200, json: { ended: 1 } });
    expect(await countSessions(context, user.id)).toBe(0);
    expect((await api(context, "GET", "/users/me", { "qt-auth": session })).status).toBe(403);
    const refreshed = await tokenRequest(context, client, { grant_type: "refresh_token", refresh_token });
    expect(refreshed.status).toBe(400);
    for (const body of [{ token: codeOf(secret) }, { "recovery-code": recoveryCodes[0] }])
      expect([401, 403]).toContain((await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body)).status);
    const { options, browser } = await optionsFor(context, "authentication", {});
    const credential = await device.get(options);
    const passkey = await api(context, "POST", "/passkeys/authentication/verify", browser, { credential });
    expect(passkey.status).toBe(401);
    const entered = await halfway(context, user);
    expect(cookiesOf(entered.response)["qt-auth"]).toBeDefined();
    expect(await entered.response.json()).toMatchObject({ user: { "is-tfa-enabled": false } });
  });

  it.each<[string, (site: Site) => Person]>([
    ["an admin", (site) => site.admin],
    ["a sysadmin", (site) => site.sysadmin],
  ])("MF-06 is not for %s's own factors", async (_, who) => {
    const site = await makeSite();
    const { row, session, token } = who(site);
    const { session: raised } = await enableTotp(site.context, session);
    for (const caller of [cookie(raised), bearer(token)]) {
      const answer = await reset(site, caller, row.id);
      expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
    }
    expect((await halfway(site.context, row)).tfa).not.toBe("");
  });

  it("MF-13 reaches no user of another realm, and an admin no system administrator", async () => {
    const [here, there] = [await makeSite(), await makeSite()];
    const { user } = await makeEnrolled(there.context);
    const { session } = here.admin;
    expect((await reset(here, cookie(session), user.id)).status).toBe(404);
    expect((await reset(there, cookie(session), user.id, here.host)).status).toBe(404);
    const { row } = here.sysadmin;
    await enableTotp(here.context, here.sysadmin.session);
    expect((await reset(here, cookie(session), row.id)).status).toBe(403);
    for (const [context, email] of [
      [there.context, user.email],
      [here.context, row.email],
    ] as const)
      expect((await halfway(context, { email })).tfa).not.toBe("");
  });
});

describe("the owner of an account (ASVS 6.3.7)", () => {
  it("is told of every change to its factors", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const told = async (): Promise<string | undefined> => (await messagesTo(context, user.email))[0]?.text;
    const { session, secret, recoveryCodes } = await enableTotp(context, await signIn(context, user));
    expect(await told()).toContain("Two-step verification was turned on");
    later(step);
    const { tfa } = await halfway(context, user);
    const body = { "recovery-code": recoveryCodes[0] };
    await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body);
    expect(await told()).toContain("A recovery code was used");
    later(1000);
    await api(context, "POST", "/tfa/recovery-codes", { "qt-auth": session });
    expect(await told()).toContain("New recovery codes were made");
    later(1000);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": session });
    expect(await told()).toContain("A passkey was added");
    later(1000);
    await api(context, "DELETE", `/passkeys/${device.id}`, { "qt-auth": session });
    expect(await told()).toContain("A passkey was removed");
    later(1000);
    await api(context, "POST", "/tfa/disable", { "qt-auth": session }, { token: codeOf(secret) });
    expect(await told()).toContain("Two-step verification was turned off");
    const all = (await messagesTo(context, user.email)).map(({ text, html }) => text + html).join();
    for (const secretThing of [secret, ...recoveryCodes]) expect(all).not.toContain(secretThing);
  });

  it("is told in the language of whoever asks, and of nothing that was refused", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, user) };
    await api(context, "GET", "/tfa/qr-code", cookies);
    await api(context, "POST", "/tfa/enable", cookies, { token: "000000" });
    expect(await messagesTo(context, user.email)).toEqual([]);
    const shown = await api(context, "GET", "/tfa/qr-code", cookies);
    const { secret } = await shown.json<{ secret: string }>();
    const french = { "accept-language": "fr" };
    await api(context, "POST", "/tfa/enable", cookies, { token: codeOf(secret) }, french);
    expect((await messagesTo(context, user.email))[0]?.text).toContain("deux étapes a été activée");
  });
});
