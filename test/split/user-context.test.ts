import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { decodeBase64Url, fromUtf8 } from "../../src/lib/base64url.ts";
import { issued, tokenAnswer, userinfo } from "../support/token-side.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request, signIn, tokenRequest } from "../support/world.ts";
import { bearer, expectRefusal, login, userContext } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});

describe("GET /api/auth/user-context (contract §4)", () => {
  it("S4.3 S4.4 S4.9 tells who it is, and hands a gateway what it sends on", async () => {
    const user = await makeUser(context, { name: "Zoë 雪", phoneNumber: "+4915112345678" });
    const token = await login(context, user);
    const response = await userContext(context, token.accessToken);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const body = await response.json<{ authorization: { tokenType: string; accessToken: string } }>();
    expect(body).toEqual({
      id: String(user.id),
      clientId: "own",
      authorization: { tokenType: "Bearer", accessToken: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/) },
      user: {
        id: String(user.id),
        guest: false,
        roles: ["user"],
        email: user.email,
        emailVerified: false,
        phoneNumber: "+4915112345678",
        phoneVerified: false,
        username: null,
        name: "Zoë 雪",
        firstName: null,
        lastName: null,
        avatarUrl: null,
        externalId: null,
      },
      data: {
        scope: token.scope,
        sessionId: expect.any(String),
        accessTokenExpiresAt: token.accessTokenExpiresAt,
      },
    });
    const jwt = body.authorization.accessToken;
    expect(jwt.endsWith(`.${token.accessToken}`)).toBe(true);
    expect(response.headers.get("authorization")).toBe(`Bearer ${jwt}`);
    const header = response.headers.get("x-user-context") ?? "";
    expect(header).toMatch(/^[A-Za-z0-9_-]+$/);
    const { authorization: _, ...told } = body;
    expect(JSON.parse(fromUtf8(decodeBase64Url(header) ?? new Uint8Array()) ?? "")).toEqual(told);
    // Whoever gets the JWT may verify it by the realm's published keys, or ask here.
    expect((await userinfo(context, jwt)).status).toBe(200);
    expect(await (await userContext(context, jwt)).json()).toEqual(body);
  });

  it("JWT-09 tells no more than the token's scopes", async () => {
    const user = await makeUser(context);
    const { accessToken } = await login(context, user, { scope: "openid" });
    const body = await (await userContext(context, accessToken)).json<{ user: unknown }>();
    expect(body.user).toEqual({ id: String(user.id), guest: false });
  });

  it("a kick ends it with the next request; nothing else of the user's does", async () => {
    const user = await makeUser(context);
    const token = await login(context, user);
    const headers = { cookie: `qt-auth=${await signIn(context, user)}` };
    expect((await userContext(context, token.accessToken)).status).toBe(200);
    expect((await request(`${context.realm.issuer}/api/auth/v1/kick`, jsonBody({}, headers))).status).toBe(200);
    const refused = await userContext(context, token.accessToken);
    expect(refused.headers.get("x-user-context")).toBeNull();
    expect(refused.headers.get("authorization")).toBeNull();
    expect(refused.headers.get("www-authenticate")).toContain('Bearer realm="oauth", error="invalid_token"');
    await expectRefusal(refused, 401, "access-token-invalid");
  });

  it("JWT-05 JWT-06 RT-13 no other token will do, no cookie, no query, and none of another realm or audience", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const resource = "https://api.example.test/";
    const realm = await makeRealm({ resources: { [resource]: { name: "API" } } });
    const elsewhere = await issued(realm, await makeClient(realm, { access_token_format: "split" }), { resource });
    const mine = await login(context, user);
    const machine = await makeClient(context, { grant_types: ["client_credentials"], access_token_format: "split" });
    const own = await tokenAnswer(await tokenRequest(context, machine, { grant_type: "client_credentials" }));
    for (const wrong of [mine.refreshToken, cookie, own.access_token, elsewhere.tokens.access_token, "x"])
      await expectRefusal(await userContext(context, wrong), 401, "access-token-invalid");
    await expectRefusal(await userContext(realm, elsewhere.tokens.access_token), 401, "access-token-invalid");
    await expectRefusal(await userContext(realm, mine.accessToken), 401, "access-token-invalid");
    const url = `${context.realm.issuer}/api/auth/user-context`;
    const bare = await request(url, { headers: { cookie: `qt-auth=${cookie}`, "x-qt-auth": cookie } });
    await expectRefusal(bare, 401, "access-token-invalid");
    await expectRefusal(await request(`${url}?access_token=${mine.accessToken}`), 401, "access-token-invalid");
    const twice = { authorization: `Bearer ${mine.accessToken}, Bearer ${mine.accessToken}` };
    await expectRefusal(await request(url, { headers: twice }), 400, "invalid_request");
    // What a caller says of itself is not told back.
    const forged = await request(url, { headers: { ...bearer(mine.accessToken), "x-user-context": "eyJpZCI6IjEifQ" } });
    expect(forged.headers.get("x-user-context")).not.toBe("eyJpZCI6IjEifQ");
  });
});
