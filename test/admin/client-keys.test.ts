import { exportJWK, generateKeyPair } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url } from "../../src/lib/base64url.ts";
import { type ClientKey, makeKey, postSigned } from "../support/assertions.ts";
import { basicAuth, formBody, makeRealm, request } from "../support/world.ts";
import { done, type Json, operate } from "./support.ts";

let context: RealmContext;
let path: string;
let key: ClientKey;
beforeAll(async () => {
  context = await makeRealm();
  path = `/realms/${context.realm.id}/clients`;
  key = await makeKey("ES256");
});

const signs = { token_endpoint_auth_method: "private_key_jwt" };
const machine = { grant_types: ["client_credentials"], scopes: ["reports"] };
const grant = { grant_type: "client_credentials" };
const register = (body: Json) => done(201, operate("POST", path, { name: "Partner", ...body }));
const own = () => ({ jwks: { keys: [key.publicJwk] } });

const statusBySecret = async (client: Json): Promise<number> => {
  const init = formBody(grant);
  const authorization = basicAuth({ clientId: String(client.client_id), secret: String(client.client_secret) });
  const headers = { ...init.headers, authorization };
  return (await request(`${context.realm.issuer}/token`, { ...init, headers })).status;
};
const statusByKey = async (client: Json): Promise<number> =>
  (await postSigned(context, { clientId: String(client.client_id) }, key, "/token", grant)).status;

describe("a client that signs assertions (RFC 7591 §2)", () => {
  it("is registered with its public keys, and gets no secret", async () => {
    const client = await register({ ...signs, ...machine, ...own(), token_endpoint_auth_signing_alg: "ES256" });
    expect(client).not.toHaveProperty("client_secret");
    expect(client).toMatchObject({ ...signs, ...own(), token_endpoint_auth_signing_alg: "ES256" });
    expect(await statusByKey(client)).toBe(200);
    const rotated = await operate("POST", `${path}/${client.client_id}/rotate-secret`);
    expect([rotated.status, rotated.json.code]).toEqual([409, "secret-not-used"]);
  });

  it("is registered with the address of its keys", async () => {
    const jwks_uri = "https://partner.example.com/jwks.json";
    const client = await register({ ...signs, jwks_uri });
    expect(client).toMatchObject({ jwks_uri });
    expect(client).not.toHaveProperty("client_secret");
  });

  it("changes its keys, and the old ones are worth nothing", async () => {
    const client = await register({ ...signs, ...machine, ...own() });
    const next = await makeKey("ES256");
    const changed = await done(
      200,
      operate("PATCH", `${path}/${client.client_id}`, { jwks: { keys: [next.publicJwk] } }),
    );
    expect(changed.jwks).toEqual({ keys: [next.publicJwk] });
    expect(await statusByKey(client)).toBe(401);
  });

  it("loses its secret when it begins to sign, and has none when it stops", async () => {
    const client = await register(machine);
    expect(await statusBySecret(client)).toBe(200);
    await done(200, operate("PATCH", `${path}/${client.client_id}`, { ...signs, ...own() }));
    expect([await statusBySecret(client), await statusByKey(client)]).toEqual([401, 200]);
    await done(200, operate("PATCH", `${path}/${client.client_id}`, { token_endpoint_auth_method: null }));
    expect([await statusBySecret(client), await statusByKey(client)]).toEqual([401, 401]);
    const { client_secret } = await done(200, operate("POST", `${path}/${client.client_id}/rotate-secret`));
    expect(await statusBySecret({ ...client, client_secret })).toBe(200);
  });

  it("is named by its profile alone (FAPI 2.0)", async () => {
    const client = await register({ profile: "fapi2", ...own() });
    expect(client).not.toHaveProperty("client_secret");
    expect(client).toMatchObject({ profile: "fapi2", require_par: false, dpop_bound_access_tokens: false });
  });
});

