import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { call, deployment } from "../admin/support.ts";
import { Browser } from "../support/browser.ts";
import {
  expectOAuthError,
  introspection,
  isLive,
  issued,
  postAs,
  redemption,
  refresh,
  reread,
  signedInUser,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import { basicAuth, makeClient, makeRealm, pkce, request, type TestClient, tokenRequest } from "../support/world.ts";

const notes = "https://notes.example/api";
const files = "https://files.example";
const registered = {
  [notes]: { name: "Notes", scopes: ["notes:read", "notes:write"] },
  [files]: { name: "Files", scopes: ["files:read"] },
};
const scopes = ["openid", "offline_access", "notes:read", "notes:write", "files:read"];
const all = scopes.join(" ");

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm({ resources: registered });
  client = await makeClient(context, { scopes });
});

/** A code for these resources, and what redeems it. */
async function codeFor(...resources: string[]): Promise<Record<string, string | undefined>> {
  const { cookie } = await signedInUser(context);
  const { verifier, challenge } = await pkce();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: "https://partner.test/callback",
    scope: all,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  for (const uri of resources) query.append("resource", uri);
  const response = await request(`${context.realm.issuer}/authorize?${query}`, {
    headers: { cookie: `qt-auth=${cookie}` },
  });
  const code = new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
  return redemption(client, code, verifier);
}

/** A token request with a parameter that comes several times. */
function tokenFor(fields: Record<string, string | undefined>, ...resources: string[]): Promise<Response> {
  const body = new URLSearchParams(Object.entries(fields) as [string, string][]);
  for (const uri of resources) body.append("resource", uri);
  return request(`${context.realm.issuer}/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", authorization: basicAuth(client) },
    body: body.toString(),
  });
}

const audienceOf = (token: string): unknown => decodeJwt(token).aud;

describe("RI-01 a code for several resources (RFC 8707 §2.2)", () => {
  it("gives a token for all of them, each once, with the scopes that any of them knows", async () => {
    const answer = await tokenAnswer(await tokenFor(await codeFor(notes, files, notes)));
    expect(decodeJwt(answer.access_token)).toMatchObject({
      aud: [notes, files],
      scope: "notes:read notes:write files:read",
    });
  });

  it("keeps all of them on the way through the consent page", async () => {
    const stranger = await makeClient(context, { scopes }, { firstParty: false });
    const { cookie } = await signedInUser(context);
    const { authDomain, issuer } = context.realm;
    const browser = new Browser([authDomain]);
    browser.plant(authDomain, "qt-auth", cookie);
    const { verifier, challenge } = await pkce();
    const query = new URLSearchParams([
      ["response_type", "code"],
      ["client_id", stranger.clientId],
      ["redirect_uri", "https://partner.test/callback"],
      ["scope", all],
      ["code_challenge", challenge],
      ["code_challenge_method", "S256"],
      ["resource", notes],
      ["resource", files],
    ]);
    const page = await browser.open(`${issuer}/authorize?${query}`, "cross-site");
    const back = await browser.submit(page, "consent-form", {}, "allow");
    const code = back.url.searchParams.get("code") ?? "";
    const tokens = await tokenAnswer(await tokenRequest(context, stranger, redemption(stranger, code, verifier)));
    expect(audienceOf(tokens.access_token)).toEqual([notes, files]);
  });

  it("is narrowed at the token endpoint, and again at each refresh, without the grant growing smaller", async () => {
    const first = await tokenAnswer(await tokenFor(await codeFor(notes, files), notes));
    expect(decodeJwt(first.access_token)).toMatchObject({ aud: notes, scope: "notes:read notes:write" });
    const second = await tokenAnswer(await refresh(context, client, first.refresh_token, { resource: files }));
    expect(decodeJwt(second.access_token)).toMatchObject({ aud: files, scope: "files:read" });
    const both = await tokenAnswer(await refresh(context, client, second.refresh_token));
    expect(audienceOf(both.access_token)).toEqual([notes, files]);
    const fields = { grant_type: "refresh_token", refresh_token: both.refresh_token };
    expect(audienceOf((await tokenAnswer(await tokenFor(fields, files, notes))).access_token)).toEqual([files, notes]);
  });

  it.each([
    ["one that is registered but was not asked for", files],
    ["the realm itself, which was not asked for", "issuer"],
    ["one that is unknown", "https://elsewhere.example"],
    ["one with a fragment", `${notes}#part`],
  ])("is not widened by %s; the refusal costs neither the code nor the refresh token", async (_, wanted) => {
    const uri = wanted === "issuer" ? context.realm.issuer : wanted;
    const fields = await codeFor(notes);
    await expectOAuthError(await tokenFor(fields, notes, uri), 400, "invalid_target");
    const tokens = await tokenAnswer(await tokenFor(fields));
    expect(audienceOf(tokens.access_token)).toBe(notes);
    // Four refusals in a row: had one rotated, the token would have been reused by now.
    for (let time = 0; time < 4; time++) {
      const refused = await refresh(context, client, tokens.refresh_token, { resource: uri });
      await expectOAuthError(refused, 400, "invalid_target");
    }
    const refreshed = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect(audienceOf(refreshed.access_token)).toBe(notes);
  });

  it("a resource that the realm gives up is given up in standing grants too, and none becomes the realm's own", async () => {
    const changing = await makeRealm({ resources: registered });
    const partner = await makeClient(changing, { scopes });
    const { tokens } = await issued(changing, partner, { resource: files, scope: all });
    const { status } = await call(deployment, "PATCH", `/realms/${changing.realm.id}`, {
      body: { settings: { resources: { [files]: null } } },
    });
    expect(status).toBe(200);
    const now = await reread(changing);
    await expectOAuthError(await refresh(now, partner, tokens.refresh_token), 400, "invalid_target");
    await call(deployment, "PATCH", `/realms/${changing.realm.id}`, { body: { settings: { resources: registered } } });
    const back = await tokenAnswer(await refresh(await reread(changing), partner, tokens.refresh_token));
    expect(audienceOf(back.access_token)).toBe(files);
  });
});

