import { beforeAll, describe, expect, it } from "vitest";
import { issueAccessToken } from "../../src/domain/tokens/access-token.ts";
import { profileOf } from "../../src/storage/profile.ts";
import { config, makeClient, makeUser, obtainCode, redeem, request, signIn, tokenRequest } from "../support/world.ts";
import { bearer, type Caller, call, cookie, deployment, makePerson, makeSite, nobody, type Site } from "./support.ts";

let site: Site;
beforeAll(async () => {
  site = await makeSite();
});

const read = (caller: Caller, headers: Record<string, string> = {}) =>
  call(caller, "GET", site.path, { host: site.host, headers });
const rename = (caller: Caller, headers: Record<string, string> = {}) =>
  call(caller, "PATCH", site.path, { host: site.host, headers, body: { name: "Renamed" } });

describe("the deployment's token", () => {
  it("is good on any host, of a realm or of none", async () => {
    for (const host of [site.host, "nowhere.test", "127.0.0.1", "localhost"])
      expect((await call(deployment, "GET", site.path, { host })).status).toBe(200);
    expect((await read({ authorization: `bearer ${config.adminToken}` })).status).toBe(200);
  });

  it.each([
    ["no header", {}],
    ["an empty header", { authorization: "" }],
    ["no token", { authorization: "Bearer" }],
    ["another scheme", { authorization: `Basic ${btoa(`admin:${config.adminToken}`)}` }],
    ["the bare token", { authorization: config.adminToken }],
    ["the scheme DPoP", { authorization: `DPoP ${config.adminToken}` }],
    ["a token that is too short", { authorization: `Bearer ${config.adminToken.slice(0, -1)}` }],
    ["a token that is too long", { authorization: `Bearer ${config.adminToken}0` }],
    ["a token in other letters", { authorization: `Bearer ${config.adminToken.toUpperCase()}` }],
    ["the token as a session", { "x-qt-auth": config.adminToken }],
    ["the token as a cookie", { cookie: `qt-auth=${config.adminToken}` }],
    ["the token as an API key", { "x-api-key": config.adminToken }],
    ["the placeholder of mobile apps", { "x-qt-auth": "dummy" }],
  ])("is asked for with a challenge when there is %s", async (_, headers) => {
    for (const host of [site.host, "nowhere.test"]) {
      const answer = await call(nobody, "GET", "/realms", { host, headers });
      expect(answer.status, answer.text).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/(?:^|, )Bearer realm="operators"(?:,|$)/);
      expect(answer.headers.get("x-error-code")).toBe(answer.json.code);
      expect(answer.headers.get("x-request-id")).toBe(answer.json.request_id);
      expect(answer.text).not.toContain(config.adminToken.slice(0, 12));
    }
  });

  it("beside another token is one too many (RFC 6750 §3.1)", async () => {
    for (const authorization of [`Bearer ${config.adminToken}, Bearer x`, `Bearer ${config.adminToken}, DPoP x`]) {
      const answer = await call(nobody, "GET", "/realms", { headers: { authorization } });
      expect([answer.status, answer.json.code]).toEqual([400, "invalid_request"]);
      expect(answer.text).not.toContain(config.adminToken.slice(0, 12));
    }
  });

  it("is not read from the query or from a form", async () => {
    const query = await call(nobody, "GET", `/realms?access_token=${config.adminToken}&token=${config.adminToken}`);
    expect(query.status).toBe(401);
    const form = await call(nobody, "POST", "/realms", {
      body: `access_token=${config.adminToken}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(form.status).toBe(401);
  });
});

describe("an administrator's access token", () => {
  it("is not good without the scope roles, and says which is missing", async () => {
    const plain = await makePerson(site.context, site.client, ["user", "sysadmin"], "openid profile email");
    const answer = await read(bearer(plain.token));
    expect([answer.status, answer.json.code]).toEqual([403, "insufficient_scope"]);
  });

  it("MR-04 is not good in the hands of a third party, whatever the user agreed to", async () => {
    const partner = await makeClient(site.context, {}, { firstParty: false });
    const user = await makeUser(site.context, { roles: ["user", "sysadmin"] });
    const session = await signIn(site.context, user);
    await site.context.objects.call(user.id, (object) => object.addConsent(partner.clientId, ["openid", "roles"]));
    const { code, verifier } = await obtainCode(site.context, partner, session, { scope: "openid roles" });
    const { access_token, scope } = await redeem(site.context, partner, code, verifier);
    expect(scope).toBe("openid roles");
    const answer = await read(bearer(access_token));
    expect([answer.status, answer.json.code]).toEqual([403, "forbidden"]);
  });

  it("is not good when it is a client's own", async () => {
    const client = await makeClient(site.context, {
      grant_types: ["client_credentials"],
      scopes: ["roles", "sysadmin"],
    });
    const response = await tokenRequest(site.context, client, { grant_type: "client_credentials", scope: "sysadmin" });
    const { access_token } = await response.json<{ access_token: string }>();
    expect((await read(bearer(access_token))).status).toBe(403);
  });

  it("is told from an expired one, for clients act on it", async () => {
    const expired = await issueAccessToken(site.context, {
      holder: { kind: "user", userId: site.sysadmin.row.id, grantId: "g", sid: "s" },
      profile: profileOf(site.sysadmin.row),
      tokenId: "t",
      clientId: site.client.clientId,
      format: "jwt",
      scopes: ["roles"],
      issuedAt: Date.now() - 3_600_000,
      audience: [],
      jkt: null,
    });
    const answer = await read(bearer(expired));
    expect([answer.status, answer.json.code]).toEqual([401, "access-token-expired"]);
    expect(answer.headers.get("x-error-code")).toBe("access-token-expired");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  it("is not replaced by a token of another kind", async () => {
    const { code, verifier } = await obtainCode(site.context, site.client, site.sysadmin.session, {
      scope: "openid roles offline_access",
    });
    const tokens = await redeem(site.context, site.client, code, verifier);
    for (const token of [
      tokens.id_token,
      tokens.refresh_token,
      `${site.sysadmin.session}x`,
      `${tokens.access_token}x`,
    ]) {
      const answer = await read(bearer(token));
      expect([answer.status, answer.json.code]).toEqual([401, "access-token-invalid"]);
    }
    expect((await read(bearer(tokens.access_token))).status).toBe(200);
  });

  it("may be a session's own token, as long as the session lives (contract §7)", async () => {
    const person = await makePerson(site.context, site.client, ["user", "admin"]);
    expect((await read(bearer(person.session))).status).toBe(200);
    expect((await rename(bearer(person.session))).status).toBe(403);
    expect((await call(bearer(person.session), "GET", site.path, { host: "nowhere.test" })).status).toBe(401);
    await call(deployment, "POST", `${site.path}/users/${person.row.id}/kick`);
    const answer = await read(bearer(person.session));
    expect([answer.status, answer.json.code]).toEqual([401, "access-token-invalid"]);
  });

  it("wins over a cookie: a bad token is not mended by a good session", async () => {
    expect((await read({ ...bearer("no.such.token"), ...cookie(site.sysadmin.session) })).status).toBe(401);
  });
});

describe("an administrator loses the right at once", () => {
  it("with the role", async () => {
    const person = await makePerson(site.context, site.client, ["user", "admin"]);
    for (const caller of [bearer(person.token), cookie(person.session)]) expect((await read(caller)).status).toBe(200);
    await call(deployment, "PUT", `${site.path}/users/${person.row.id}/roles`, { body: { roles: ["user"] } });
    for (const caller of [bearer(person.token), cookie(person.session)]) expect((await read(caller)).status).toBe(403);
    await call(deployment, "PUT", `${site.path}/users/${person.row.id}/roles`, { body: { roles: ["sysadmin"] } });
    for (const caller of [bearer(person.token), cookie(person.session)])
      expect((await rename(caller)).status).toBe(200);
  });

  it.each([
    ["disabled", (id: number) => call(deployment, "PATCH", `${site.path}/users/${id}`, { body: { disabled: true } })],
    ["deleted", (id: number) => call(deployment, "DELETE", `${site.path}/users/${id}`)],
    ["kicked", (id: number) => call(deployment, "POST", `${site.path}/users/${id}/kick`)],
  ])("when %s", async (_, end) => {
    const person = await makePerson(site.context, site.client, ["user", "admin"]);
    for (const caller of [bearer(person.token), cookie(person.session)]) expect((await read(caller)).status).toBe(200);
    expect((await end(person.row.id)).status).toBeLessThan(300);
    for (const caller of [bearer(person.token), cookie(person.session)]) expect((await read(caller)).status).toBe(401);
  });
});

describe("SE-11 a session in a cookie", () => {
  it.each([
    ["of a foreign site", { origin: "https://evil.test" }],
    ["of nowhere", { origin: "null" }],
    ["of the same name without TLS", { origin: "http://$HOST" }],
    ["of a site that ends alike", { origin: "https://evil-$HOST" }],
    ["that the browser calls cross-site", { "sec-fetch-site": "cross-site" }],
  ])("changes nothing for a page %s", async (_, headers) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("$HOST", site.host)]),
    );
    const { version } = (await read(deployment)).json;
    for (const [method, path, body] of [
      ["PATCH", "", { name: "Forged" }],
      ["POST", "/users", { email: "forged@example.test", roles: ["sysadmin"] }],
      ["PUT", `/users/${site.user.row.id}/roles`, { roles: ["sysadmin"] }],
      ["DELETE", `/users/${site.user.row.id}`, undefined],
      ["POST", "/keys/rotate", undefined],
    ] as const) {
      const answer = await call(cookie(site.sysadmin.session), method, `${site.path}${path}`, {
        host: site.host,
        headers: sent,
        body,
      });
      expect([answer.status, answer.json.code]).toEqual([403, "cross-site-request"]);
    }
    expect((await read(deployment)).json.version).toBe(version);
  });

  it("changes what it may for the pages of its own host", async () => {
    const caller = cookie(site.sysadmin.session);
    expect((await rename(caller, { origin: `https://${site.host}`, "sec-fetch-site": "same-origin" })).status).toBe(
      200,
    );
  });

  it.each([
    ["by its Origin", () => ({ origin: `https://${site.context.realm.hosts[1]}` })],
    ["by Sec-Fetch-Site", () => ({ "sec-fetch-site": "same-site" })],
  ])("changes nothing for another site of the realm, where scripts of others may run: known %s", async (_, headers) => {
    const caller = cookie(site.sysadmin.session);
    expect(await rename(caller, headers())).toMatchObject({ status: 403, json: { code: "cross-site-request" } });
    // Without a body no browser asks first whether it may.
    const kick = `${site.path}/users/${site.user.row.id}/kick`;
    const answer = await call(caller, "POST", kick, { host: site.host, headers: headers() });
    expect(answer).toMatchObject({ status: 403, json: { code: "cross-site-request" } });
  });

  it("lets no page read: there is no CORS", async () => {
    const answer = await read(cookie(site.sysadmin.session), { origin: "https://evil.test" });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    const preflight = await request(`https://${site.host}/admin/v1/realms`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.test", "access-control-request-method": "POST" },
    });
    expect([...preflight.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("FZ-04 addresses", () => {
  it.each([
    "/admin/v1",
    "/admin/v1/",
    "/admin/v1/realms/",
    "/admin/v1//realms",
    "/admin/v1/./realms",
    "/admin/v1/x/../realms",
    "/admin/v1/%72ealms",
    "/admin/v1/realms;x",
    "/admin/v1/realms.json",
    "/admin/v1/realms%00",
    "/admin/v1/Realms",
    "/admin/v1/realms/%2e%2e/realms",
    "/admin/v1/%c0%af",
    "/admin/v1/seed",
    "/admin/v1/test/clock",
  ])("AU-10 %s tells nobody anything", async (path) => {
    for (const host of [site.host, "nowhere.test"]) {
      const response = await request(`https://${host}${path}`);
      expect(response.status).toBe(401);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  it.each(["//admin/v1/realms", "/Admin/v1/realms", "/admin%2Fv1/realms", "/admin/v1;x/realms"])(
    "%s is not the operators' API",
    async (path) => {
      const response = await request(`https://${site.host}${path}`, { headers: deployment });
      expect(response.status).toBe(404);
    },
  );

  it("answer 404 to operators when there is nothing, 405 with the methods when there is", async () => {
    for (const host of [site.host, "nowhere.test"]) {
      expect((await call(deployment, "GET", "/nothing", { host })).status).toBe(404);
      const wrongMethod = await call(deployment, "PUT", "/realms", { host });
      expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "POST, GET"]);
      expect(wrongMethod.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("answer HEAD like GET, and change nothing by it", async () => {
    const response = await request(`https://${site.host}/admin/v1${site.path}`, {
      method: "HEAD",
      headers: deployment,
    });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    const kick = `https://${site.host}/admin/v1${site.path}/users/${site.user.row.id}/kick`;
    expect((await request(kick, { method: "HEAD", headers: deployment })).status).toBe(405);
    expect((await request(kick, { method: "GET", headers: deployment })).status).toBe(405);
  });
});

describe("wrong tokens", () => {
  // The last test of its file: the count is one of the address, and all tests share it.
  it("are throttled, and the right one still is not", async () => {
    const seen = new Set<number>();
    for (let round = 0; round < 60 && !seen.has(429); round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => call(bearer(`guess-${round}-${index}`), "GET", "/realms")),
      );
      for (const answer of answers) {
        seen.add(answer.status);
        if (answer.status === 429) expect(answer.headers.get("retry-after")).toBe("60");
      }
    }
    expect([...seen].toSorted()).toEqual([401, 429]);
    expect((await call(deployment, "GET", "/realms")).status).toBe(200);
    expect((await read(bearer(site.admin.token))).status).toBe(200);
  });
});