describe("keys that a client may not have", () => {
  const weak = async () => {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 1024 };
    const exponent = { publicExponent: new Uint8Array([1, 0, 1]) };
    const pair = (await crypto.subtle.generateKey({ ...algorithm, ...exponent }, true, ["sign"])) as CryptoKeyPair;
    return exportJWK(pair.publicKey);
  };
  const keysOf = async (...jwks: unknown[]) => ({ jwks: { keys: await Promise.all(jwks) } });

  const faults: [string, () => Promise<Json> | Json, string, string][] = [
    ["none", () => ({}), "invalid_client_metadata", "jwks"],
    ["an empty set", () => keysOf(), "validation-failed", "jwks.keys"],
    [
      "21 of them",
      () => keysOf(...Array<unknown>(21).fill({ kty: "EC", crv: "P-256", x: "x" })),
      "validation-failed",
      "jwks.keys",
    ],
    ["a set as text", () => ({ jwks: JSON.stringify(own().jwks) }), "validation-failed", "jwks"],
    ["a private key", () => keysOf({ ...key.publicJwk, d: key.privateJwk.d }), "validation-failed", "jwks.keys.0"],
    ["a private member that is empty", () => keysOf({ ...key.publicJwk, d: "" }), "validation-failed", "jwks.keys.0"],
    ["a shared secret", () => keysOf({ kty: "oct", k: "c2VjcmV0" }), "validation-failed", "jwks.keys.0"],
    ["a key of no type", () => keysOf({ x: "x" }), "validation-failed", "jwks.keys.0.kty"],
    ["an unknown type", () => keysOf({ kty: "AKP", pub: "x" }), "validation-failed", "jwks.keys.0"],
    ["1024 bits of RSA", () => keysOf(weak()), "validation-failed", "jwks.keys.0"],
    [
      "8192 bits of RSA",
      () => keysOf({ kty: "RSA", e: "AQAB", n: encodeBase64Url(new Uint8Array(1024).fill(255)) }),
      "validation-failed",
      "jwks.keys.0",
    ],
    [
      "a large exponent",
      () => keysOf({ kty: "RSA", e: "AQABAQAB", n: encodeBase64Url(new Uint8Array(256).fill(255)) }),
      "validation-failed",
      "jwks.keys.0",
    ],
    ["two of one name", () => keysOf(key.publicJwk, key.publicJwk), "validation-failed", "jwks"],
    ["too much of them", () => keysOf({ ...key.publicJwk, more: "x".repeat(17_000) }), "validation-failed", "jwks"],
    ["keys for encryption alone", () => keysOf({ ...key.publicJwk, use: "enc" }), "invalid_client_metadata", "jwks"],
    [
      "keys for other algorithms alone",
      () => ({ ...own(), token_endpoint_auth_signing_alg: "PS256" }),
      "invalid_client_metadata",
      "jwks",
    ],
    [
      "keys and an address of keys",
      () => ({ ...own(), jwks_uri: "https://partner.example.com/jwks" }),
      "invalid_client_metadata",
      "jwks_uri",
    ],
    ["an address without TLS", () => ({ jwks_uri: "http://x.example/jwks" }), "invalid_client_metadata", "jwks_uri"],
    [
      "SS-01 an address by number",
      () => ({ jwks_uri: "https://169.254.169.254/" }),
      "invalid_client_metadata",
      "jwks_uri",
    ],
    ["SS-01 an internal name", () => ({ jwks_uri: "https://metadata/jwks" }), "invalid_client_metadata", "jwks_uri"],
    ["an address that is none", () => ({ jwks_uri: "jwks" }), "invalid_client_metadata", "jwks_uri"],
    [
      "a signature of no value",
      () => ({ ...own(), token_endpoint_auth_signing_alg: "none" }),
      "validation-failed",
      "token_endpoint_auth_signing_alg",
    ],
    [
      "a shared-key signature",
      () => ({ ...own(), token_endpoint_auth_signing_alg: "HS256" }),
      "validation-failed",
      "token_endpoint_auth_signing_alg",
    ],
  ];

  it.each(faults)("refuses %s", async (_name, make, code, field) => {
    const answer = await operate("POST", path, { name: "Bad", ...signs, ...(await make()) });
    expect([answer.status, answer.json.code]).toEqual([422, code]);
    expect(Object.keys(answer.json.errors as Json)).toEqual([field]);
    expect(answer.text).not.toContain(String(key.privateJwk.d));
  });

  it("refuses keys as the proof of a public client", async () => {
    const answer = await operate("POST", path, { name: "Bad", type: "public", ...signs, ...own() });
    expect(answer.json).toMatchObject({ code: "invalid_client_metadata" });
    expect(Object.keys(answer.json.errors as Json)).toEqual(["token_endpoint_auth_method"]);
  });
});

describe("PAR-14 what the profile rules out (FAPI 2.0 §5.3.2.1, §5.4.1)", () => {
  const byParts = { ...signs, require_par: true, dpop_bound_access_tokens: true };
  const faults: [string, Json, string][] = [
    ["a public client", { type: "public" }, "profile"],
    ["a secret", { token_endpoint_auth_method: "client_secret_basic" }, "token_endpoint_auth_method"],
    ["no PKCE", { require_pkce: false }, "require_pkce"],
    [
      "RS256 for assertions",
      { token_endpoint_auth_signing_alg: "RS256", jwks: "rsa" },
      "token_endpoint_auth_signing_alg",
    ],
    ["RS256 for ID tokens", { id_token_signed_response_alg: "RS256" }, "id_token_signed_response_alg"],
  ];

  it.each(faults)("%s", async (_name, changes, field) => {
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const given = changes.jwks === "rsa" ? { ...changes, jwks: { keys: [await exportJWK(publicKey)] } } : changes;
    const answer = await operate("POST", path, { name: "Bad", profile: "fapi2", ...own(), ...given });
    expect([answer.status, answer.json.code]).toEqual([422, "invalid_client_metadata"]);
    expect(Object.keys(answer.json.errors as Json)).toEqual([field]);
  });

  it("for a client that has its parts as for one that has its name", async () => {
    const answer = await operate("POST", path, { name: "Bad", ...byParts, ...own(), require_pkce: false });
    expect([answer.status, Object.keys(answer.json.errors as Json)]).toEqual([422, ["require_pkce"]]);
    const client = await register({ ...byParts, ...own() });
    const changed = await operate("PATCH", `${path}/${client.client_id}`, { id_token_signed_response_alg: "RS256" });
    expect([changed.status, Object.keys(changed.json.errors as Json)]).toEqual([422, ["id_token_signed_response_alg"]]);
  });
});
