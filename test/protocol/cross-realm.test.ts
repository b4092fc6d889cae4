import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  authorizePath,
  bareTokenRequest,
  expectOAuthError,
  type Issued,
  introspection,
  isLive,
  issued,
  postAs,
  redemption,
  refresh,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import {
  basicAuth,
  formBody,
  makeClient,
  makeRealm,
  obtainCode,
  redeem,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

interface Side {
  readonly context: RealmContext;
  readonly client: TestClient;
  readonly open: TestClient;
  readonly who: Issued;
}

async function side(): Promise<Side> {
  const context = await makeRealm();
  const client = await makeClient(context, { post_logout_redirect_uris: ["https://partner.test/bye"] });
  const open = await makeClient(context, {}, { type: "public" });
  return { context, client, open, who: await issued(context, client, { scope: "openid email" }) };
}

let a: Side;
let b: Side;
beforeAll(async () => {
  [a, b] = await Promise.all([side(), side()]);
});

const at = ({ context }: Side, path: string): string => `${context.realm.issuer}${path}`;
const cookieOf = (value: string) => ({ headers: { cookie: `qt-auth=${value}` } });

describe("CODE-08 RT-02 SE-05 what one realm gave is nothing at another (OWASP ASVS 8.4.1)", () => {
  it("its clients do not exist: not by client_id, not by integration id, not with their secret", async () => {
    const grant = { grant_type: "refresh_token", refresh_token: b.who.tokens.refresh_token };
    for (const clientId of [a.client.clientId, String(a.client.integrationId)]) {
      const stranger = { ...a.client, clientId };
      await expectOAuthError(await tokenRequest(b.context, stranger, grant), 401, "invalid_client");
      for (const path of ["/introspect", "/revoke"])
        await expectOAuthError(
          await postAs(b.context, stranger, path, { token: b.who.tokens.access_token }),
          401,
          "invalid_client",
        );
    }
    for (const clientId of [a.open.clientId, String(a.open.integrationId)])
      await expectOAuthError(
        await bareTokenRequest(b.context, { ...grant, client_id: clientId }),
        401,
        "invalid_client",
      );
    expect(await isLive(b.context, b.client, b.who.tokens.access_token)).toBe(true);
  });

  it("RU-05 its clients are a page at the authorization endpoint, never a redirect", async () => {
    for (const clientId of [a.client.clientId, String(a.client.integrationId)]) {
      const response = await request(
        at(b, await authorizePath(a.client, { client_id: clientId })),
        cookieOf(b.who.cookie),
      );
      expect(response.status).toBe(400);
      expect(response.headers.get("location")).toBeNull();
    }
  });

  it("its codes are unknown to the neighbour's clients, and are not spent by that", async () => {
    const { code, verifier } = await obtainCode(a.context, a.client, a.who.cookie);
    await expectOAuthError(
      await tokenRequest(b.context, b.client, redemption(b.client, code, verifier)),
      400,
      "invalid_grant",
    );
    const asOpen = { ...redemption(b.open, code, verifier), client_id: b.open.clientId };
    await expectOAuthError(await bareTokenRequest(b.context, asOpen), 400, "invalid_grant");
    await redeem(a.context, a.client, code, verifier);
  });

  it("its refresh tokens are unknown, and not rotated, revoked or told about", async () => {
    const { tokens } = await issued(a.context, a.client);
    await expectOAuthError(await refresh(b.context, b.client, tokens.refresh_token), 400, "invalid_grant");
    expect(await introspection(b.context, b.client, tokens.refresh_token)).toEqual({ active: false });
    expect((await postAs(b.context, b.client, "/revoke", { token: tokens.refresh_token })).status).toBe(200);
    expect(await isLive(a.context, a.client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(a.context, a.client, tokens.refresh_token));
  });

  it("its access tokens open nothing and cannot be revoked (CVE-2026-23552)", async () => {
    const { tokens } = await issued(a.context, a.client);
    expect((await userinfo(b.context, tokens.access_token)).status).toBe(401);
    expect((await request(at(b, "/userinfo"), formBody({ access_token: tokens.access_token }))).status).toBe(401);
    expect(await introspection(b.context, b.client, tokens.access_token)).toEqual({ active: false });
    expect((await postAs(b.context, b.client, "/revoke", { token: tokens.access_token })).status).toBe(200);
    expect(await isLive(a.context, a.client, tokens.access_token)).toBe(true);
  });

  it("AZ-13 LO-02 its ID tokens are no hints, and end nobody's session", async () => {
    const hint = a.who.tokens.id_token;
    await expect(obtainCode(b.context, b.client, b.who.cookie, { id_token_hint: hint })).rejects.toThrow(
      /error=invalid_request/,
    );
    const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: "https://partner.test/bye" });
    const response = await request(at(b, `/end-session?${query}`), cookieOf(b.who.cookie));
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    expect((await request(at(a, "/api/auth/v1/users/me"), cookieOf(a.who.cookie))).status).toBe(200);
    expect((await request(at(b, "/api/auth/v1/users/me"), cookieOf(b.who.cookie))).status).toBe(200);
  });

  it("LO-02 nobody is sent to an address that a neighbour's client has registered", async () => {
    const query = new URLSearchParams({
      client_id: a.client.clientId,
      post_logout_redirect_uri: "https://partner.test/bye",
    });
    const response = await request(at(b, `/end-session?${query}`));
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
  });

  it.each([
    ["GET", "/users/me"],
    ["GET", "/sessions"],
    ["GET", "/sessions/validate"],
    ["GET", "/logout"],
    ["POST", "/kick"],
    ["POST", "/users/profile"],
  ])("SE-05 its session is none at %s /api/auth/v1%s, by cookie and by header", async (method, path) => {
    const init = { method, ...(path === "/users/profile" ? { body: '{"name":"Mallory"}' } : {}) };
    for (const carrier of [{ cookie: `qt-auth=${a.who.cookie}` }, { "x-qt-auth": a.who.cookie }]) {
      const headers = new Headers({ "content-type": "application/json", ...carrier });
      const response = await request(at(b, `/api/auth/v1${path}`), { ...init, headers });
      expect(response.status).toBe(403);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect((await request(at(a, "/api/auth/v1/users/me"), cookieOf(a.who.cookie))).status).toBe(200);
    expect((await request(at(b, "/api/auth/v1/users/me"), cookieOf(b.who.cookie))).status).toBe(200);
  });

  it("SE-05 its session gives no code here", async () => {
    await expect(obtainCode(b.context, b.client, a.who.cookie, { prompt: "none" })).rejects.toThrow(
      /error=login_required/,
    );
  });
});

describe("MR-02 the host says whose request it is, and nothing else does", () => {
  it("no header or parameter moves it to another realm", async () => {
    const { tokens } = a.who;
    const headers = {
      authorization: `Bearer ${tokens.access_token}`,
      "x-realm": a.context.realm.id,
      "x-forwarded-host": a.context.realm.authDomain,
      "x-original-host": a.context.realm.authDomain,
      forwarded: `host=${a.context.realm.authDomain}`,
      origin: a.context.realm.issuer,
      referer: a.context.realm.issuer,
    };
    const query = `realm=${a.context.realm.id}&realm_id=${a.context.realm.id}&issuer=${a.context.realm.issuer}`;
    expect((await request(at(b, `/userinfo?${query}`), { headers })).status).toBe(401);
    const init = formBody({
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
      realm: a.context.realm.id,
    });
    const response = await request(at(b, `/token?${query}`), {
      ...init,
      headers: { ...init.headers, ...headers, authorization: basicAuth(a.client) },
    });
    await expectOAuthError(response, 401, "invalid_client");
  });

  it("every domain of the realm is the realm: what one gave the others take, under the one issuer", async () => {
    const { tokens } = await issued(a.context, a.client);
    const [, ...others] = a.context.realm.hosts;
    expect(others).toHaveLength(2);
    let newest = tokens;
    for (const host of others) {
      const shown = await request(`https://${host}/userinfo`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      expect(shown.status).toBe(200);
      const init = formBody({ grant_type: "refresh_token", refresh_token: newest.refresh_token });
      const response = await request(`https://${host}/token`, {
        ...init,
        headers: { ...init.headers, authorization: basicAuth(a.client) },
      });
      newest = await tokenAnswer(response);
      expect(await introspection(a.context, a.client, newest.access_token)).toMatchObject({
        active: true,
        iss: a.context.realm.issuer,
      });
    }
  });
});
