import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { operate } from "../admin/support.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { linkIn, newestTo } from "../messages/mailbox.ts";
import { callRegister, initialToken, modest } from "../registration/support.ts";
import { ask, hashOf } from "../sessions-verify/support.ts";
import { Browser } from "../support/browser.ts";
import { makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";
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

  it("MF-11 RE-01 one passkey is kept once, of fifty ceremonies at once with a challenge each, by two users", async () => {
    const context = await makeRealm();
    const device = await Authenticator.on(context.realm.issuer);
    const people = await Promise.all(
      [0, 1].map(async () => ({ "qt-auth": await signIn(context, await makeUser(context)) })),
    );
    const begun = await fifty(async (index) => {
      const cookies = people[index % 2] ?? {};
      return { cookies, ...(await optionsFor(context, "registration", cookies)) };
    });
    const answers = await Promise.all(
      begun.map(async ({ cookies, options, browser }) =>
        api(
          context,
          "POST",
          "/passkeys/registration/verify",
          { ...cookies, ...browser },
          {
            credential: await device.create(options),
          },
        ),
      ),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    const lists = await Promise.all(people.map((cookies) => api(context, "GET", "/passkeys", cookies)));
    const kept = await Promise.all(lists.map((list) => list.json<{ passkeys: Json[] }>()));
    expect(kept.flatMap(({ passkeys }) => passkeys.map(({ id }) => id))).toEqual([device.id]);
  });

  it("AZ-17 fifty presses of one button of consent store it once; each code of theirs is another, and a no between them stores nothing", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, {}, { firstParty: false });
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    browser.plant(context.realm.authDomain, context.realm.settings.cookie_name, await signIn(context, user));
    const page = await browser.open(authorizeUrl(context, client, { scope: "openid" }));
    const pressed = await fifty((index) =>
      browser.submit(page, "consent-form", {}, index % 10 === 9 ? "deny" : "allow"),
    );
    expect(pressed.map(({ url }) => url.origin + url.pathname)).toEqual(
      pressed.map(() => "https://partner.test/callback"),
    );
    const codes = pressed.flatMap(({ url }) => url.searchParams.getAll("code"));
    expect([codes.length, new Set(codes).size]).toEqual([45, 45]);
    const stored = await runInDurableObject(env.USERS.getByName(`${context.realm.id}:${user.id}`), (_, { storage }) =>
      storage.sql.exec("SELECT client_id, scope, revoked_at FROM consents").toArray(),
    );
    expect(stored).toEqual([{ client_id: client.clientId, scope: "openid", revoked_at: null }]);
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

  it("RE-01 rotations of an API key never make more keys than its owner may have, and each that was answered works", async () => {
    const context = await makeRealm({ rate_limits: { session_checks_per_key_per_minute: 1000 } });
    const client = await makeClient(context);
    const path = `/realms/${context.realm.id}/clients/${client.clientId}/api-keys`;
    const old = (await operate("POST", path, { scopes: ["sessions:verify"] })).json;
    const answers = await fifty(() => operate("POST", `${path}/${old.id}/rotate`, { overlap_seconds: 0 }));
    const made = answers.filter(({ status }) => status === 201).map(({ json }) => json);
    expect(made.length).toBeGreaterThan(0);
    const refusals = answers.filter(({ status }) => status !== 201).map(({ status, json }) => `${status} ${json.code}`);
    // Those that come when the old one is gone, and those for which there is no room.
    const expected = ["404 api-key-unknown", "409 api-key-limit-reached"];
    expect(refusals.filter((refusal) => !expected.includes(refusal))).toEqual([]);
    const { json } = await operate("GET", path);
    const kept = (json.api_keys as Json[]).map(({ id }) => id);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    const mayAsk = async (key: unknown) => (await ask({ context, key: String(key) }, hashOf("x"))).status;
    expect(await mayAsk(old.api_key)).toBe(401);
    expect(new Set(await Promise.all(made.map(({ api_key }) => mayAsk(api_key))))).toEqual(new Set([200]));
  });

  it("RE-01 an owner who makes API keys at once gets twenty of them", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const path = `/realms/${context.realm.id}/clients/${client.clientId}/api-keys`;
    const answers = await fifty(() => operate("POST", path, { scopes: ["sessions:verify"] }));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    expect((await operate("GET", path)).json.api_keys).toHaveLength(20);
  });
});
