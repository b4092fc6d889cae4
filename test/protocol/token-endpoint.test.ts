import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { reasons } from "../../src/errors/reasons.ts";
import { expectOAuthError, redemption, signedInUser } from "../support/token-side.ts";
import { basicAuth, formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

const mounts = ["", "/v1", "/api/auth/v1/oauth"];
const postOnly = ["/token", "/revoke", "/introspect", "/par", "/device_authorization"];
/** All but the one that has no parameter of its own which must be there. */
const needingParameters = postOnly.filter((path) => path !== "/device_authorization");
const everywhere = mounts.flatMap((mount) => postOnly.map((path) => `${mount}${path}`));
const formType = "application/x-www-form-urlencoded";

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, {
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    scopes: ["openid", "reports"],
  });
});

const send = (path: string, init: RequestInit, headers: Record<string, string> = {}): Promise<Response> =>
  request(`${context.realm.issuer}${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), authorization: basicAuth(client), ...headers },
  });

const post = (path: string, body: BodyInit, contentType = formType): Promise<Response> =>
  send(path, { method: "POST", body, headers: { "content-type": contentType } });

describe("TOK-01 methods and bodies (RFC 6749 §3.2)", () => {
  // A browser may bring a one-time sign-in token there by GET (contract §1); that is another endpoint.
  const hop = "/api/auth/v1/oauth/token";
  const methods = ["GET", "HEAD", "PUT", "DELETE", "PATCH"];
  const refused = everywhere.flatMap((path) => methods.map((method) => ({ method, path })));
  it.each(refused.filter(({ method, path }) => path !== hop || method !== "GET"))(
    "$method $path answers 405 and names POST",
    async ({ method, path }) => {
      const response = await send(path, { method });
      expect(response.status).toBe(405);
      if (method !== "HEAD" || path !== hop)
        expect(response.headers.get("allow")).toBe(path === hop ? "GET, POST" : "POST");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.getSetCookie()).toEqual([]);
    },
  );

  it.each(mounts)("is the same endpoint under %s/", async (mount) => {
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, cookie, { scope: "openid" });
    const spend = (under: string) => send(`${under}/token`, formBody(redemption(client, code, verifier)));
    expect((await spend(mount)).status).toBe(200);
    for (const other of mounts) await expectOAuthError(await spend(other), 400, "invalid_grant");
  });

  it.each(needingParameters)("%s reads nothing from the query", async (path) => {
    const query = "grant_type=client_credentials&token=x";
    await expectOAuthError(await send(`${path}?${query}`, formBody({})), 400, "invalid_request");
  });

  const otherTypes = ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml", ""];
  it.each(postOnly.flatMap((path) => otherTypes.map((type) => [path, type])))(
    "%s refuses a body of type %s",
    async (path = "", type = "") => {
      const body =
        type === "application/json" ? '{"grant_type":"client_credentials"}' : "grant_type=client_credentials";
      await expectOAuthError(await post(path, new TextEncoder().encode(body), type), 400, "invalid_request");
    },
  );

  it("takes a form whose type is written in capitals or with a charset", async () => {
    for (const type of ["Application/X-WWW-Form-URLEncoded", `${formType};charset=UTF-8`])
      expect((await post("/token", "grant_type=client_credentials", type)).status).toBe(200);
  });

  const notUtf8 = { "a lone byte": [0xff, 0xfe], "half a sign": [0xe2, 0x82], "a surrogate": [0xed, 0xa0, 0x80] };
  it.each(Object.entries(notUtf8))(
    "refuses a body that is not UTF-8: %s, with and without its length",
    async (_, bytes) => {
      const body = new Uint8Array([...new TextEncoder().encode("grant_type=client_credentials&x="), ...bytes]);
      await expectOAuthError(await post("/token", body), 400, "invalid_request");
      await expectOAuthError(await post("/token", new Blob([body]).stream()), 400, "invalid_request");
    },
  );

  it("takes signs beyond ASCII, escaped or not, and escaped the one for none", async () => {
    for (const value of ["é😀", encodeURIComponent("é😀\uFFFD")])
      expect((await post("/token", `grant_type=client_credentials&x=${value}`)).status).toBe(200);
  });
});

describe("TOK-13 parameters (RFC 6749 §3.2)", () => {
  it("ignores unknown ones and empty ones", async () => {
    const body = "grant_type=client_credentials&extra=1&__proto__=x&constructor=y&scope=";
    expect((await post("/token", body)).status).toBe(200);
  });

  it.each(
    postOnly.flatMap((path) => ["grant_type", "scope", "token", "client_id", "whatever"].map((name) => [path, name])),
  )("%s refuses a repeated %s, also when one is empty or both are alike", async (path = "", name = "") => {
    const rest = name === "grant_type" ? "token=t" : "grant_type=client_credentials";
    for (const pair of [`${name}=a&${name}=b`, `${name}=a&${name}=a`, `${name}=&${name}=a`, `${name}=a&${name}=`])
      await expectOAuthError(await post(path, `${rest}&${pair}`), 400, "invalid_request");
  });

  it("refuses ten thousand parameters", async () => {
    const body = Array.from({ length: 10_000 }, (_, index) => `p${index}`).join("&");
    await expectOAuthError(await post("/token", body), 400, "invalid_request");
  });

  it.each(postOnly)("%s answers 413 to a megabyte, with and without its length", async (path) => {
    const megabyte = `token=${"x".repeat(1_000_000)}`;
    const withLength = await post(path, megabyte);
    const chunked = await post(path, new Blob(Array(40).fill("y".repeat(25_000))).stream());
    for (const response of [withLength, chunked]) await expectOAuthError(response, 413, "body-too-large");
  });

  it("takes a small body without a length", async () => {
    expect((await post("/token", new Blob(["grant_type=client_credentials"]).stream())).status).toBe(200);
  });
});

describe("TOK-02 TOK-03 errors (RFC 6749 §5.2)", () => {
  const branches: [string, Record<string, string>, number, string][] = [
    ["no grant_type", {}, 400, "invalid_request"],
    ["an unknown grant_type", { grant_type: "magic" }, 400, "unsupported_grant_type"],
    ["no code", { grant_type: "authorization_code" }, 400, "invalid_request"],
    ["an unknown code", { grant_type: "authorization_code", code: "x" }, 400, "invalid_grant"],
    ["no refresh token", { grant_type: "refresh_token" }, 400, "invalid_request"],
    ["an unknown refresh token", { grant_type: "refresh_token", refresh_token: "x" }, 400, "invalid_grant"],
    ["a scope it may not have", { grant_type: "client_credentials", scope: "admin" }, 400, "invalid_scope"],
    ["a malformed scope", { grant_type: "client_credentials", scope: '"' }, 400, "invalid_scope"],
    ["hostile text", { grant_type: '<script>"\r\nset-cookie: a=b' }, 400, "unsupported_grant_type"],
  ];

  it.each(branches)(
    "are JSON of the standard's form for %s, also to a browser",
    async (_name, fields, status, error) => {
      await expectOAuthError(await send("/token", formBody(fields)), status, error);
      const navigation = { accept: "text/html", "sec-fetch-mode": "navigate" };
      await expectOAuthError(await send("/token", formBody(fields), navigation), status, error);
    },
  );

  it("never become a page at an endpoint for programs", async () => {
    const navigation = { accept: "text/html", "sec-fetch-mode": "navigate" };
    for (const path of everywhere)
      await expectOAuthError(
        await send(path, formBody({ token: "x".repeat(100_000) }), navigation),
        413,
        "body-too-large",
      );
    for (const path of ["/token", "/userinfo", "/jwks.json"]) {
      const response = await send(path, { method: "PUT" }, navigation);
      await expectOAuthError(response, 405, "method-not-allowed");
    }
  });

  it("have descriptions of allowed characters only, every one of them (RFC 6749 §5.2, RFC 6750 §3)", () => {
    for (const [reason, { code, message }] of Object.entries(reasons)) {
      expect(message, reason).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
      expect(code, reason).toMatch(/^[A-Za-z_-]+$/);
    }
  });
});
