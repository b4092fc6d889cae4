import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  checkAccessToken,
  checkDiscovery,
  checkForeignIntrospection,
  checkIdToken,
  checkIntrospection,
  checkKeys,
  checkPerson,
  checkReturn,
  checkSession,
  checkUserInfo,
  readKeys,
} from "../../scripts/soak/checks.mjs";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function realmOf(name: string) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: name }] };
  const issuer = `http://auth.${name}.localhost`;
  const token = (claims: Record<string, unknown>): string => {
    const input = `${encode({ alg: "ES256", kid: name })}.${encode({ iss: issuer, exp: Date.now() / 1000 + 60, ...claims })}`;
    const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${input}.${signature.toString("base64url")}`;
  };
  return { issuer, jwks, keys: readKeys(jwks), token };
}

const realm = realmOf("morning");
const other = realmOf("evening");
const client = { id: "web", redirectUri: "https://web.test/callback" };
const user = { id: 7, email: "una@soak.localhost", name: "Una" };
const accessToken = "an access token";
const half = createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
const idClaims = { aud: "web", sub: "7", nonce: "n-1", at_hash: half };
const accessClaims = { aud: realm.issuer, sub: "7", client_id: "web", scope: "openid" };
const context = { realm, client, user, others: [other], nonce: "n-1", state: "s-1", accessToken, scope: "openid" };
const broken = (token: string): string => `${token.slice(0, -6)}${token.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA"}`;

describe("the checker of the soak", () => {
  it("RE-12 lets right answers through", () => {
    checkIdToken(realm.token(idClaims), context);
    checkAccessToken(realm.token(accessClaims), context);
    checkSession(realm.token({ sub: "7" }), context);
    expect(checkReturn(`${client.redirectUri}?code=c&state=s-1&iss=${realm.issuer}`, context)).toBe("c");
    checkIntrospection({ active: true, iss: realm.issuer, client_id: "web", sub: "7" }, context);
    checkForeignIntrospection({ active: false });
    checkUserInfo({ sub: "7", email: user.email, name: user.name }, context);
    checkPerson({ user }, context);
    checkDiscovery({ issuer: realm.issuer, token_endpoint: `${realm.issuer}/token` }, context);
    checkKeys(realm.jwks, context);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["an ID token of another user", () => checkIdToken(realm.token({ ...idClaims, sub: "8" }), context), /sub/],
    ["an ID token for another client", () => checkIdToken(realm.token({ ...idClaims, aud: "app" }), context), /aud/],
    [
      "an ID token of another request",
      () => checkIdToken(realm.token({ ...idClaims, nonce: "n-2" }), context),
      /nonce/,
    ],
    [
      "an ID token without the nonce",
      () => checkIdToken(realm.token({ ...idClaims, nonce: undefined }), context),
      /nonce/,
    ],
    [
      "an ID token of another access token",
      () => checkIdToken(realm.token({ ...idClaims, at_hash: "x" }), context),
      /at_hash/,
    ],
    ["an ID token of another realm", () => checkIdToken(other.token(idClaims), context), /no key of this realm/],
    [
      "an ID token that says it is of another realm",
      () => checkIdToken(realm.token({ ...idClaims, iss: other.issuer }), context),
      /iss/,
    ],
    ["an ID token with a broken signature", () => checkIdToken(broken(realm.token(idClaims)), context), /signature/],
    ["an ID token that has expired", () => checkIdToken(realm.token({ ...idClaims, exp: 1 }), context), /expired/],
    ["no token", () => checkAccessToken(undefined, context), /no JWT/],
    [
      "an access token of another user",
      () => checkAccessToken(realm.token({ ...accessClaims, sub: "8" }), context),
      /sub/,
    ],
    [
      "an access token of another client",
      () => checkAccessToken(realm.token({ ...accessClaims, client_id: "app" }), context),
      /client_id/,
    ],
    [
      "an access token for others",
      () => checkAccessToken(realm.token({ ...accessClaims, aud: other.issuer }), context),
      /aud/,
    ],
    [
      "an access token with more scopes",
      () => checkAccessToken(realm.token({ ...accessClaims, scope: "openid roles" }), context),
      /scope/,
    ],
    [
      "a user's token in place of the client's",
      () => checkAccessToken(realm.token(accessClaims), { ...context, user: null }),
      /sub/,
    ],
    ["a session of another user", () => checkSession(realm.token({ sub: "8" }), context), /sub/],
    ["a session of another realm", () => checkSession(other.token({ sub: "7" }), context), /no key of this realm/],
    [
      "a return to another client",
      () => checkReturn(`https://app.test/callback?code=c&state=s-1&iss=${realm.issuer}`, context),
      /address/,
    ],
    [
      "a return with another state",
      () => checkReturn(`${client.redirectUri}?code=c&state=s-2&iss=${realm.issuer}`, context),
      /state/,
    ],
    [
      "a return of another issuer",
      () => checkReturn(`${client.redirectUri}?code=c&state=s-1&iss=${other.issuer}`, context),
      /iss/,
    ],
    [
      "a return with an error",
      () => checkReturn(`${client.redirectUri}?error=x&state=s-1&iss=${realm.issuer}`, context),
      /no code/,
    ],
    ["a token that is not active", () => checkIntrospection({ active: false }, context), /active/],
    [
      "a token of another user",
      () => checkIntrospection({ active: true, iss: realm.issuer, client_id: "web", sub: "8" }, context),
      /sub/,
    ],
    ["a foreign token that is told about", () => checkForeignIntrospection({ active: true, sub: "7" }), /foreign/],
    [
      "more than nothing about a foreign token",
      () => checkForeignIntrospection({ active: false, sub: "7" }),
      /foreign/,
    ],
    ["claims of another user", () => checkUserInfo({ sub: "8", email: user.email, name: user.name }, context), /sub/],
    ["another user's address", () => checkPerson({ user: { ...user, email: "x" } }, context), /email/],
    ["nobody", () => checkPerson({ user: undefined }, context), /id/],
    ["another realm's document", () => checkDiscovery({ issuer: other.issuer }, context), /issuer/],
    [
      "an endpoint of another realm",
      () => checkDiscovery({ issuer: realm.issuer, jwks_uri: `${other.issuer}/jwks.json` }, context),
      /jwks_uri/,
    ],
    ["another realm's keys", () => checkKeys(other.jwks, context), /not published/],
    [
      "another realm's key beside its own",
      () => checkKeys({ keys: [...realm.jwks.keys, ...other.jwks.keys] }, context),
      /another realm/,
    ],
    [
      "a private key",
      () => checkKeys({ keys: [{ ...realm.jwks.keys[0], kid: "morning", d: "x" }] } as never, context),
      /private/,
    ],
  ])("RE-12 notices %s", (_, check, complaint) => {
    expect(check).toThrow(complaint);
  });
});
