import { describe, expect, it } from "vitest";
import { hostOf } from "../../src/http/middleware/realm.ts";
import { makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";

const issuerAt = async (host: string, headers: Record<string, string> = {}, query = ""): Promise<string> => {
  const response = await request(`https://${host}/.well-known/openid-configuration${query}`, { headers });
  return (await response.json<{ issuer: string }>()).issuer;
};

describe("host → realm (contract §0)", () => {
  it("MR-02 each domain of a realm leads to it, and its issuer is the auth domain's", async () => {
    const { realm } = await makeRealm();
    for (const host of realm.hosts) expect(await issuerAt(host)).toBe(`https://${realm.authDomain}`);
    expect(await issuerAt(realm.authDomain.toUpperCase())).toBe(realm.issuer);
  });

  it.each([
    "x-forwarded-host",
    "x-original-host",
    "x-host",
    "forwarded",
    "x-realm",
    "x-realm-id",
    "x-tenant",
    "x-tenant-id",
    "x-zitadel-orgid",
    "x-original-url",
    "x-rewrite-url",
  ])("MR-02 META-05 %s names no other realm, and none is remembered", async (name) => {
    const [own, other] = [await makeRealm(), await makeRealm()];
    const value = name === "forwarded" ? `host=${other.realm.authDomain};proto=http` : other.realm.authDomain;
    for (const headers of [{ [name]: value }, { [name]: other.realm.id }, { [name]: "evil.test" }, {}, {}])
      expect(await issuerAt(own.realm.authDomain, headers)).toBe(own.realm.issuer);
  });

  it("MR-02 no parameter names another realm", async () => {
    const [own, other] = [await makeRealm(), await makeRealm()];
    for (const name of ["realm", "realm_id", "realm-id", "tenant", "host", "domain", "iss"])
      for (const value of [other.realm.id, other.realm.authDomain])
        expect(await issuerAt(own.realm.authDomain, {}, `?${name}=${value}`)).toBe(own.realm.issuer);
  });

  it.each([
    ["/"],
    ["/authorize"],
    ["/sign-in"],
    ["/token"],
    ["/jwks.json"],
    ["/.well-known/openid-configuration"],
    ["/api/auth/v1/users/me"],
    ["/nothing"],
  ])("META-11 an unknown host answers 404 at %s, alike for all", async (path) => {
    const bodies = new Set<string>();
    for (const host of [
      "nobody.test",
      "auth.nobody.test",
      "127.0.0.1",
      "[::1]",
      "localhost",
      "xn--nxasmq6b.test",
      `${"a".repeat(60)}.test`,
    ]) {
      const response = await request(`https://${host}${path}`);
      expect([host, response.status, response.headers.get("x-error-code")]).toEqual([host, 404, "unknown-host"]);
      expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{8,}$/);
      expect(response.headers.getSetCookie()).toEqual([]);
      bodies.add((await response.text()).replaceAll(/"request_id":"[^"]+"/g, ""));
    }
    expect(bodies.size).toBe(1);
  });

  it("META-11 names near a known one are unknown", async () => {
    const { realm } = await makeRealm();
    const host = realm.authDomain;
    for (const near of [
      `${host}.`,
      `x.${host}`,
      host.slice(5),
      `${host}.evil.test`,
      host.replace("auth", "аuth"),
      `${host}%00`,
    ]) {
      const url = `https://${near}/sign-in`;
      if (URL.canParse(url)) expect([near, (await request(url)).status]).toEqual([near, 404]);
    }
  });

  it("answers health on any host (contract §8)", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const response = await request(`https://nobody.test${path}`);
      expect(response.status).toBe(200);
      expect(Object.keys(await response.json<object>())).toEqual(["status"]);
    }
  });

  it("MR-01 one realm's client, user and session are nothing in another", async () => {
    const [own, other] = [await makeRealm(), await makeRealm()];
    const client = await makeClient(own);
    const user = await makeUser(own);
    const cookie = await signIn(own, user);
    for (const client_id of [client.clientId, String(client.integrationId)]) {
      const query = new URLSearchParams({
        client_id,
        response_type: "code",
        redirect_uri: "https://partner.test/callback",
      });
      const response = await request(`${other.realm.issuer}/authorize?${query}`, {
        headers: { cookie: `qt-auth=${cookie}` },
      });
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    }
    expect(await other.clients.find(client.clientId)).toBeNull();
    expect(await other.users.findById(user.id)).toBeNull();
    expect(await other.users.findByEmail(user.email ?? "")).toBeNull();
    expect(await other.objects.call(user.id, (object) => object.sessions())).toEqual([]);
  });
});

describe("hostOf", () => {
  it.each([
    ["https://auth.example.test/x", "auth.example.test"],
    ["https://AUTH.Example.test", "auth.example.test"],
    ["http://auth.example.test:8787/x?y=https://other.test", "auth.example.test"],
    ["https://auth.example.test?x", "auth.example.test?x"],
    ["http://[::1]:8787/", "[::1]"],
    ["http://[::1]/", "[::1]"],
    ["https://auth.example.test./", "auth.example.test."],
    ["http://auth.example.test:43p1/", "auth.example.test:43p1"],
    ["http://auth.example.test:99999/", "auth.example.test:99999"],
  ])("%s → %s", (url, host) => {
    expect(hostOf(url)).toBe(host);
  });
});
