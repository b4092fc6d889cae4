import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSession } from "../../src/domain/sessions/open-session.ts";
import { deleteUser, syncUser } from "../../src/domain/users/change-user.ts";
import { travel } from "../support/clock.ts";
import { disable, objectOf, openAnotherSession, refresh, resetPassword, tokenAnswer } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { jsonBody, makeRealm, obtainCode, redeem, request } from "../support/world.ts";
import { enableTotp } from "../two-factor/support.ts";
import { enter, enterWith, expectHeard, makeRelyingParty, sidIn, subOf, toldOf } from "./relying-party.ts";

beforeEach(stubInternet);
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const withCookie = (cookie: string) => ({ headers: { cookie: `qt-auth=${cookie}` } });

describe("whatever ends a session (LO-06, LO-10)", () => {
  type Who = Awaited<ReturnType<typeof enter>>;
  type Context = Awaited<ReturnType<typeof makeRealm>>;

  it.each<[string, (context: Context, who: Who) => Promise<unknown>]>([
    ["signing out", ({ realm }, { cookie }) => request(`${realm.issuer}/api/auth/v1/logout`, withCookie(cookie))],
    [
      "an application's request",
      ({ realm }, { tokens }) => request(`${realm.issuer}/end-session?id_token_hint=${tokens.id_token}`),
    ],
    [
      "a kick from another device",
      async (context, { user, sid }) => {
        const { cookie } = await openAnotherSession(context, user);
        const body = jsonBody({ "session-id": sid }, withCookie(cookie).headers);
        expect((await request(`${context.realm.issuer}/api/auth/v1/kick`, body)).status).toBe(200);
      },
    ],
    ["another password", (context, { user }) => resetPassword(context, user)],
    [
      "another password whose news came late",
      async (context, { user }) => {
        const now = Date.now() + 1;
        const changed = await context.users.update(user.id, user.version, { notBefore: now }, now);
        if (changed === "outdated" || "conflict" in changed) throw new Error("the user was not changed");
        await syncUser(context, user.id);
      },
    ],
    ["disabling the user", (context, { user }) => disable(context, user)],
    ["deleting the user", (context, { user }) => deleteUser(context, user.id)],
    ["an operator", (context, { user }) => context.objects.call(user.id, (object) => object.endEverything())],
    [
      "going unused for too long",
      async (context, { user }) => {
        travel(context.realm.settings.session_idle_seconds + 60);
        expect(await runDurableObjectAlarm(objectOf(context, user.id))).toBe(true);
        vi.useRealTimers();
      },
    ],
    [
      "another user's sign-in in the same browser",
      async (context, { user, sid }) => {
        const { user: next } = await enter(context, await makeRelyingParty(context));
        const previous = { userId: user.id, sid };
        await openSession(context, next, ["pwd"], {
          userAgent: null,
          address: null,
          network: null,
          browser: null,
          post: null,
          previous,
        });
      },
    ],
  ])("%s is told to its applications", async (_, end) => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    await end(context, who);
    await expectHeard(party, 1);
    expect(await toldOf(context, party)).toEqual([[subOf(who.user), who.sid]]);
  });

  it("the realm's limit, which ends the oldest session, is told too", async () => {
    const context = await makeRealm({ max_sessions: 1, session_limit_policy: "evict_oldest" });
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    await openAnotherSession(context, who.user);
    await expectHeard(party, 1);
    expect(await toldOf(context, party)).toEqual([[subOf(who.user), who.sid]]);
  });

  it("fifty sessions that end at once are told once each, to each application", async () => {
    const context = await makeRealm();
    const [one, two] = [await makeRelyingParty(context), await makeRelyingParty(context)];
    const first = await enter(context, one);
    const sids: string[] = [];
    for (let count = 0; count < 50; count++) {
      const session = await openAnotherSession(context, first.user);
      sids.push(session.sid);
      for (const party of [one, two]) await enterWith(context, party, session);
    }
    const body = { method: "POST", ...withCookie(first.cookie) };
    expect((await request(`${context.realm.issuer}/api/auth/v1/kick`, body)).status).toBe(200);
    const expected = sids.toSorted().map((sid) => [subOf(first.user), sid]);
    for (const party of [one, two]) {
      await expectHeard(party, 50);
      expect(await toldOf(context, party)).toEqual(expected);
    }
  }, 60_000);
});

describe("a session that goes on under another name", () => {
  it("LO-07 is told by the name that the application knows, and not before it is over", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    const device = {
      userAgent: null,
      address: null,
      network: null,
      browser: null,
      post: null,
      previous: { userId: who.user.id, sid: who.sid },
    };
    const after = await openSession(context, who.user, ["pwd"], device);
    await expectHeard(party, 0);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(after.token));
    await expectHeard(party, 1);
    expect(await toldOf(context, party)).toEqual([[subOf(who.user), who.sid]]);
  });

  it("LO-07 raised by a second factor keeps its `sid` in the ID tokens of a refresh (OIDC Core §12.2)", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    const { session } = await enableTotp(context, who.cookie);
    const refreshed = await tokenAnswer(await refresh(context, party.client, who.tokens.refresh_token));
    expect(sidIn(refreshed.id_token)).toBe(who.sid);
    const { code, verifier } = await obtainCode(context, party.client, session);
    const fresh = await redeem(context, party.client, code, verifier);
    expect(sidIn(fresh.id_token)).not.toBe(who.sid);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, withCookie(session));
    await expectHeard(party, 2);
    const sids = [who.sid, String(sidIn(fresh.id_token))].toSorted();
    expect(await toldOf(context, party)).toEqual(sids.map((sid) => [subOf(who.user), sid]));
  });

  it("LO-01 is ended by a hint that names it as it was called at first", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    const { session } = await enableTotp(context, who.cookie);
    const response = await request(`${context.realm.issuer}/end-session?id_token_hint=${who.tokens.id_token}`);
    expect(response.status).toBe(200);
    const me = await request(`${context.realm.issuer}/api/auth/v1/users/me`, withCookie(session));
    expect(me.status).toBe(403);
    await expectHeard(party, 1);
  });
});
