import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { issued, redemption } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

// makeClient registers https://partner.test as the client's origin.
const own = "https://partner.test";
const foreign = [
  "https://evil.test",
  "null",
  "http://partner.test",
  "https://partner.test:8443",
  "https://partner.test.evil.test",
  "https://evilpartner.test",
  "https://PARTNER.test",
  "https://partner.test/",
  "*",
  "https://partner.test, https://evil.test",
];
const callable = ["/token", "/userinfo", "/revoke", "/par", "/device_authorization"];

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, {}, { type: "public" });
});

const preflight = (path: string, origin: string) =>
  request(`${context.realm.issuer}${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });

describe("TOK-14 calls from browsers (RFC 9700 §2.6)", () => {
  it.each(callable)("%s lets a registered origin in, without credentials", async (path) => {
    const response = await preflight(path, own);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(own);
    expect(response.headers.get("access-control-allow-methods")).toBe("GET,POST");
    expect(response.headers.get("access-control-allow-headers")).toBe("authorization,content-type,dpop");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")).toMatch(/(?:^|, )Origin(?:$|,)/);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each(callable.flatMap((path) => foreign.map((origin) => [path, origin])))(
    "%s does not let %s in (CVE-2026-54290)",
    async (path = "", origin = "") => {
      for (const response of [
        await preflight(path, origin),
        await request(`${context.realm.issuer}${path}`, { ...formBody({}), headers: { origin } }),
      ]) {
        expect(response.headers.get("access-control-allow-origin")).toBeNull();
        expect(response.headers.get("access-control-allow-credentials")).toBeNull();
        expect(response.headers.get("vary")).toMatch(/(?:^|, )Origin(?:$|,)/);
      }
    },
  );

  it("does not let in an origin of another realm's client", async () => {
    const neighbour = await makeRealm();
    await makeClient(neighbour);
    const elsewhere = await makeRealm();
    expect((await preflight("/token", own)).headers.get("access-control-allow-origin")).toBe(own);
    const response = await request(`${elsewhere.realm.issuer}/token`, { method: "OPTIONS", headers: { origin: own } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("shows a page of the client its tokens, and its errors too", async () => {
    const { cookie } = await issued(context, await makeClient(context));
    const { code, verifier } = await obtainCode(context, client, cookie);
    const fields = { ...redemption(client, code, verifier), client_id: client.clientId };
    for (const status of [200, 400]) {
      const init = formBody(fields);
      const response = await request(`${context.realm.issuer}/token`, {
        ...init,
        headers: { ...init.headers, origin: own },
      });
      expect(response.status).toBe(status);
      expect(response.headers.get("access-control-allow-origin")).toBe(own);
      expect(response.headers.get("access-control-expose-headers")).toContain("x-error-code");
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    const refused = await request(`${context.realm.issuer}/userinfo`, { headers: { origin: own } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe(own);
    expect(refused.headers.get("access-control-expose-headers")).toContain("www-authenticate");
  });

  it.each(["/authorize", "/introspect", "/end-session", "/sign-in", "/consent", "/api/auth/v1/users/me"])(
    "META-10 %s is for no foreign page",
    async (path) => {
      for (const origin of [own, "https://evil.test"])
        for (const method of ["OPTIONS", "GET", "POST"]) {
          const response = await request(`${context.realm.issuer}${path}`, { method, headers: { origin } });
          for (const name of response.headers.keys()) expect(name, method).not.toMatch(/^access-control-allow-/);
        }
    },
  );
});
