import { describe, expect, it } from "vitest";
import { makeClient, makeRealm, request } from "../support/world.ts";
import { directive, frame, makeEmbedding, site } from "./support.ts";

describe("who may show the frame (contract §5, S0.15)", () => {
  it("WB-01 the origins of the client's redirect URIs and those it registered, exactly", async () => {
    const { context, client } = await makeEmbedding(
      {},
      {
        redirect_uris: ["https://partner.test/callback", "https://app.partner.test:8443/cb?x=1", "com.partner.app:/cb"],
        origins: ["https://www.partner.test"],
        post_logout_redirect_uris: ["https://elsewhere.test/bye"],
      },
      { type: "public" },
    );
    const response = await frame(context, { client_id: client.clientId, origin: site });
    expect(response.status).toBe(200);
    expect(directive(response, "frame-ancestors")?.split(" ").toSorted()).toEqual([
      "https://app.partner.test:8443",
      "https://partner.test",
      "https://www.partner.test",
    ]);
    expect(response.headers.get("x-frame-options")).toBeNull();
    expect(directive(response, "script-src")).toMatch(/^'nonce-[\w-]{22}'$/);
    expect(directive(response, "connect-src")).toBe("'self'");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const html = await response.text();
    expect(html).not.toMatch(/ on[a-z]+="/);
    expect(html).toContain('data-origin="https://partner.test"');
  });

  it("WB-03 nobody shows any other page", async () => {
    const { context } = await makeEmbedding();
    for (const path of ["/", "/sign-in", "/sign-up", "/embed/nothing"]) {
      const response = await request(context.realm.issuer + path, { headers: { accept: "text/html" } });
      expect([path, response.headers.get("x-frame-options")]).toEqual([path, "DENY"]);
      expect(directive(response, "frame-ancestors")).toBe("'none'");
    }
  });

  const clientId = "the client's";
  it.each<[string, Record<string, string>, about?: { disabled?: boolean }]>([
    ["an unknown client", { client_id: "nobody0000", origin: site }],
    ["another origin", { client_id: clientId, origin: "https://evil.test" }],
    ["a part of the origin", { client_id: clientId, origin: "https://partner.tes" }],
    ["more than the origin", { client_id: clientId, origin: "https://partner.test.evil.test" }],
    ["an origin with a path", { client_id: clientId, origin: "https://partner.test/" }],
    ["an origin with a port", { client_id: clientId, origin: "https://partner.test:8443" }],
    ["plain http", { client_id: clientId, origin: "http://partner.test" }],
    ["capitals", { client_id: clientId, origin: "https://PARTNER.test" }],
    ["null", { client_id: clientId, origin: "null" }],
    ["anything", { client_id: clientId, origin: "*" }],
    ["a directive", { client_id: clientId, origin: "https://partner.test; frame-ancestors *" }],
    ["no origin", { client_id: clientId }],
    ["no client", { origin: site }],
    ["a client that was switched off", { client_id: clientId, origin: site }, { disabled: true }],
  ])("WB-07 refuses %s, on a page that nobody frames", async (_, query, about = {}) => {
    const { context, client } = await makeEmbedding({}, {}, about);
    const named = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, value === clientId ? client.clientId : value]),
    );
    const response = await frame(context, named);
    expect(response.status).toBe(400);
    expect(directive(response, "frame-ancestors")).toBe("'none'");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(await response.text()).not.toContain('id="embed"');
  });

  it("WB-07 refuses a client that registered itself, and one of another realm", async () => {
    const { context } = await makeEmbedding({ registration: "open" });
    const registered = await request(`${context.realm.issuer}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [`${site}/callback`] }),
    });
    const { client_id } = await registered.json<{ client_id: string }>();
    const foreign = await makeClient(await makeRealm());
    for (const id of [client_id, foreign.clientId])
      expect((await frame(context, { client_id: id, origin: site })).status).toBe(400);
  });

  it("refuses a parameter that comes twice", async () => {
    const { context, client } = await makeEmbedding();
    const query = new URLSearchParams({ client_id: client.clientId, origin: site });
    query.append("origin", "https://evil.test");
    const response = await request(`${context.realm.issuer}/embed?${query}`);
    expect(response.status).toBe(400);
  });

  it("stands on every domain of the realm, and asks for access only where the realm is embedded", async () => {
    const on = await makeEmbedding();
    const off = await makeEmbedding({ embedding: false });
    for (const { context, client } of [on, off])
      for (const host of context.realm.hosts) {
        const query = new URLSearchParams({ client_id: client.clientId, origin: site });
        const html = await (await request(`https://${host}/embed?${query}`)).text();
        expect(html.includes('id="embed-allow"')).toBe(context === on.context);
        expect(html).toContain(`data-client-id="${client.clientId}"`);
      }
  });
});

describe("the script for the client's page", () => {
  it("is small, may be kept and loaded from anywhere, and names its own host", async () => {
    const { context } = await makeEmbedding();
    for (const host of context.realm.hosts) {
      const response = await request(`https://${host}/embed.js`);
      const script = await response.text();
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "text/javascript; charset=utf-8",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "public, max-age=3600",
      });
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(new TextEncoder().encode(script).byteLength).toBeLessThan(3_000);
      expect(script).toContain(`const home = "https://${host}";`);
      expect(script).not.toContain('"*"');
    }
  });
});

describe("the window beside", () => {
  it("leads to the sign-in and back to a page that closes itself", async () => {
    const { context, cookie } = await makeEmbedding();
    const { issuer } = context.realm;
    const start = await request(`${issuer}/embed/sign-in`);
    const authenticate = new URL(start.headers.get("location") ?? "", issuer);
    const to = await request(authenticate.href);
    expect(to.headers.get("location")).toMatch(new RegExp(`^${issuer}/sign-in\\?`));

    const hop = await request(authenticate.href, { headers: { cookie: `qt-auth=${cookie}` } });
    const landed = await request(hop.headers.get("location") ?? "");
    expect([landed.status, landed.headers.get("location")]).toEqual([302, `${issuer}/embed/signed-in`]);
    expect(landed.headers.get("set-login")).toBe("logged-in");
    const end = await request(`${issuer}/embed/signed-in`, { headers: { cookie: `qt-auth=${cookie}` } });
    expect([end.status, end.headers.get("set-login")]).toEqual([200, "logged-in"]);
    expect(await end.text()).toContain("window.close()");
    expect((await request(`${issuer}/embed/signed-in`)).headers.get("location")).toBe("/embed/sign-in");
  });
});
