import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizePath, type Issued, issued, postAs, redemption, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, request, type TestClient, tokenRequest } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let who: Issued;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  who = await issued(context, client, {}, { email: "una.private@example.test", name: "Una Private" });
});

const authorize = async (parameters: Record<string, string> = {}): Promise<Response> =>
  request(`${context.realm.issuer}${await authorizePath(client, parameters)}`, {
    headers: { cookie: `qt-auth=${who.cookie}` },
  });

describe("CODE-15 a code on its way (RFC 9700 §4.2.4)", () => {
  it.each(["query", "fragment"])("by %s: told to no referrer and kept in no cache", async (mode) => {
    const response = await authorize({ response_mode: mode });
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get("location") ?? "");
    const answer = mode === "query" ? location.searchParams : new URLSearchParams(location.hash.slice(1));
    expect([...answer.keys()].sort()).toEqual(["code", "iss"]);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe("");
  });

  it("by form_post: in a page that loads nothing and says nothing to anybody but the client", async () => {
    const state = '"><script>alert(1)</script>';
    const response = await authorize({ response_mode: "form_post", state });
    // The page must tell its origin, or the client could not check where the form came from; its address it tells nobody.
    expect(response.headers.get("referrer-policy")).toBe("strict-origin");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("location")).toBeNull();
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toMatch(/form-action 'self' https:\/\/partner\.test(?:;|$)/);
    const page = await response.text();
    expect(page).not.toContain("<script>alert");
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(page).toMatch(/name="code" value="[A-Za-z0-9_-]{43}"/);
  });

  it("is written into no log when a request with it fails", async () => {
    const written = ["error", "warn", "log", "info", "debug"].map((level) =>
      vi.spyOn(console, level as "error").mockImplementation(() => {}),
    );
    const { code, verifier } = await obtainCode(context, client, who.cookie);
    await tokenRequest(context, client, { ...redemption(client, code, verifier), code_verifier: "wrong" });
    await tokenRequest(context, { ...client, secret: "wrong" }, redemption(client, code, verifier));
    await postAs(context, client, "/revoke", { token: "" });
    await userinfo(context, `${who.tokens.access_token}x`);
    const lines = JSON.stringify(written.map((spy) => spy.mock.calls));
    vi.restoreAllMocks();
    for (const secret of [code, verifier, client.secret, who.tokens.access_token]) expect(lines).not.toContain(secret);
  });
});

describe("JWT-09 tokens and cookies say no more than they must (OWASP ASVS 14.1.1)", () => {
  it("name the person by number only", () => {
    expect(Object.keys(decodeJwt(who.cookie)).sort()).toEqual(["exp", "iat", "iss", "sid", "sub"]);
    for (const token of [who.cookie, who.tokens.access_token, who.tokens.id_token, who.tokens.refresh_token])
      for (const part of token.split(".")) {
        const readable = atob(
          part
            .replaceAll("-", "+")
            .replaceAll("_", "/")
            .replaceAll(/[^A-Za-z0-9+/]/g, ""),
        );
        expect(readable).not.toMatch(/private|una/i);
      }
  });
});

describe("WB-02 every answer of the token side carries the house's headers", () => {
  it("nosniff, no-referrer and HSTS, errors included", async () => {
    for (const response of [
      await tokenRequest(context, client, {}),
      await postAs(context, client, "/introspect", { token: "x" }),
      await postAs(context, client, "/revoke", { token: "x" }),
      await userinfo(context, "x"),
      await request(`${context.realm.issuer}/jwks.json`),
      await request(`${context.realm.issuer}/token`),
      await authorize(),
      await authorize({ client_id: "nobody-at-all" }),
    ]) {
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
      expect(response.headers.get("strict-transport-security")).toMatch(/^max-age=[0-9]{8}; includeSubDomains$/);
      expect(response.headers.get("server")).toBeNull();
      expect(response.headers.get("x-powered-by")).toBeNull();
    }
  });
});
