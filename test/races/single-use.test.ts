import { describe, expect, it } from "vitest";
import { operate } from "../admin/support.ts";
import { linkIn, newestTo } from "../messages/mailbox.ts";
import { callRegister, initialToken, modest } from "../registration/support.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { get, post } from "../surfaces/session-api.ts";
import { Authenticator } from "../two-factor/authenticator.ts";
import { api, type Json, optionsFor } from "../two-factor/support.ts";

const fifty = <Value>(run: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: 50 }, (_, index) => run(index)));

/** The whole list of what is good once, and where each is raced, is docs/single-use.md. */
describe("fifty at once (OWASP ASVS 2.3.4)", () => {
  it("RE-01 an initial access token registers as many clients as it has uses left (RFC 7591 §3)", async () => {
    const context = await makeRealm({
      registration: "token",
      rate_limits: { client_registrations_per_address_per_minute: 0 },
    });
    const { token } = await initialToken(context, { uses: 2 });
    const answers = await fifty(() => callRegister(context, "POST", { token, body: modest }));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(2);
    expect(new Set(made.map(({ json }) => json.client_id)).size).toBe(2);
    const lost = answers.filter((answer) => !made.includes(answer));
    expect(lost.filter(({ status }) => status !== 401 && status !== 429)).toEqual([]);
    const row = await operate("GET", `/realms/${context.realm.id}/registration-tokens`);
    expect(row.json.registration_tokens).toMatchObject([{ uses_left: 0 }]);
  });

  it("MF-11 a challenge makes one passkey (Web Authentication Level 3 §7.1)", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, user) };
    const device = await Authenticator.on(context.realm.issuer);
    const { options, browser } = await optionsFor(context, "registration", cookies);
    const credential = await device.create(options);
    const answers = await fifty(() =>
      api(context, "POST", "/passkeys/registration/verify", { ...cookies, ...browser }, { credential }),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const { passkeys } = await (await api(context, "GET", "/passkeys", cookies)).json<{ passkeys: Json[] }>();
    expect(passkeys.map(({ id }) => id)).toEqual([device.id]);
  });

  it("RC-03 a verification link proves its address, and is of no use to anybody afterwards", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    expect((await post(context, "/users/send-verification-link", { email: user.email })).status).toBe(200);
    const link = String(linkIn(await newestTo(context, user.email)));
    const answers = await fifty(() => request(link));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.flatMap((answer) => answer.headers.getSetCookie()).join()).not.toContain("qt-auth=");
    const row = await context.users.findById(user.id);
    expect([row?.emailVerified, row?.version]).toEqual([true, (user.version ?? 0) + 1]);
    expect((await get(context, "/users/me", cookie)).status).toBe(200);
  });
});
