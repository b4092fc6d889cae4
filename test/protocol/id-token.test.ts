import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { acrOf } from "../../src/domain/authorization/acr.ts";
import { clientMetadataSchema } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { travel } from "../support/clock.ts";
import { resigned } from "../support/forgery.ts";
import { issued, refresh, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, redeem, request } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

const keySet = async (context: RealmContext): Promise<JSONWebKeySet> =>
  (await request(`${context.realm.issuer}/jwks.json`)).json();

/** Checks the signature with the platform's own cryptography, beside the library that made it. */
async function verifyByHand(keys: JSONWebKeySet, token: string): Promise<boolean> {
  const { kid, alg } = decodeProtectedHeader(token);
  const jwk = keys.keys.find((key) => key.kid === kid);
  if (jwk === undefined) return false;
  const algorithm =
    alg === "RS256" ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", jwk as JsonWebKey, algorithm, false, ["verify"]);
  const [header = "", claims = "", signature = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return crypto.subtle.verify({ ...algorithm, hash: "SHA-256" }, key, bytes, utf8(`${header}.${claims}`));
}

const idTokenClaims = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"];

describe("ID tokens (OIDC Core §2)", () => {
  it.each(["ES256", "RS256"])("JWT-01 signed %s verify against the key set, by two implementations", async (alg) => {
    const context = await makeRealm();
    const client = await makeClient(context, { id_token_signed_response_alg: alg });
    const { tokens } = await issued(context, client);
    const keys = await keySet(context);
    const { protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys), {
      issuer: context.realm.issuer,
      audience: client.clientId,
      algorithms: [alg],
    });
    expect(protectedHeader).toEqual({ alg, typ: "JWT", kid: expect.any(String) });
    expect(await verifyByHand(keys, tokens.id_token)).toBe(true);
    expect(await verifyByHand(keys, tokens.access_token)).toBe(true);
    expect(await verifyByHand(keys, `${tokens.id_token.split(".", 2).join(".")}.AAAA`)).toBe(false);
  });

  it("JWT-01 UI-06 say who, for whom, when and how, and no more about the person (§5.4)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    travel(0);
    const { user, sid, cookie } = await signedInUser(context, { name: "Una", roles: ["admin"] });
    const signedInAt = Math.floor(Date.now() / 1000);
    travel(5);
    const { code, verifier } = await obtainCode(context, client, cookie, {
      scope: "openid profile email phone address roles",
      nonce: "n-1",
    });
    const tokens = await redeem(context, client, code, verifier);
    const claims = decodeJwt(tokens.id_token);
    expect(Object.keys(claims).sort()).toEqual(idTokenClaims);
    expect(claims).toMatchObject({
      iss: context.realm.issuer,
      sub: String(user.id),
      aud: client.clientId,
      iat: signedInAt + 5,
      exp: signedInAt + 5 + 900,
      auth_time: signedInAt,
      nonce: "n-1",
      amr: ["pwd"],
      acr: acrOf(["pwd"]),
      sid,
    });
    expect(JSON.stringify(claims)).not.toContain("Una");
  });

  it("JWT-01 carry the left half of the access token's hash (§3.1.3.6)", async () => {
    const context = await makeRealm();
    const { tokens } = await issued(context, await makeClient(context));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(tokens.access_token)));
    expect(decodeJwt(tokens.id_token).at_hash).toBe(encodeBase64Url(digest.slice(0, 16)));
  });

  it.each([["a".repeat(64)], ["a".repeat(384)], ['"<&>é😀+%20 '], [undefined]])(
    "AZ-07 repeat nonce %s exactly, and none that was not sent",
    async (nonce) => {
      const context = await makeRealm();
      const { tokens } = await issued(context, await makeClient(context), { nonce });
      expect(decodeJwt(tokens.id_token).nonce).toBe(nonce);
      expect("nonce" in decodeJwt(tokens.id_token)).toBe(nonce !== undefined);
    },
  );

  it("are given for the scope openid only (§3.1.2.1)", async () => {
    const context = await makeRealm();
    const { tokens } = await issued(context, await makeClient(context), { scope: "profile email" });
    expect(tokens).not.toHaveProperty("id_token");
  });

  it("JWT-02 cannot be asked for unsigned or with a shared secret (RFC 8725 §3.2)", () => {
    for (const alg of ["none", "HS256", "RS384", "PS256", "es256", ""])
      expect(clientMetadataSchema.safeParse({ id_token_signed_response_alg: alg }).success).toBe(false);
  });
});

describe("RT-11 a refreshed ID token (OIDC Core §12.2)", () => {
  it("is about the same sign-in, issued later, without nonce", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    travel(0);
    const { tokens } = await issued(context, client, { nonce: "once" });
    const first = decodeJwt(tokens.id_token);
    travel(100);
    const renewed = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    const second = decodeJwt(renewed.id_token);
    const same = ({ iss, sub, aud, auth_time, amr, sid }: JWTPayload) => ({ iss, sub, aud, auth_time, amr, sid });
    expect(same(second)).toEqual(same(first));
    expect(second.iat).toBe((first.iat ?? 0) + 100);
    expect(second).not.toHaveProperty("nonce");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(renewed.access_token)));
    expect(second.at_hash).toBe(encodeBase64Url(digest.slice(0, 16)));
  });
});

describe("AZ-13 an ID token as a hint (OIDC Core §3.1.2.1)", () => {
  it("is taken when it has expired, and never for another user's sign-in", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const una = await issued(context, client);
    const ben = await issued(context, client);
    travel(3600);
    const hint = { id_token_hint: una.tokens.id_token, prompt: "none" };
    await obtainCode(context, client, una.cookie, hint);
    await expect(obtainCode(context, client, ben.cookie, hint)).rejects.toThrow(/error=login_required/);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
    ["typed as an access token", {}, { typ: "at+jwt" }],
    ["typed as a session", {}, { typ: "session+jwt" }],
    ["typed as a logout token", {}, { typ: "logout+jwt" }],
    ["without a type", {}, { typ: undefined }],
    ["of another issuer", { iss: "https://auth.other.test" }],
    ["without audience", { aud: undefined }],
    ["for several audiences", { aud: ["a", "b"] }],
    ["of nobody", { sub: undefined }],
    ["of no user id", { sub: "una" }],
    ["from tomorrow", { iat: Math.floor(Date.now() / 1000) + 86_400 }],
  ])("is refused %s, however genuine its signature", async (_name, changes, header = {}) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { cookie, tokens } = await issued(context, client);
    const hint = await resigned(context, tokens.id_token, changes, header);
    await expect(obtainCode(context, client, cookie, { id_token_hint: hint })).rejects.toThrow(/error=invalid_request/);
    const left = await request(`${context.realm.issuer}/end-session?id_token_hint=${hint}`, {
      headers: { cookie: `qt-auth=${cookie}` },
    });
    expect(left.status).toBe(400);
    await obtainCode(context, client, cookie, { prompt: "none" });
  });
});
