import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { deleteUser } from "../../src/domain/users/change-user.ts";
import { profileOf } from "../../src/storage/profile.ts";
import { call, deployment } from "../admin/support.ts";
import { travel } from "../support/clock.ts";
import {
  changeAs,
  disable,
  expectOAuthError,
  type Issued,
  introspection,
  isLive,
  issued,
  objectOf,
  openAnotherSession,
  postAs,
  refresh,
  resetPassword,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import { makeClient, makeRealm, request, type TestClient } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

const online = { scope: "openid profile email" };
const offline = { scope: "openid profile email offline_access" };

const sessionApi = (context: RealmContext, path: string, cookie: string, method = "GET") =>
  request(`${context.realm.issuer}/api/auth/v1${path}`, { method, headers: { cookie: `qt-auth=${cookie}` } });

async function expectDead(context: RealmContext, client: TestClient, { tokens }: Issued): Promise<void> {
  expect(await isLive(context, client, tokens.access_token)).toBe(false);
  expect(await introspection(context, client, tokens.refresh_token)).toEqual({ active: false });
  await expectOAuthError(await refresh(context, client, tokens.refresh_token), 400, "invalid_grant");
}

async function expectAlive(context: RealmContext, client: TestClient, { tokens }: Issued): Promise<void> {
  expect(await isLive(context, client, tokens.access_token)).toBe(true);
  await tokenAnswer(await refresh(context, client, tokens.refresh_token));
}

describe("RT-09 lifetimes (OWASP ASVS 10.4.8, RFC 9700 §4.14.2)", () => {
  it("a token that nobody used expires, and introspection agrees", async () => {
    const context = await makeRealm({ refresh_token_ttl_seconds: 60 });
    const client = await makeClient(context);
    const { tokens } = await issued(context, client);
    travel(59);
    expect(await introspection(context, client, tokens.refresh_token)).toMatchObject({ active: true });
    travel(2);
    expect(await introspection(context, client, tokens.refresh_token)).toEqual({ active: false });
    await expectOAuthError(await refresh(context, client, tokens.refresh_token), 400, "invalid_grant");
  });

  it("each use begins the idle time anew, and the family ends all the same", async () => {
    const context = await makeRealm({ refresh_token_ttl_seconds: 60, refresh_token_absolute_seconds: 150 });
    const client = await makeClient(context);
    let { tokens } = await issued(context, client);
    const begun = Date.now();
    for (let round = 0; round < 2; round++) {
      travel(50);
      tokens = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    }
    const { exp } = await introspection(context, client, tokens.refresh_token);
    expect(Number(exp) * 1000 - begun).toBeLessThanOrEqual(151_000);
    travel(49);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    travel(2);
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
    await expectOAuthError(await refresh(context, client, tokens.refresh_token), 400, "invalid_grant");
  });

  it("a retry does not reach beyond the end", async () => {
    const context = await makeRealm({ refresh_token_ttl_seconds: 10 });
    const client = await makeClient(context);
    const { tokens } = await issued(context, client);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    travel(11);
    await expectOAuthError(await refresh(context, client, tokens.refresh_token), 400, "invalid_grant");
  });

  it("what is over stays over when the object has cleaned up", async () => {
    const context = await makeRealm({ refresh_token_ttl_seconds: 60, refresh_token_absolute_seconds: 60 });
    const client = await makeClient(context);
    const first = await issued(context, client);
    travel(400);
    expect(await runDurableObjectAlarm(objectOf(context, first.user.id))).toBe(true);
    await expectOAuthError(await refresh(context, client, first.tokens.refresh_token), 400, "invalid_grant");
  });
});

type Event = [string, (context: RealmContext, who: Issued, client: TestClient) => Promise<unknown>];

const endsTheSession: Event[] = [
  ["the user signs out", (context, { cookie }) => sessionApi(context, "/logout", cookie)],
  [
    "the session is kicked from another device",
    async (context, { user }) => sessionApi(context, "/kick", (await openAnotherSession(context, user)).cookie, "POST"),
  ],
  [
    "the client signs the user out by its ID token",
    (context, { tokens }) => request(`${context.realm.issuer}/end-session?id_token_hint=${tokens.id_token}`),
  ],
];

const endsEverything: Event[] = [
  ["the password is reset", (context, { user }) => resetPassword(context, user)],
  ["the user is disabled", (context, { user }) => disable(context, user)],
  ["the user is deleted", (context, { user }) => deleteUser(context, user.id)],
  [
    "the refresh token is revoked",
    (context, { tokens }, client) => postAs(context, client, "/revoke", { token: tokens.refresh_token }),
  ],
];

describe("RT-10 UI-09 what ends a family at once (OWASP ASVS 7.4, 10.4.9)", () => {
  it.each([...endsTheSession, ...endsEverything])("of a session, when %s", async (_name, happen) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client, online);
    travel(1);
    await happen(context, who, client);
    await expectDead(context, client, who);
  });

  it.each(endsEverything)("of scope offline_access too, when %s", async (_name, happen) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client, offline);
    travel(1);
    await happen(context, who, client);
    await expectDead(context, client, who);
  });

  it.each(endsTheSession)("but not of scope offline_access, when %s (OIDC Core §11)", async (_name, happen) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client, offline);
    travel(1);
    await happen(context, who, client);
    await expectAlive(context, client, who);
  });

  it("the session's end by age", async () => {
    const context = await makeRealm({ session_absolute_seconds: 60 });
    const client = await makeClient(context);
    const who = await issued(context, client, online);
    travel(61);
    await expectDead(context, client, who);
  });

  it("IR-11 a profile of before that arrives late brings nothing back (CVE-2026-18218)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client, offline);
    travel(1);
    await resetPassword(context, who.user);
    await context.objects.call(who.user.id, (object) => object.putProfile(profileOf(who.user), "none"));
    await expectDead(context, client, who);
  });

  it("IR-11 an object restored from before the reset is held to it by the next sign-in", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client, offline);
    travel(1);
    const now = Date.now();
    // D1 knows of the reset; the object, as after a restore, does not.
    await env.DB.prepare("update users set not_before = ?, version = version + 1 where id = ?")
      .bind(now, who.user.id)
      .run();
    const current = await context.users.findById(who.user.id);
    if (current === null) throw new Error("no user");
    travel(1);
    await openAnotherSession(context, current);
    await expectDead(context, client, who);
  });
});

