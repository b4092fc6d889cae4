import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { makeRealm, request } from "../support/world.ts";

const addresses = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks.json"];

const told = async (response: Response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
});

const nothingLater = { waitUntil: () => undefined } as unknown as ExecutionContext;

describe("metadata on the short way (RFC 8414 §3)", () => {
  it.each(addresses)("META-01 META-10 says at %s what the ordinary way says, cold and warm", async (address) => {
    const { realm } = await makeRealm();
    const url = `${realm.issuer}${address}`;
    const cold = await told(await request(url));
    const warm = await told(await request(url));
    const ordinary = await told(await app.fetch(new Request(url), env, nothingLater));
    expect(cold.status).toBe(200);
    expect(warm).toEqual(ordinary);
    expect(cold).toEqual(ordinary);
    expect(ordinary.headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
    });
  });

  it("takes nothing but the plain address and GET", async () => {
    const { realm } = await makeRealm();
    const url = `${realm.issuer}/jwks.json`;
    await request(url);
    expect((await request(url, { method: "HEAD" })).status).toBe(200);
    expect((await request(url, { method: "POST" })).status).toBe(405);
    expect((await request(`${url}/`)).status).toBe(404);
    expect((await request(`${realm.issuer}/constructor`)).status).toBe(404);
    const preflight = await request(url, { method: "OPTIONS", headers: { origin: "https://evil.test" } });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  });

  it("RE-19 serves nothing without usable secrets, to hosts that are known already either", async () => {
    const { realm } = await makeRealm();
    const url = `${realm.issuer}/jwks.json`;
    expect((await request(url)).status).toBe(200);
    const { default: worker } = await import("../../src/index.ts");
    const crippled = { ...env, ADMIN_TOKEN: "" } as typeof env;
    const answer = await worker.fetch(new Request(url), crippled, nothingLater);
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("keys");
  });
});