describe("JWT-06 a token that is for a resource server is none here (RFC 9700 §2.3)", () => {
  it("not at UserInfo, not as a session, not for operators", async () => {
    const { tokens } = await issued(context, client, { resource: notes, scope: all }, { roles: ["user", "sysadmin"] });
    const { issuer } = context.realm;
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const shown = await userinfo(context, tokens.access_token);
    expect(shown.status).toBe(401);
    expect(shown.headers.get("www-authenticate")).toContain('error="invalid_token"');
    const admin = await request(`${issuer}/admin/v1/realms`, { headers });
    expect(admin.status).toBe(401);
    const asSession: [Record<string, string>, number][] = [
      [headers, 401],
      [{ "x-qt-auth": tokens.access_token }, 403],
      [{ cookie: `qt-auth=${tokens.access_token}` }, 403],
    ];
    for (const [shownAs, status] of asSession) {
      const me = await request(`${issuer}/api/auth/v1/users/me`, { headers: shownAs });
      expect(me.status).toBe(status);
    }
  });
});

describe("IR-03 a resource server asks about the tokens it is shown (RFC 7662 §4)", () => {
  it("with the client that its registration names, and about no others", async () => {
    const realm = await makeRealm({ resources: registered });
    const partner = await makeClient(realm, { scopes });
    const server = await makeClient(realm, { grant_types: ["client_credentials"] }, { name: "Notes API" });
    const patch = {
      settings: { resources: { [notes]: { ...registered[notes], introspection_clients: [server.clientId] } } },
    };
    expect((await call(deployment, "PATCH", `/realms/${realm.realm.id}`, { body: patch })).status).toBe(200);
    const now = await reread(realm);
    const ours = await issued(now, partner, { resource: notes, scope: all });
    const theirs = await issued(now, partner, { resource: files, scope: all });
    const realms = await issued(now, partner, { scope: all });
    expect(await introspection(now, server, ours.tokens.access_token)).toMatchObject({
      active: true,
      aud: notes,
      scope: "notes:read notes:write",
      client_id: partner.clientId,
      sub: String(ours.user.id),
    });
    for (const foreign of [theirs.tokens.access_token, realms.tokens.access_token, ours.tokens.refresh_token])
      expect(await introspection(now, server, foreign)).toEqual({ active: false });
    expect(await introspection(now, partner, theirs.tokens.access_token)).toMatchObject({ active: true, aud: files });
    expect(await isLive(now, partner, realms.tokens.access_token)).toBe(true);
  });

  it("IR-06 may not revoke it; the client it was issued to may, and the resource server hears of it at once", async () => {
    const { tokens } = await issued(context, client, { resource: notes, scope: all });
    const stranger = await makeClient(context, { grant_types: ["client_credentials"] });
    expect((await postAs(context, stranger, "/revoke", { token: tokens.access_token })).status).toBe(200);
    expect(await introspection(context, client, tokens.access_token)).toMatchObject({ active: true });
    expect((await postAs(context, client, "/revoke", { token: tokens.access_token })).status).toBe(200);
    expect(await introspection(context, client, tokens.access_token)).toEqual({ active: false });
    expect((await tokenRequest(context, client, { grant_type: "refresh_token" })).status).toBe(400);
  });
});
