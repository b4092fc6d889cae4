import { env } from "cloudflare:workers";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { rotateRealmKeys } from "../../src/domain/admin/realm-keys.ts";
import { realmAlgorithms } from "../../src/domain/keys/rotation.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { SigningKeyStore } from "../../src/storage/d1/signing-key-store.ts";
import { issued, refresh, reread, tokenAnswer, userinfo } from "../support/token-side.ts";
import { jsonBody, makeClient, makeRealm, request } from "../support/world.ts";

const keySet = async ({ realm }: RealmContext): Promise<JSONWebKeySet> =>
  (await request(`${realm.issuer}/jwks.json`)).json();

const advertised = async ({ realm }: RealmContext): Promise<unknown> => {
  const metadata = await (await request(`${realm.issuer}/.well-known/openid-configuration`)).json<
    Record<string, unknown>
  >();
  return metadata.id_token_signing_alg_values_supported;
};

/** A realm from before Ed25519 was offered. */
async function olderRealm(): Promise<RealmContext> {
  const context = await makeRealm();
  await env.DB.prepare("delete from signing_keys where realm_id = ? and algorithm = 'EdDSA'")
    .bind(context.realm.id)
    .run();
  return reread(context);
}

const rotateAll = async ({ realm, ring, clock }: RealmContext): Promise<void> => {
  const store = new SigningKeyStore(env.DB, realm.id);
  await rotateRealmKeys({ realm, store, ring, clock }, realmAlgorithms);
};

const register = ({ realm }: RealmContext, body: Record<string, unknown>): Promise<Response> =>
  request(
    `${realm.issuer}/admin/v1/realms/${realm.id}/clients`,
    jsonBody(
      { name: "New", redirect_uris: ["https://partner.test/callback"], ...body },
      { authorization: `Bearer ${env.ADMIN_TOKEN}` },
    ),
  );

describe("ID tokens signed with Ed25519 (RFC 8037 §3.1)", () => {
  it("JWT-01 verify with the published key, which is of the right kind and holds nothing private", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, { id_token_signed_response_alg: "EdDSA" });
    const { tokens, user } = await issued(context, client);
    const keys = await keySet(context);
    const { payload, protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys), {
      issuer: context.realm.issuer,
      audience: client.clientId,
      typ: "JWT",
    });
    expect(payload.sub).toBe(String(user.id));
    const jwk = keys.keys.find((key) => key.kid === protectedHeader.kid);
    expect(jwk).toEqual({
      kty: "OKP",
      crv: "Ed25519",
      x: expect.any(String),
      kid: protectedHeader.kid,
      alg: "EdDSA",
      use: "sig",
    });
  });

  it("JWT-01 have the left half of SHA-512 as at_hash (OIDC Core §3.1.3.6, RFC 8032 §5.1), at the code and at a refresh", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, { id_token_signed_response_alg: "EdDSA" });
    const { tokens } = await issued(context, client);
    for (const { id_token, access_token } of [
      tokens,
      await tokenAnswer(await refresh(context, client, tokens.refresh_token)),
    ]) {
      const { payload } = await jwtVerify(id_token, createLocalJWKSet(await keySet(context)));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", utf8(access_token)));
      expect(payload.at_hash).toBe(encodeBase64Url(digest.subarray(0, 32)));
    }
  });

  it("are taken back as hints, and access tokens stay ES256", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, { id_token_signed_response_alg: "EdDSA" });
    const { tokens } = await issued(context, client, { scope: "openid" });
    expect(decodeProtectedHeader(tokens.access_token).alg).toBe("ES256");
    expect((await request(`${context.realm.issuer}/end-session?id_token_hint=${tokens.id_token}`)).status).toBe(200);
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
  });
});

describe("realms from before", () => {
  it("META-08 do not advertise it, take no client for it, and sign with nothing else in its place", async () => {
    const context = await olderRealm();
    expect(await advertised(context)).toEqual(["ES256", "RS256"]);
    const refused = await register(context, { id_token_signed_response_alg: "EdDSA" });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ code: "invalid_client_metadata" });
    await expect(context.realm.keys.signer("EdDSA")).rejects.toMatchObject({ reason: "signing-key-unavailable" });
  });

  it("META-08 get their first keys by a rotation: one that signs, one that will", async () => {
    const context = await olderRealm();
    await rotateAll(context);
    const after = await reread(context);
    const kinds = after.realm.keys.rows.filter((key) => key.algorithm === "EdDSA").map((key) => key.status);
    expect(kinds.toSorted()).toEqual(["active", "next"]);
    expect(await advertised(after)).toEqual(["ES256", "RS256", "EdDSA"]);
    expect((await register(after, { id_token_signed_response_alg: "EdDSA" })).status).toBe(201);
    const client = await makeClient(after, { id_token_signed_response_alg: "EdDSA" });
    const { tokens } = await issued(after, client);
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe("EdDSA");
    await rotateAll(after);
    await jwtVerify(tokens.id_token, createLocalJWKSet(await keySet(after)));
  });

  it("META-08 have one key that signs after ten rotations at once", async () => {
    const context = await olderRealm();
    await Promise.all(Array.from({ length: 10 }, () => rotateAll(context)));
    const after = await reread(context);
    const kinds = after.realm.keys.rows.filter((key) => key.algorithm === "EdDSA").map((key) => key.status);
    expect(kinds.toSorted()).toEqual(["active", "next"]);
  });
});
