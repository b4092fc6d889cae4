import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { standardScopes } from "../../src/domain/tokens/scopes.ts";
import { expectOAuthError, introspection, signedInUser, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, request, type TestClient, tokenRequest } from "../support/world.ts";

const grant = { grant_type: "client_credentials" };

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, {
    grant_types: ["client_credentials"],
    scopes: [...standardScopes, "reports:read", "reports:write"],
  });
});

describe("client_credentials (RFC 6749 §4.4)", () => {
  it("TOK-11 gives an access token for the client itself: no refresh token, no ID token, no person (§4.4.3)", async () => {
    const answer = await tokenAnswer(await tokenRequest(context, client, grant));
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 900,
      scope: "reports:read reports:write",
    });
    const claims = decodeJwt(answer.access_token);
    expect(Object.keys(claims).sort()).toEqual(["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"]);
    expect(claims).toMatchObject({ sub: client.clientId, client_id: client.clientId, aud: context.realm.issuer });
    expect((await userinfo(context, answer.access_token)).status).toBe(403);
  });

  it("TOK-12 narrows to what is asked for", async () => {
    const answer = await tokenAnswer(await tokenRequest(context, client, { ...grant, scope: "reports:read" }));
    expect(answer.scope).toBe("reports:read");
    expect(decodeJwt(answer.access_token).scope).toBe("reports:read");
  });

  it.each([...standardScopes, "admin", "reports:read openid", "REPORTS:READ", 'reports:read"', "reports:read\u0000"])(
    "TOK-11 AZ-16 refuses scope %s: a client is no person, and has what it is registered for",
    async (scope) => {
      await expectOAuthError(await tokenRequest(context, client, { ...grant, scope }), 400, "invalid_scope");
    },
  );

  it("JWT-10 gives another token each time", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => tokenRequest(context, client, grant)));
    const tokens = await Promise.all(answers.map(tokenAnswer));
    expect(new Set(tokens.map((answer) => decodeJwt(answer.access_token).jti)).size).toBe(50);
  });

  it("TOK-11 a client whose id is a user's number is not taken for that user (RFC 9700 §4.15.1)", async () => {
    let who = await signedInUser(context);
    // Fewer digits would be read as an integration id.
    while (String(who.user.id).length !== 16) who = await signedInUser(context);
    const double = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["openid", "reports"] });
    const named = { ...double, clientId: String(who.user.id) };
    await env.DB.prepare("update clients set client_id = ? where integration_id = ?")
      .bind(named.clientId, double.integrationId)
      .run();
    const answer = await tokenAnswer(await tokenRequest(context, named, grant));
    expect((await userinfo(context, answer.access_token)).status).toBe(403);
    expect(await introspection(context, named, answer.access_token)).toMatchObject({
      active: true,
      sub: named.clientId,
      scope: "reports",
    });
    for (const headers of [{ cookie: `qt-auth=${answer.access_token}` }, { "x-qt-auth": answer.access_token }]) {
      const shown = await request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: new Headers(headers) });
      expect(shown.status).toBe(403);
    }
  });
});
