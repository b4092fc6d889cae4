import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { deleteUser } from "../../src/domain/users/change-user.ts";
import { createUser } from "../../src/domain/users/new-user.ts";
import { changeAs, disable, type Issued, issued, tokenAnswer, userinfo } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, request, type TestClient, tokenRequest } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let who: Issued;
let token: string;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  who = await issued(context, client, { scope: "openid" });
  token = who.tokens.access_token;
});

const at = (): string => `${context.realm.issuer}/userinfo`;
const withToken = () => ({ authorization: `Bearer ${token}` });

describe("ways of asking (OIDC Core §5.3.1, RFC 6750 §2)", () => {
  it("UI-01 UI-08 GET, POST with the header, POST with a form: the same JSON, the ID token's sub, not cached", async () => {
    const form = formBody({ access_token: token });
    for (const init of [{ headers: withToken() }, { method: "POST", headers: withToken() }, form]) {
      const response = await request(at(), init);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await response.json()).toEqual({ sub: decodeJwt(who.tokens.id_token).sub });
    }
  });

  it("is the same under /v1 and /api/auth/v1/oauth", async () => {
    for (const mount of ["/v1", "/api/auth/v1/oauth"]) {
      const response = await request(`${context.realm.issuer}${mount}/userinfo`, { headers: withToken() });
      expect(await response.json()).toEqual({ sub: String(who.user.id) });
    }
  });

  it.each(["bearer", "BEARER", "bEaReR"])("UI-04 takes the scheme as %s (RFC 9110 §11.1)", async (scheme) => {
    expect((await request(at(), { headers: { authorization: `${scheme} ${token}` } })).status).toBe(200);
  });

  it("UI-03 refuses two ways at once (RFC 6750 §3.1)", async () => {
    const form = formBody({ access_token: token });
    const both = await request(at(), { ...form, headers: { ...form.headers, ...withToken() } });
    const twice = await request(at(), { ...form, body: `access_token=${token}&access_token=${token}` });
    for (const response of [both, twice]) {
      expect(response.status).toBe(400);
      expect(response.headers.get("www-authenticate")).toMatch(/error="invalid_request"/);
      expect(await response.json()).toMatchObject({ error: "invalid_request" });
    }
  });

  it("UI-02 does not look at the query (RFC 6750 §2.3, OAuth 2.1 §5.1)", async () => {
    expect((await request(`${at()}?access_token=${token}`)).status).toBe(401);
    expect((await request(`${at()}?access_token=${token}`, { method: "POST" })).status).toBe(401);
  });

  it("RT-13 does not look at cookies", async () => {
    for (const cookie of [`qt-auth=${who.cookie}`, `qt-auth=${token}`, `access_token=${token}`])
      expect((await request(at(), { headers: { cookie } })).status).toBe(401);
  });

  it.each(["PUT", "DELETE", "PATCH"])("TOK-01 answers 405 to %s", async (method) => {
    const response = await request(at(), { method, headers: withToken() });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, POST");
  });
});