describe("RT-12 what changes about the user shows in the next token (OWASP ASVS 8.3.2)", () => {
  it("a role that was taken away is not minted again", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user, tokens } = await issued(context, client, { scope: "openid roles" }, { roles: ["user", "admin"] });
    expect(decodeJwt(tokens.access_token).roles).toEqual(["user", "admin"]);
    await changeAs(context, user, { roles: ["user"] });
    const shown = (await (await userinfo(context, tokens.access_token)).json()) as Record<string, unknown>;
    expect(shown.roles).toEqual(["user"]);
    const renewed = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect(decodeJwt(renewed.access_token).roles).toEqual(["user"]);
  });

  it("AZ-16 a scope that an operator takes from the client is in no new token, nor its claims at UserInfo", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const claims = JSON.stringify({ userinfo: { email: null, name: null }, id_token: { email: null } });
    const { tokens } = await issued(context, client, { ...offline, claims });
    expect(decodeJwt(tokens.id_token)).toHaveProperty("email");
    const path = `/realms/${context.realm.id}/clients/${client.clientId}`;
    const body = { scopes: ["openid", "profile", "offline_access"] };
    expect((await call(deployment, "PATCH", path, { body })).status).toBe(200);
    const renewed = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect(renewed.scope).toBe("openid profile offline_access");
    expect(decodeJwt(renewed.id_token)).not.toHaveProperty("email");
    const shown = (await (await userinfo(context, renewed.access_token)).json()) as Record<string, unknown>;
    expect([shown.name, shown.email]).toEqual(["Una User", undefined]);
  });

  it("roles are in no token without the scope", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { tokens } = await issued(context, client, offline, { roles: ["user", "sysadmin"] });
    const renewed = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    for (const answer of [tokens, renewed]) {
      expect(decodeJwt(answer.access_token)).not.toHaveProperty("roles");
      expect(decodeJwt(answer.id_token)).not.toHaveProperty("roles");
    }
  });
});
