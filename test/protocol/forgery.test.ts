import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgeries } from "../support/forgery.ts";
import { expectOAuthError, type Issued, introspection, isLive, issued } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let who: Issued;
let forgedAccessTokens: [string, string][];
let forgedIdTokens: [string, string][];
let forgedSessions: [string, string][];
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  who = await issued(context, client, { scope: "openid email" });
  const stranger = await makeRealm();
  forgedAccessTokens = await forgeries(context, stranger, who.tokens.access_token);
  forgedIdTokens = await forgeries(context, stranger, who.tokens.id_token);
  forgedSessions = await forgeries(context, stranger, who.cookie);
});

const at = (path: string): string => `${context.realm.issuer}${path}`;
const me = (headers: Record<string, string>) => request(at("/api/auth/v1/users/me"), { headers });

describe("JWT-03 the forgery matrix (RFC 8725 §2, §3) is refused", () => {
  it("the genuine ones are not", async () => {
    expect(await isLive(context, client, who.tokens.access_token)).toBe(true);
    expect((await me({ cookie: `qt-auth=${who.cookie}` })).status).toBe(200);
    expect((await me({ "x-qt-auth": who.cookie })).status).toBe(200);
    await obtainCode(context, client, who.cookie, { id_token_hint: who.tokens.id_token, prompt: "none" });
  });

  it("by UserInfo, in the body", async () => {
    for (const [name, token] of forgedAccessTokens) {
      const response = await request(at("/userinfo"), formBody({ access_token: token }));
      expect(response.status, name).toBe(401);
      expect(response.headers.get("www-authenticate"), name).toMatch(/^Bearer realm="oauth", error="invalid_token"/);
      expect(await response.json(), name).toMatchObject({ error: "invalid_token" });
    }
  });

  it("by UserInfo, in the header", async () => {
    for (const [name, token] of forgedAccessTokens.filter(([, text]) => /^[\x21-\x7E]+$/.test(text))) {
      const response = await request(at("/userinfo"), { headers: { authorization: `Bearer ${token}` } });
      expect(response.status, name).toBe(401);
      expect(response.headers.get("www-authenticate"), name).toMatch(/^Bearer realm="oauth"/);
    }
  });

  it("IR-02 by introspection, without a word more", async () => {
    for (const [name, token] of forgedAccessTokens)
      expect(await introspection(context, client, token), name).toEqual({ active: false });
  });

  it("by revocation, which revokes nothing", async () => {
    for (const [name, token] of forgedAccessTokens) {
      const init = formBody({ token, client_id: client.clientId, client_secret: client.secret });
      expect((await request(at("/revoke"), init)).status, name).toBe(200);
    }
    expect(await isLive(context, client, who.tokens.access_token)).toBe(true);
  });

  it("AZ-13 as id_token_hint at the authorization endpoint", async () => {
    for (const [name, hint] of forgedIdTokens)
      await expect(obtainCode(context, client, who.cookie, { id_token_hint: hint }), name).rejects.toThrow(
        /^no code: (?:302 https:\/\/partner\.test\/callback\?error=invalid_request&|413 )/,
      );
  });

  it("LO-02 as id_token_hint at the end of a session, which goes on", async () => {
    for (const [name, hint] of forgedIdTokens) {
      const response = await request(at(`/end-session?${new URLSearchParams({ id_token_hint: hint })}`), {
        headers: { cookie: `qt-auth=${who.cookie}` },
      });
      expect(response.status, name).toBe(400);
      expect(response.headers.get("location"), name).toBeNull();
      expect(response.headers.getSetCookie(), name).toEqual([]);
    }
    expect((await me({ cookie: `qt-auth=${who.cookie}` })).status).toBe(200);
  });

  it("SE-03 as session cookie and as session header", async () => {
    for (const [name, token] of forgedSessions.filter(([, text]) => /^[\x21-\x7E]+$/.test(text))) {
      expect((await me({ cookie: `qt-auth=${token}` })).status, name).toBe(403);
      expect((await me({ "x-qt-auth": token })).status, name).toBe(403);
    }
  });

  it("two megabytes of token are not even looked at", async () => {
    const huge = `${who.tokens.access_token}${"x".repeat(2_000_000)}`;
    const shown = await request(at("/userinfo"), formBody({ access_token: huge }));
    expect(shown.status).toBe(413);
    const init = formBody({ token: huge, client_id: client.clientId, client_secret: client.secret });
    await expectOAuthError(await request(at("/introspect"), init), 413, "body-too-large");
  });
});
