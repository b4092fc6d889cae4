import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { parts, resigned, signedByRealm } from "../support/forgery.ts";
import { introspection, isLive, issued, refresh, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, request, type TestClient, tokenRequest } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

let context: RealmContext;
let client: TestClient;
let token: string;
let machineToken: string;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  token = (await issued(context, client)).tokens.access_token;
  const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["openid"] });
  machineToken = (await tokenAnswer(await tokenRequest(context, machine, { grant_type: "client_credentials" })))
    .access_token;
});

const keySet = async (of: RealmContext): Promise<JSONWebKeySet> =>
  (await request(`${of.realm.issuer}/jwks.json`)).json();

describe("JWT access tokens (RFC 9068 §2)", () => {
  it("JWT-04 carry type, key, issuer, audience, times, client, scope and id, and nothing about the person", async () => {
    expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", typ: "at+jwt", kid: expect.any(String) });
    const claims = decodeJwt(token);
    expect(Object.keys(claims).sort()).toEqual(
      ["aud", "client_id", "exp", "gid", "iat", "iss", "jti", "scope", "sid", "sub"].sort(),
    );
    const { issuer } = context.realm;
    expect(claims).toMatchObject({ iss: issuer, aud: issuer, client_id: client.clientId });
    expect(claims.sub).toMatch(/^[0-9]{15,16}$/);
    expect(claims.scope).toBe("openid profile email offline_access");
    expect(String(claims.jti).length).toBeGreaterThanOrEqual(22);
  });

  it("JWT-07 live fifteen minutes at most, by default (RFC 9700 §2.2)", async () => {
    const { iat = 0, exp = 0 } = decodeJwt(token);
    expect(exp - iat).toBe(900);
  });

  it("JWT-10 have an id that no other has", async () => {
    const { tokens } = await issued(context, client);
    const ids = new Set([decodeJwt(tokens.access_token).jti]);
    let last = tokens;
    for (let count = 0; count < 20; count++) {
      last = await tokenAnswer(await refresh(context, client, last.refresh_token));
      ids.add(decodeJwt(last.access_token).jti);
    }
    for (let count = 0; count < 20; count++)
      ids.add(decodeJwt((await issued(context, client)).tokens.access_token).jti);
    expect(ids.size).toBe(41);
  });

  it("JWT-11 are signed with their own realm's key, whatever else goes on in the isolate", async () => {
    const realms = await Promise.all(Array.from({ length: 6 }, () => makeRealm()));
    const clients = await Promise.all(realms.map((realm) => makeClient(realm)));
    const flows = await Promise.all(
      realms.flatMap((realm, index) =>
        Array.from({ length: 8 }, async (_, round) => {
          const own = clients[index] as TestClient;
          const nonce = `nonce-${index}-${round}`;
          return { realm, own, nonce, ...(await issued(realm, own, { nonce })) };
        }),
      ),
    );
    expect(flows).toHaveLength(48);
    for (const { realm, own, nonce, user, tokens } of flows) {
      const keys = createLocalJWKSet(await keySet(realm));
      const about = { issuer: realm.realm.issuer, subject: String(user.id) };
      const { payload } = await jwtVerify(tokens.id_token, keys, { ...about, audience: own.clientId });
      expect(payload.nonce).toBe(nonce);
      await jwtVerify(tokens.access_token, keys, { ...about, audience: about.issuer, typ: "at+jwt" });
      for (const other of realms.filter((candidate) => candidate !== realm))
        await expect(jwtVerify(tokens.access_token, createLocalJWKSet(await keySet(other)))).rejects.toThrow();
    }
  });
});

const soon = () => Math.floor(Date.now() / 1000);

