import { beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { accountPaths } from "../../src/pages/account/paths.ts";
import type { AuditEvent } from "../../src/storage/audit-events.ts";
import { operate } from "../admin/support.ts";
import { countTo, newestTo } from "../messages/mailbox.ts";
import { Browser } from "../support/browser.ts";
import { issued, redemption } from "../support/token-side.ts";
import {
  basicAuth,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { eventually, loggedIn } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});

const api = "/api/auth/v1";
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  request(`${context.realm.issuer}${path}`, jsonBody(body, headers));
const of =
  (type: string, user?: number) =>
  (event: AuditEvent): boolean =>
    event.type === type && (user === undefined || event.user === String(user));

describe("AU-01 what becomes of sign-ins", () => {
  it("one that succeeds: who, how, with what, under which request", async () => {
    const user = await makeUser(context);
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    const answer = await post(
      `${api}/login`,
      { email: user.email, password: goodPassword },
      { "user-agent": agent, "cf-ray": "9a1b2c3d4e5f6071-FRA" },
    );
    expect(answer.status).toBe(200);
    const events = await eventually(context.realm.id, of("user.signed_in", user.id));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      outcome: "done",
      actor: { kind: "user", id: String(user.id) },
      agent: "Firefox",
      request: "9a1b2c3d4e5f6071-FRA",
      details: { amr: ["pwd"], session_id: expect.stringMatching(/^[\w-]{22}$/) },
    });
  });

  it.each([
    ["a wrong password", { password: "wrong-harbour-1" }, "password-wrong"],
    ["a disabled account", { disabled: true }, "user-not-allowed"],
    ["nobody of that name", { unknown: true }, "user-unknown"],
  ])(
    "one with %s: the reason, and nothing that was typed",
    async (_, about: { password?: string; disabled?: boolean; unknown?: boolean }, reason) => {
      const user = await makeUser(context, { disabled: about.disabled ?? false });
      const email = about.unknown === true ? `canary-${crypto.randomUUID()}@example.test` : user.email;
      const before = (await loggedIn(context.realm.id)).length;
      expect((await post(`${api}/login`, { email, password: about.password ?? goodPassword })).status).toBeGreaterThan(
        400,
      );
      const isIt = (event: AuditEvent) => event.type === "user.sign_in_failed" && event.reason === reason;
      const events = (await eventually(context.realm.id, isIt)).filter(isIt);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({
        outcome: "refused",
        actor: { kind: "nobody" },
        details: { method: "password" },
      });
      expect(events[0]?.user).toBe(about.unknown === true ? undefined : String(user.id));
      expect(JSON.stringify((await loggedIn(context.realm.id)).slice(before))).not.toContain("@");
    },
  );

  it("by a code that is wrong", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await post(`${api}/login-with-otp`, { email: user.email, otp: "000000" }).catch(() => null);
    const answer = await request(
      `${context.realm.issuer}/api/auth/login/otp`,
      jsonBody({ email: user.email, otp: "000000" }),
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const [event] = await eventually(context.realm.id, of("user.sign_in_failed", user.id));
    expect(event).toMatchObject({ reason: "one-time-code-wrong", details: { method: "code" } });
  });

  it("sign-up, sign-out, kick, a changed password: one event each", async () => {
    const email = `new-${crypto.randomUUID()}@example.test`;
    const made = await post(`${api}/signup`, { email, password: goodPassword, name: "Nora New" });
    expect(made.status).toBe(200);
    const [created] = await eventually(context.realm.id, of("user.created"), 1);
    const user = await context.users.findByEmail(email);
    if (user === null) throw new Error("not made");
    expect(JSON.stringify(created)).not.toContain("Nora");
    const [first, second] = [await signIn(context, user), await signIn(context, user)];
    expect((await post(`${api}/kick`, {}, { "x-qt-auth": second })).status).toBe(200);
    const passwords = { "current-password": goodPassword, "new-password": "amber-lantern-53-fjord" };
    const changed = await post(`${api}/users/change-password`, passwords, { "x-qt-auth": second });
    expect(changed.status).toBeLessThan(300);
    await request(`${context.realm.issuer}${api}/logout`, { headers: { "x-qt-auth": second } });
    expect(first).not.toBe(second);
    await eventually(context.realm.id, of("session.kicked", user.id));
    const ended = await eventually(context.realm.id, of("session.ended", user.id), 3);
    expect(ended.map(({ reason }) => reason).toSorted()).toEqual(["kicked", "kicked", "signed-out"]);
    expect(await eventually(context.realm.id, of("password.changed", user.id))).toHaveLength(1);
  });
});

describe("AU-01 what people take back", () => {
  it("an application's consent, on the page of the account: one event", async () => {
    const user = await makeUser(context);
    const client = await makeClient(context, {}, { firstParty: false });
    await context.objects.call(user.id, (object) => object.addConsent(client.clientId, ["openid"]));
    const browser = new Browser([context.realm.authDomain]);
    browser.plant(context.realm.authDomain, "qt-auth", await signIn(context, user));
    const page = await browser.open(`${context.realm.issuer}${accountPaths.apps}`);
    await browser.submit(page, "remove-app-0");
    const [event] = await eventually(context.realm.id, of("consent.revoked", user.id));
    expect(event).toMatchObject({ client: client.clientId, actor: { kind: "user", id: String(user.id) } });
  });
});

