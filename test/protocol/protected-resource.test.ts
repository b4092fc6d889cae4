import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { call, deployment } from "../admin/support.ts";
import { issued, reread, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";

const wellKnown = "/.well-known/oauth-protected-resource";

let context: RealmContext;
let site: string;
beforeAll(async () => {
  const made = await makeRealm({ scopes: { "notes:read": "Read notes" } });
  site = `https://${made.realm.hosts.find((host) => host.startsWith("news."))}`;
  const resources = {
    [`${site}/mcp`]: { name: "News tools", scopes: ["notes:read"] },
    [`${site}/deep/er/api`]: { name: "Deep" },
    "https://elsewhere.example/mcp": { name: "Elsewhere" },
  };
  await call(deployment, "PATCH", `/realms/${made.realm.id}`, { body: { settings: { resources } } });
  context = await reread(made);
});

async function metadataAt(url: string): Promise<Record<string, unknown>> {
  const response = await request(url);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  return response.json();
}

describe("META-04 protected resource metadata (RFC 9728 §3)", () => {
  it("says of the realm's own endpoints that the realm is the one to ask for tokens", async () => {
    expect(await metadataAt(`${context.realm.issuer}${wellKnown}`)).toEqual({
      resource: context.realm.issuer,
      resource_name: context.realm.name,
      authorization_servers: [context.realm.issuer],
      scopes_supported: expect.arrayContaining(["openid", "roles", "notes:read"]),
      bearer_methods_supported: ["header", "body"],
      dpop_signing_alg_values_supported: expect.arrayContaining(["ES256"]),
      resource_documentation: `${context.realm.issuer}/docs`,
    });
  });

  it("names a server whose own metadata name the same issuer (RFC 8414 §3.3)", async () => {
    const [issuer] = (await metadataAt(`${context.realm.issuer}${wellKnown}`)).authorization_servers as string[];
    for (const name of ["oauth-authorization-server", "openid-configuration"])
      expect((await metadataAt(`${issuer}/.well-known/${name}`)).issuer).toBe(issuer);
  });

  it("stands at the path of each resource server on a domain of the realm (§3.1)", async () => {
    expect(await metadataAt(`${site}${wellKnown}/mcp`)).toEqual({
      resource: `${site}/mcp`,
      resource_name: "News tools",
      authorization_servers: [context.realm.issuer],
      scopes_supported: ["notes:read"],
      bearer_methods_supported: ["header"],
    });
    const deep = await metadataAt(`${site}${wellKnown}/deep/er/api`);
    expect(deep).toMatchObject({ resource: `${site}/deep/er/api`, resource_name: "Deep" });
    expect(deep).not.toHaveProperty("scopes_supported");
  });

  it.each(["/none", "/mcp/", "/mcp/more", "/MCP", "/%6dcp", "//mcp", "/deep/er"])(
    "and nowhere else: %s",
    async (path) => {
      expect((await request(`${site}${wellKnown}${path}`)).status).toBe(404);
    },
  );

  it("not on the domains where that resource does not stand, nor in another realm", async () => {
    const other = await makeRealm();
    for (const host of [context.realm.issuer, other.realm.issuer])
      expect((await request(`${host}${wellKnown}/mcp`)).status).toBe(404);
    expect(await metadataAt(`${other.realm.issuer}${wellKnown}`)).toMatchObject({ resource: other.realm.issuer });
  });

  it("META-05 does not repeat what a caller says its host is", async () => {
    for (const name of ["x-forwarded-host", "x-original-host", "forwarded"]) {
      const value = name === "forwarded" ? "host=evil.test" : "evil.test";
      const response = await request(`${context.realm.issuer}${wellKnown}`, { headers: { [name]: value } });
      expect(await response.text()).not.toContain("evil.test");
    }
  });

  it("META-10 may be read from any origin, with whatever headers a client sends along", async () => {
    const headers = { origin: "https://evil.test" };
    const got = await request(`${context.realm.issuer}${wellKnown}`, { headers });
    expect(got.headers.get("access-control-allow-origin")).toBe("*");
    for (const name of ["oauth-protected-resource", "oauth-authorization-server", "openid-configuration"]) {
      const asked = await request(`${context.realm.issuer}/.well-known/${name}`, {
        method: "OPTIONS",
        headers: {
          ...headers,
          "access-control-request-method": "GET",
          "access-control-request-headers": "mcp-protocol-version",
        },
      });
      expect(asked.headers.get("access-control-allow-origin")).toBe("*");
      expect(asked.headers.get("access-control-allow-headers")).toBe("mcp-protocol-version");
      expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});

describe("whoever comes without a token is told where the metadata stand (RFC 9728 §5.1)", () => {
  const pointer = () => `resource_metadata="${context.realm.issuer}${wellKnown}"`;

  it("at UserInfo, on each domain of the realm: by an address on the issuer's own", async () => {
    for (const host of context.realm.hosts) {
      const refused = await request(`https://${host}/userinfo`);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toContain(pointer());
    }
  });

  it("with a bad token, or one that is for another resource", async () => {
    const client = await makeClient(context);
    const { tokens } = await issued(context, client, { resource: "https://elsewhere.example/mcp" });
    for (const token of ["a.b.c", tokens.access_token]) {
      const refused = await userinfo(context, token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer realm="oauth", error="invalid_token"/);
      expect(refused.headers.get("www-authenticate")).toContain(pointer());
    }
  });
});
