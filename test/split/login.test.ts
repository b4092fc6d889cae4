import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { basicAuth, goodPassword, makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { bearer, expectRefusal, login, post, refresh, tokenOf, userContext } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});

describe("POST /api/auth/login (contract §4)", () => {
  it("S4.5 S4.6 answers an OAuthToken, with the ends of both tokens, and sets no cookie", async () => {
    const user = await makeUser(context);
    const before = Date.now();
    const token = await login(context, user);
    expect(Object.keys(token).sort()).toEqual([
      "accessToken",
      "accessTokenExpiresAt",
      "clientId",
      "refreshToken",
      "refreshTokenExpiresAt",
      "scope",
      "userId",
    ]);
    expect(token.accessToken).toMatch(/^[A-Za-z0-9_-]{86}$/);
    expect([token.userId, token.clientId]).toEqual([String(user.id), "own"]);
    expect(token.scope).toBe("openid profile email phone address roles");
    const { settings } = context.realm;
    const ends = [token.accessTokenExpiresAt, token.refreshTokenExpiresAt ?? ""].map((text) => {
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return Date.parse(text) - before;
    });
    expect(Math.abs((ends[0] ?? 0) - settings.access_token_ttl_seconds * 1000)).toBeLessThan(5_000);
    expect(Math.abs((ends[1] ?? 0) - settings.refresh_token_ttl_seconds * 1000)).toBeLessThan(5_000);
  });

  it("takes a username, and a scope; tells nobody whether it was the name or the password", async () => {
    const user = await makeUser(context, { username: "uma-split" });
    const body = { username: "uma-split", password: goodPassword, scope: "openid email unheard-of" };
    expect((await tokenOf(await post(context, "/login", body))).scope).toBe("openid email");
    await expectRefusal(await post(context, "/login", { email: user.email, password: "wrong" }), 401, "bad_credential");
    const nobody = { email: "nobody@example.test", password: "wrong" };
    await expectRefusal(await post(context, "/login", nobody), 401, "bad_credential");
    await expectRefusal(await post(context, "/login", { email: user.email }), 422, "password-missing");
    const scopeless = { email: user.email, password: goodPassword, scope: "unheard-of" };
    await expectRefusal(await post(context, "/login", scopeless), 422, "validation-failed");
  });

  it("TOK-06 TOK-10 only a first-party application may be named, and a confidential one proves itself (RFC 9700 §2.4)", async () => {
    const user = await makeUser(context);
    const body = { email: user.email, password: goodPassword };
    const spa = await makeClient(context, {}, { type: "public" });
    const named = await login(context, user, { clientId: spa.clientId });
    expect([named.clientId, named.accessToken.length]).toEqual([spa.clientId, 86]);
    const confidential = await makeClient(context);
    const clientId = confidential.clientId;
    await expectRefusal(await post(context, "/login", { ...body, clientId }), 401, "invalid_client");
    const wrong = { authorization: basicAuth({ ...confidential, secret: "wrong" }) };
    await expectRefusal(await post(context, "/login", { ...body, clientId }, wrong), 401, "invalid_client");
    const right = { authorization: basicAuth(confidential) };
    const proven = await tokenOf(await post(context, "/login", { ...body, clientId }, right));
    expect(proven.clientId).toBe(clientId);
    await expectRefusal(await refresh(context, proven.refreshToken), 401, "invalid_client");
    expect(
      (await tokenOf(await post(context, "/refresh-token", { refreshToken: proven.refreshToken }, right))).userId,
    ).toBe(String(user.id));
    const others = [
      await makeClient(context, {}, { type: "public", firstParty: false }),
      await makeClient(context, { dpop_bound_access_tokens: true }, { type: "public" }),
      await makeClient(context, {}, { type: "public", disabled: true }),
      await makeClient(await makeRealm(), {}, { type: "public" }),
      { clientId: "https://client.example/id" },
    ];
    for (const other of others)
      await expectRefusal(await post(context, "/login", { ...body, clientId: other.clientId }), 401, "invalid_client");
  });

  it("the realm's own application is known to no other endpoint", async () => {
    const query = new URLSearchParams({ response_type: "code", client_id: "own", redirect_uri: "https://evil.test/" });
    const response = await request(`${context.realm.issuer}/authorize?${query}`);
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
  });

  it("MF-01 a second factor that is owed is asked for in this surface's shape, and no token is given", async () => {
    const strict = await makeRealm({ tfa: "required" });
    const user = await makeUser(strict);
    const response = await post(strict, "/login", { email: user.email, password: goodPassword });
    const body = await response.json<Record<string, unknown>>();
    expect(response.status).toBe(200);
    expect(body).toEqual({ code: "tfa-setup-is-required", message: expect.any(String) });
    expect(response.headers.getSetCookie().join()).toContain("tfa-auth=");
  });

  it("leaves the browser's own session alone", async () => {
    const user = await makeUser(context);
    const cookie = `qt-auth=${await signIn(context, user)}`;
    const body = { email: user.email, password: goodPassword };
    await tokenOf(await post(context, "/login", body, { cookie }));
    const me = await request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie } });
    expect(me.status).toBe(200);
  });
});

describe("POST /api/auth/logout", () => {
  it.each(["access token", "refresh token"])("ends the sign-in by its %s, and no other", async (by) => {
    const user = await makeUser(context);
    const [token, another] = [await login(context, user), await login(context, user)];
    const response =
      by === "access token"
        ? await post(context, "/logout", {}, bearer(token.accessToken))
        : await post(context, "/logout", { refreshToken: token.refreshToken });
    expect(response.status).toBe(204);
    await expectRefusal(await userContext(context, token.accessToken), 401, "access-token-invalid");
    await expectRefusal(await refresh(context, token.refreshToken), 401, "refresh-token-invalid");
    expect((await userContext(context, another.accessToken)).status).toBe(200);
    const left = await context.objects.call(user.id, (object) => object.sessions());
    expect(left.map(({ client }) => client?.id)).toEqual(["own"]);
  });

  it("without a token there is nothing to end", async () => {
    await expectRefusal(await post(context, "/logout"), 401, "access-token-invalid");
    await expectRefusal(await post(context, "/logout", { refreshToken: "rt.t1.x.y" }), 401, "refresh-token-invalid");
  });
});