describe("AU-04 signs of theft", () => {
  it("a code that is redeemed twice, a refresh token that comes back", async () => {
    const client = await makeClient(context);
    const user = await makeUser(context);
    const { code, verifier } = await obtainCode(context, client, await signIn(context, user));
    await redeem(context, client, code, verifier);
    expect((await tokenRequest(context, client, redemption(client, code, verifier))).status).toBe(400);
    const [replayed] = await eventually(context.realm.id, of("code.replayed", user.id));
    expect(replayed).toMatchObject({ outcome: "refused", reason: "code-redeemed", client: client.clientId });

    const { user: owner, tokens } = await issued(context, client);
    const refresh = (token: string) =>
      tokenRequest(context, client, { grant_type: "refresh_token", refresh_token: token });
    const second = (await (await refresh(tokens.refresh_token)).json()) as { refresh_token: string };
    await (await refresh(second.refresh_token)).json();
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
    const [reused] = await eventually(context.realm.id, of("refresh_token.reused", owner.id));
    expect(reused).toMatchObject({ reason: "refresh-token-reused", actor: { kind: "client", id: client.clientId } });
    expect(JSON.stringify(await loggedIn(context.realm.id))).not.toContain(tokens.refresh_token);
  });

  it("are told to whom the tokens were made out, once a day, unless the realm says no (RFC 9700 §4.14)", async () => {
    const thefts = async (realm: RealmContext, languages: { locale?: string } = {}) => {
      const client = await makeClient(realm, {}, { name: "Crossword Club" });
      const { user, tokens, cookie } = await issued(realm, client);
      if (languages.locale !== undefined) await realm.users.update(user.id, user.version, languages, Date.now());
      return { client, user, tokens, cookie, to: user.email };
    };
    const reuse = async (realm: RealmContext, client: TestClient, token: string) => {
      const refresh = (refresh_token: string) =>
        tokenRequest(realm, client, { grant_type: "refresh_token", refresh_token });
      const second = (await (await refresh(token)).json()) as { refresh_token: string };
      await (await refresh(second.refresh_token)).json();
      expect((await refresh(token)).status).toBe(400);
    };
    const own = await makeRealm();
    const one = await thefts(own, { locale: "fr" });
    await reuse(own, one.client, one.tokens.refresh_token);
    await vi.waitFor(async () => expect(await countTo(own, one.to)).toBe(1), { timeout: 12_000, interval: 100 });
    const mail = await newestTo(own, one.to);
    expect(mail.subject).toContain("a servi deux fois");
    expect(mail.text).toContain("Crossword Club");
    expect(mail.text).toContain(`${own.realm.issuer}/account/devices`);
    expect(mail.text).not.toContain(one.tokens.refresh_token);

    const { code, verifier } = await obtainCode(own, one.client, one.cookie);
    const again = await redeem(own, one.client, code, verifier);
    await reuse(own, one.client, again.refresh_token);
    const quiet = await makeRealm({ notify_theft: false });
    const other = await thefts(quiet);
    await reuse(quiet, other.client, other.tokens.refresh_token);
    await eventually(own.realm.id, of("refresh_token.reused", one.user.id), 2);
    await eventually(quiet.realm.id, of("refresh_token.reused", other.user.id));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([await countTo(own, one.to), await countTo(quiet, other.to)]).toEqual([1, 0]);
  });

  it("a client that cannot prove itself, as far as it is one of the realm's", async () => {
    const client = await makeClient(context);
    const init = formBody({ grant_type: "client_credentials" });
    for (const name of [client.clientId, "canary'; drop table"]) {
      const headers = {
        ...init.headers,
        authorization: basicAuth({ clientId: encodeURIComponent(name), secret: "wrong" }),
      };
      expect((await request(`${context.realm.issuer}/token`, { ...init, headers })).status).toBe(401);
    }
    await eventually(context.realm.id, of("client.authentication_failed"), 2);
    expect(JSON.stringify(await loggedIn(context.realm.id))).not.toContain("canary");
  });
});

describe("the numbers of a day", () => {
  it("are counted from the log: sign-ins, failures by reason, second factors, sessions, tokens by client", async () => {
    const own = await makeRealm();
    const client = await makeClient(own);
    const user = await makeUser(own);
    await signIn(own, user);
    const cookie = await signIn(own, user);
    await request(`${own.realm.issuer}${api}/login`, jsonBody({ email: user.email, password: "wrong-harbour-2" }));
    await request(`${own.realm.issuer}${api}/logout`, { headers: { "x-qt-auth": cookie } });
    const third = await signIn(own, user);
    const { code, verifier } = await obtainCode(own, client, third);
    await redeem(own, client, code, verifier);
    await eventually(own.realm.id, of("tokens.issued"));
    await eventually(own.realm.id, of("session.ended"));
    await eventually(own.realm.id, of("user.sign_in_failed"));
    const today = new Date().toISOString().slice(0, 10);
    const { json } = await operate("GET", `/realms/${own.realm.id}/statistics`);
    const days = json.days as Record<string, unknown>[];
    expect(days).toHaveLength(30);
    expect(days[0]).toMatchObject({ sign_ins: 0, second_factor_share: null, active_sessions: 0 });
    expect(days.at(-1)).toEqual({
      day: today,
      sign_ins: 3,
      sign_ins_by_method: { pwd: 3 },
      sign_in_failures: 1,
      failures_by_reason: { "password-wrong": 1 },
      sign_ups: 1,
      second_factor_sign_ins: 0,
      second_factor_share: 0,
      active_sessions: 2,
      sessions_opened: 3,
      sessions_ended: { "signed-out": 1 },
      kicks: 0,
      theft_signs: 0,
      tokens_by_grant: { authorization_code: 1 },
      tokens_by_client: { [client.clientId]: 1 },
    });
    for (const [query, status] of [
      ["?from=2026-01-01&to=2025-01-01", 400],
      ["?from=2020-01-01&to=2026-01-01", 400],
      ["?from=x", 400],
    ] as const)
      expect((await operate("GET", `/realms/${own.realm.id}/statistics${query}`)).status).toBe(status);
  });
});