/** Genuinely signed, and still not an access token of this realm. */
type Changes = Record<string, unknown>;
const strangers: [string, Changes | (() => Changes), Changes?][] = [
  ["typ JWT", {}, { typ: "JWT" }],
  ["typ session+jwt", {}, { typ: "session+jwt" }],
  ["typ logout+jwt", {}, { typ: "logout+jwt" }],
  ["typ absent", {}, { typ: undefined }],
  ["typ a list", {}, { typ: ["at+jwt"] }],
  ["another issuer", { iss: "https://auth.other.test" }],
  ["the issuer with a slash", () => ({ iss: `${context.realm.issuer}/` })],
  ["no issuer", { iss: undefined }],
  ["another audience", { aud: "https://api.partner.test" }],
  ["a list of other audiences", () => ({ aud: ["https://api.partner.test", `${context.realm.issuer}/`] })],
  ["no audience", { aud: undefined }],
  ["no expiry", { exp: undefined }],
  ["an expiry as text", { exp: "9999999999" }],
  ["no time of issue", { iat: undefined }],
  ["issued ten minutes from now", { iat: soon() + 600 }],
  ["not valid before in ten minutes", { nbf: soon() + 600 }],
  ["no subject", { sub: undefined }],
  ["subject 0", { sub: "0" }],
  ["subject beyond 53 bits", { sub: "9007199254740993" }],
  ["a name as subject", { sub: "una" }],
  ["a number as subject", { sub: 7_000_000_000_000 }],
  ["no client", { client_id: undefined }],
  ["a client that does not exist", { client_id: "nobody-at-all" }],
  ["no id", { jti: undefined }],
  ["no scope", { scope: undefined }],
  ["scope as a list", { scope: ["openid"] }],
  ["an unknown grant", { gid: "0123456789abcdefghijkl" }],
  ["no grant", { gid: undefined }],
  ["no session", { sid: undefined }],
];

describe("JWT-05 JWT-06 JWT-07 what the realm signed for another purpose is refused (RFC 8725 §3.11, RFC 9068 §4)", () => {
  it("one that is merely signed anew is not", async () => {
    const again = await resigned(context, token, {});
    expect(again).not.toBe(token);
    expect(await isLive(context, client, again)).toBe(true);
    const several = await resigned(context, token, { aud: ["https://api.partner.test", context.realm.issuer] });
    expect(await isLive(context, client, several)).toBe(true);
  });

  it.each(strangers)("%s", async (_name, changes, header = {}) => {
    const changed = await resigned(context, token, typeof changes === "function" ? changes() : changes, header);
    expect(await isLive(context, client, changed)).toBe(false);
  });

  it("a client's own token does not become a user's by naming one", async () => {
    const { claims, header } = parts(machineToken);
    const { sub, gid, sid } = decodeJwt(token);
    expect((await userinfo(context, await signedByRealm(context, header, { ...claims, sub }))).status).toBe(401);
    const borrowed = await signedByRealm(context, header, { ...claims, gid, sid });
    expect((await userinfo(context, borrowed)).status).toBe(401);
  });

  it("a user's grant does not work for another user's id", async () => {
    const other = await issued(context, client);
    const mixed = await resigned(context, token, { sub: String(other.user.id) });
    expect((await userinfo(context, mixed)).status).toBe(401);
    expect(await introspection(context, client, mixed)).toEqual({ active: false });
  });
});

describe("JWT-07 time (RFC 7519 §4.1.4)", () => {
  it("ends to the second, and the caller is told that it is over", async () => {
    const realm = await makeRealm({ access_token_ttl_seconds: 60 });
    const own = await makeClient(realm);
    travel(0);
    const { tokens } = await issued(realm, own);
    const end = (decodeJwt(tokens.access_token).exp ?? 0) * 1000;
    vi.setSystemTime(end - 1);
    expect(await isLive(realm, own, tokens.access_token)).toBe(true);
    vi.setSystemTime(end);
    expect(await introspection(realm, own, tokens.access_token)).toEqual({ active: false });
    const response = await userinfo(realm, tokens.access_token);
    expect(response.status).toBe(401);
    expect(response.headers.get("x-error-code")).toBe("access-token-expired");
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });
});