describe("UI-02 refusals (RFC 6750 §3)", () => {
  it("without any token: a challenge without an error code", async () => {
    const response = await request(at());
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(
      /^Bearer realm="oauth", resource_metadata="[^"]+", DPoP realm="oauth", algs="[^"]+"$/,
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each(["Bearer x", "Bearer a.b.c", "Bearer null", `Bearer ${"x".repeat(20_000)}`, "Bearer rt.t1.e30.x"])(
    "with %.20s: invalid_token",
    async (authorization) => {
      const response = await request(at(), { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(
        /^Bearer realm="oauth", error="invalid_token", error_description="The access token is not valid.", resource_metadata="[^"]+", DPoP /,
      );
      expect(response.headers.get("x-error-code")).toBe("access-token-invalid");
      expect(response.headers.get("cache-control")).toBe("no-store");
    },
  );

  it.each(["Basic dXNlcjpwYXNz", "Bearer", "Bearer  ", "Bearer a b", "Token x", "DPoP"])(
    "with the header %s: no token",
    async (authorization) => {
      const response = await request(at(), { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="oauth"/);
    },
  );

  it("UI-05 a token without openid gets 403 and no data, a client's own included", async () => {
    const without = await issued(context, client, { scope: "profile email" });
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["openid", "reports"] });
    const own = await tokenAnswer(await tokenRequest(context, machine, { grant_type: "client_credentials" }));
    for (const accessToken of [without.tokens.access_token, own.access_token]) {
      const response = await userinfo(context, accessToken);
      expect(response.status).toBe(403);
      expect(response.headers.get("www-authenticate")).toMatch(/error="insufficient_scope"/);
      expect(Object.keys((await response.json()) as object).sort()).toEqual(["code", "error", "error_description"]);
    }
  });
});

describe("claims by scope (OIDC Core §5.4)", () => {
  const person = {
    email: "carol@example.test",
    username: "carol",
    phoneNumber: "+33612345678",
    name: "Carol C",
    firstName: "Carol",
    lastName: "C",
    roles: ["user", "admin"],
    metadata: { address: { locality: "Lyon" }, secret: "not to be shown" },
  };
  const always = ["sub"];
  const expected: [string, string[]][] = [
    ["openid", always],
    ["openid profile", [...always, "family_name", "given_name", "name", "preferred_username", "updated_at"]],
    ["openid email", [...always, "email", "email_verified"]],
    ["openid phone", [...always, "phone_number", "phone_number_verified"]],
    ["openid address", [...always, "address"]],
    ["openid roles", [...always, "roles"]],
  ];

  it.each(expected)("UI-06 %s shows %s", async (scope, names) => {
    const realm = await makeRealm();
    const { tokens } = await issued(realm, await makeClient(realm), { scope }, person);
    const claims = (await (await userinfo(realm, tokens.access_token)).json()) as Record<string, unknown>;
    expect(Object.keys(claims).sort()).toEqual([...names].sort());
  });

  it("UI-07 are of the types that §5.1 says, and never say verified of what is not", async () => {
    const realm = await makeRealm();
    const own = await makeClient(realm);
    const { user, tokens } = await issued(realm, own, { scope: "openid profile email phone address roles" }, person);
    const shown = async () => (await userinfo(realm, tokens.access_token)).json() as Promise<Record<string, unknown>>;
    expect(await shown()).toEqual({
      sub: String(user.id),
      name: "Carol C",
      given_name: "Carol",
      family_name: "C",
      preferred_username: "carol",
      updated_at: Math.floor(user.updatedAt / 1000),
      email: "carol@example.test",
      email_verified: false,
      phone_number: "+33612345678",
      phone_number_verified: false,
      address: { locality: "Lyon" },
      roles: ["user", "admin"],
    });
    await changeAs(realm, user, { emailVerified: true });
    expect((await shown()).email_verified).toBe(true);
  });

  it("leaves out what the user does not have", async () => {
    const realm = await makeRealm();
    const { tokens } = await issued(
      realm,
      await makeClient(realm),
      { scope: "openid profile email phone address" },
      { email: null, username: "dora", name: null },
    );
    const claims = (await (await userinfo(realm, tokens.access_token)).json()) as Record<string, unknown>;
    expect(Object.keys(claims).sort()).toEqual(["preferred_username", "sub", "updated_at"]);
  });
});

describe("the subject", () => {
  it("UI-09 is gone with the user at once", async () => {
    const realm = await makeRealm();
    const own = await makeClient(realm);
    const disabled = await issued(realm, own);
    const deleted = await issued(realm, own);
    await disable(realm, disabled.user);
    await deleteUser(realm, deleted.user.id);
    for (const { tokens } of [disabled, deleted]) expect((await userinfo(realm, tokens.access_token)).status).toBe(401);
  });

  it("JWT-08 is never given to another account, the same names notwithstanding", async () => {
    const realm = await makeRealm();
    const own = await makeClient(realm);
    const names = { email: "alice@example.test", username: "alice" };
    const first = await issued(realm, own, {}, names);
    await deleteUser(realm, first.user.id);
    const second = await createUser(realm, names);
    expect(second.id).not.toBe(first.user.id);
    expect((await userinfo(realm, first.tokens.access_token)).status).toBe(401);
  });
});
