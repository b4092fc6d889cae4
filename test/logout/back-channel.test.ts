import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openAnotherSession, refresh, tokenAnswer } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, request } from "../support/world.ts";
import { enter, enterWith, expectHeard, makeRelyingParty, sidIn, subOf, toldOf, verified } from "./relying-party.ts";

beforeEach(stubInternet);
afterEach(() => {
  vi.unstubAllGlobals();
});

const withCookie = (cookie: string) => ({ headers: { cookie: `qt-auth=${cookie}` } });

describe("a logout token (Back-Channel Logout §2.4, §2.5)", () => {
  it.each(["ES256", "RS256", "EdDSA"])(
    "LO-06 comes by a form, signed %s as the client's ID tokens are, and says all that §2.4 asks and no more",
    async (alg) => {
      const context = await makeRealm();
      const party = await makeRelyingParty(context, { id_token_signed_response_alg: alg });
      const { user, cookie, tokens } = await enter(context, party);
      const before = Math.floor(Date.now() / 1000);
      const response = await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(cookie));
      expect(response.status).toBe(204);
      await expectHeard(party, 1);
      const [sent] = party.heard;
      expect([sent?.method, sent?.url]).toEqual(["POST", party.uri]);
      expect(sent?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
      const payload = await verified(context, party, party.tokens[0] ?? "");
      expect(Object.keys(payload).sort()).toEqual(["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"]);
      // LO-07: the very session that the ID token named.
      expect([payload.sub, payload.sid]).toEqual([subOf(user), sidIn(tokens.id_token)]);
      expect(payload.iat).toBeGreaterThanOrEqual(before);
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(120);
      expect(String(payload.jti).length).toBeGreaterThanOrEqual(16);
    },
  );

  it("LO-06 goes to every application of the session, and to no other", async () => {
    const context = await makeRealm();
    const [one, two, stranger] = [
      await makeRelyingParty(context),
      await makeRelyingParty(context),
      await makeRelyingParty(context),
    ];
    const who = await enter(context, one);
    await enterWith(context, two, who);
    const other = await enter(context, stranger);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(who.cookie));
    await expectHeard(one, 1);
    await expectHeard(two, 1);
    expect(await toldOf(context, two)).toEqual([[subOf(who.user), who.sid]]);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(other.cookie));
    await expectHeard(stranger, 1);
    expect(one.heard).toHaveLength(1);
  });

  it("LO-06 comes once, however often the session is ended and however many tokens it gave", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    const again = await enterWith(context, party, who);
    await tokenAnswer(await refresh(context, party.client, again.refresh_token));
    const url = `${context.realm.issuer}/end-session?id_token_hint=${who.tokens.id_token}`;
    await Promise.all(Array.from({ length: 20 }, () => request(url, withCookie(who.cookie))));
    await request(url, withCookie(who.cookie));
    await expectHeard(party, 1);
  });

  it("LO-07 names one session: the user's others are not over", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const first = await enter(context, party);
    const second = await openAnotherSession(context, first.user);
    const tokens = await enterWith(context, party, second);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(second.cookie));
    await expectHeard(party, 1);
    expect(await toldOf(context, party)).toEqual([[subOf(first.user), sidIn(tokens.id_token)]]);
    expect(sidIn(tokens.id_token)).not.toBe(sidIn(first.tokens.id_token));
  });

  it("is not sent to clients that did not ask for it, nor to disabled ones", async () => {
    const context = await makeRealm();
    const deaf = await makeRelyingParty(context, { backchannel_logout_uri: undefined });
    const disabled = await makeRelyingParty(context);
    const witness = await makeRelyingParty(context);
    const who = await enter(context, deaf);
    for (const party of [disabled, witness]) await enterWith(context, party, who);
    await context.clients.store.update(disabled.client, { disabledAt: Date.now() }, [], Date.now());
    context.clients.forget(disabled.client);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(who.cookie));
    await expectHeard(witness, 1);
    expect([...deaf.heard, ...disabled.heard]).toEqual([]);
  });
});
