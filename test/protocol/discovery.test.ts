import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { issued, signedInUser } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

const documentPaths = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

async function metadata(context: RealmContext, path = documentPaths[0] ?? "", headers: Record<string, string> = {}) {
  const response = await request(`${context.realm.issuer}${path}`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

describe("the realm's metadata (OIDC Discovery §4, RFC 8414 §3)", () => {
  it("META-01 META-02 is the same JSON at both addresses of every domain, in all three places, with the very issuer", async () => {
    const context = await makeRealm();
    const places = context.realm.hosts.flatMap((host) => ["", "/v1", "/api/auth/v1/oauth"].map((base) => host + base));
    const answers = await Promise.all(
      places.flatMap((place) => documentPaths.map((path) => request(`https://${place}${path}`))),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers).toHaveLength(18);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    }
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? "").issuer).toBe(`https://${context.realm.authDomain}`);
  });

  it("META-01 AZ-08 names the issuer that ID token, access token and authorization response carry", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { issuer } = await metadata(context);
    const { cookie, tokens } = await issued(context, client);
    const { location } = await obtainCode(context, client, cookie);
    expect(decodeJwt(tokens.id_token).iss).toBe(issuer);
    expect(decodeJwt(tokens.access_token).iss).toBe(issuer);
    expect(location.searchParams.getAll("iss")).toEqual([issuer]);
  });

  it("META-03 has the members that the standards require, and promises PKCE with S256 only", async () => {
    const document = await metadata(await makeRealm({ scopes: { "articles:read": "Read articles" } }));
    expect(document).toMatchObject({
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    });
    expect(document.id_token_signing_alg_values_supported).toContain("RS256");
    expect(document.id_token_signing_alg_values_supported).not.toContain("none");
    expect(document.scopes_supported).toEqual(expect.arrayContaining(["openid", "offline_access", "articles:read"]));
    expect(document.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(["client_secret_basic", "client_secret_post", "none"]),
    );
    expect(document.introspection_endpoint_auth_methods_supported).not.toContain("none");
  });

  it("META-04 has every address on https and on the issuer's host", async () => {
    const context = await makeRealm();
    const document = await metadata(context);
    const addresses = Object.entries(document).filter(([name]) => /_(?:endpoint|uri)$/.test(name));
    expect(addresses.length).toBeGreaterThanOrEqual(7);
    for (const [name, address] of addresses) {
      expect(new URL(String(address)).origin, name).toBe(context.realm.issuer);
      expect((await request(String(address))).status, name).not.toBe(404);
    }
  });

  it("META-05 RE-14 does not repeat what a caller says about the host, the first one neither (CVE-2026-29067)", async () => {
    const context = await makeRealm();
    const { issuer } = context.realm;
    for (const [name, value] of [
      ["x-forwarded-host", "evil.test"],
      ["x-forwarded-proto", "http"],
      ["x-forwarded-port", "8443"],
      ["forwarded", "host=evil.test;proto=http"],
      ["x-original-host", "evil.test"],
      ["x-host", "evil.test"],
      ["host", "evil.test"],
    ] as const) {
      for (const headers of [{ [name]: value }, {}]) {
        const document = await metadata(context, documentPaths[0], headers);
        expect(document.issuer, name).toBe(issuer);
        expect(document.token_endpoint, name).toBe(`${issuer}/token`);
        expect(JSON.stringify(document), name).not.toMatch(/evil|"http:|8443/);
      }
    }
  });

  it("META-10 may be cached for minutes, and read by any origin, without credentials", async () => {
    const context = await makeRealm();
    for (const path of [...documentPaths, "/jwks.json"]) {
      const response = await request(`${context.realm.issuer}${path}`, { headers: { origin: "https://evil.test" } });
      const maxAge = /^public, max-age=([0-9]+)$/.exec(response.headers.get("cache-control") ?? "")?.[1];
      expect(Number(maxAge)).toBeGreaterThan(0);
      expect(Number(maxAge)).toBeLessThanOrEqual(3600);
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(response.headers.get("access-control-allow-credentials")).toBeNull();
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it("META-11 says the same of every host that no realm has", async () => {
    const answers = await Promise.all(
      ["nope.test", "auth.nope.test", "xn--9ca.test", "127.0.0.1", "auth.realm1.test.evil.test"].flatMap((host) =>
        documentPaths.map(async (path) => {
          const response = await request(`https://${host}${path}`);
          return { status: response.status, body: await response.text() };
        }),
      ),
    );
    for (const answer of answers)
      expect(answer).toEqual({
        status: 404,
        body: '{"error":"unknown-host","error_description":"No realm answers on this host."}',
      });
  });
});

describe("META-03 what is not promised does not work", () => {
  let context: RealmContext;
  let client: TestClient;
  let cookie: string;
  beforeAll(async () => {
    context = await makeRealm();
    client = await makeClient(context);
    ({ cookie } = await signedInUser(context));
  });

  const optionalEndpoints = {
    pushed_authorization_request_endpoint: "/par",
    device_authorization_endpoint: "/device_authorization",
    registration_endpoint: "/register",
  };

  it.each(Object.entries(optionalEndpoints))("%s exists exactly if it is named", async (name, path) => {
    const promised = name in (await metadata(context));
    const response = await request(`${context.realm.issuer}${path}`, formBody({}));
    expect(response.status === 404).toBe(!promised);
  });

  it("answers a request object by saying so, at the client's address", async () => {
    await expect(obtainCode(context, client, cookie, { request: "eyJhbGciOiJub25lIn0.e30." })).rejects.toThrow(
      /error=request_not_supported/,
    );
    await expect(obtainCode(context, client, cookie, { request_uri: "https://evil.test/r" })).rejects.toThrow(
      /error=request_uri_not_supported/,
    );
  });

  it.each(["token", "id_token", "id_token token", "code token", "code id_token", "none", "CODE"])(
    "AZ-01 response_type=%s gives neither code nor token",
    async (responseType) => {
      await expect(obtainCode(context, client, cookie, { response_type: responseType })).rejects.toThrow(
        /302 https:\/\/partner\.test\/callback\?error=unsupported_response_type/,
      );
    },
  );
});
