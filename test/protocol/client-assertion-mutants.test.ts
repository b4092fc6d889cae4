import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { utf8 } from "../../src/lib/base64url.ts";
import {
  assertionClaims,
  assertionFields,
  type ClientKey,
  makeAssertion,
  makeKey,
  makeSigningClient,
  nowSeconds,
} from "../support/assertions.ts";
import { part } from "../support/forgery.ts";
import { bareTokenRequest, expectOAuthError, tokenAnswer } from "../support/token-side.ts";
import { called, stubInternet } from "../support/upstream.ts";
import { makeClient, makeRealm, type TestClient } from "../support/world.ts";

const machine = { grant_types: ["client_credentials"], scopes: ["reports"] };

let context: RealmContext;
let stranger: RealmContext;
let key: ClientKey;
let rsa: ClientKey;
let other: ClientKey;
let client: TestClient;
beforeAll(async () => {
  const patient = { rate_limits: { wrong_secrets_per_address_per_minute: 10_000 } };
  [context, stranger] = [await makeRealm(patient), await makeRealm()];
  [key, rsa, other] = [await makeKey("ES256"), await makeKey("RS256"), await makeKey("ES256")];
  client = await makeSigningClient(context, key, { ...machine, jwks: { keys: [key.publicJwk, rsa.publicJwk] } });
  stubInternet();
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const present = (fields: Record<string, string | undefined>): Promise<Response> =>
  bareTokenRequest(context, { grant_type: "client_credentials", ...fields });
const signed = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, by = key) =>
  makeAssertion(context, client, by, claims, header);
const resigned = async (header: Record<string, unknown>) => {
  const [, claims = "", signature = ""] = (await signed()).split(".");
  return `${part(header)}.${claims}.${signature}`;
};
const symmetric = (secret: Uint8Array) =>
  new SignJWT(assertionClaims(context, client) as JWTPayload).setProtectedHeader({ alg: "HS256" }).sign(secret);

/** One thing is wrong with each. */
const mutants: [string, () => Promise<string> | string][] = [
  // Claims (RFC 7523 §3)
  ["no iss", () => signed({ iss: undefined })],
  ["another iss", () => signed({ iss: "somebody" })],
  ["no sub", () => signed({ sub: undefined })],
  ["another client's sub", () => signed({ sub: "somebody" })],
  ["iss and sub of nobody", () => signed({ iss: "nobody-at-all", sub: "nobody-at-all" })],
  ["the integration id", () => signed({ iss: String(client.integrationId), sub: String(client.integrationId) })],
  ["sub a number", () => signed({ iss: client.integrationId, sub: client.integrationId })],
  ["no aud", () => signed({ aud: undefined })],
  ["an empty aud", () => signed({ aud: [] })],
  ["aud of another server", () => signed({ aud: "https://else.example" })],
  ["aud of another realm", () => signed({ aud: stranger.realm.issuer })],
  ["aud with a slash more", () => signed({ aud: `${context.realm.issuer}/` })],
  ["two audiences, ours among them", () => signed({ aud: [context.realm.issuer, "https://else.example"] })],
  ["our audience twice", () => signed({ aud: [context.realm.issuer, `${context.realm.issuer}/token`] })],
  ["aud in a list in a list", () => signed({ aud: [[context.realm.issuer]] })],
  ["aud the client itself", () => signed({ aud: client.clientId })],
  ["no exp", () => signed({ exp: undefined })],
  ["exp as text", () => signed({ exp: String(nowSeconds() + 60) })],
  ["exp five minutes ago", () => signed({ exp: nowSeconds() - 300 })],
  ["exp eleven seconds ago", () => signed({ exp: nowSeconds() - 11 })],
  ["exp an hour ahead", () => signed({ exp: nowSeconds() + 3600 })],
  ["exp six minutes ahead", () => signed({ exp: nowSeconds() + 360 })],
  ["nbf 61 s ahead", () => signed({ nbf: nowSeconds() + 61 })],
  ["nbf as text", () => signed({ nbf: "0" })],
  ["iat 61 s ahead", () => signed({ iat: nowSeconds() + 61 })],
  ["iat null", () => signed({ iat: null })],
  ["no jti", () => signed({ jti: undefined })],
  ["an empty jti", () => signed({ jti: "" })],
  ["jti a number", () => signed({ jti: 17 })],
  ["a jti of 257 characters", () => signed({ jti: "x".repeat(257) })],
  // Header and signature (RFC 8725 §3)
  ["signed by another key", () => signed({}, {}, other)],
  ["signed by another key, under the right kid", () => signed({}, { kid: key.publicJwk.kid }, other)],
  ["signed by another key, without kid", () => signed({}, { kid: undefined }, other)],
  ["a kid that is not registered", () => signed({}, { kid: "nobody's" })],
  ["a kid that is no text", () => signed({}, { kid: 1 })],
  ["the kid of the other key", () => signed({}, { kid: rsa.publicJwk.kid })],
  ["the typ of an access token", () => signed({}, { typ: "at+jwt" })],
  ["the typ of a DPoP proof", () => signed({}, { typ: "dpop+jwt" })],
  ["an unknown critical header", () => signed({}, { crit: ["evil"], evil: 1 })],
  ["alg none", () => new UnsecuredJWT(assertionClaims(context, client) as JWTPayload).encode()],
  ["alg none over the old signature", () => resigned({ alg: "none", kid: key.publicJwk.kid })],
  ["alg ES384 over the old signature", () => resigned({ alg: "ES384", kid: key.publicJwk.kid })],
  ["alg PS256 over the old signature", () => resigned({ alg: "PS256", kid: rsa.publicJwk.kid })],
  ["no alg", () => resigned({ kid: key.publicJwk.kid })],
  ["HS256 with the client's secret", () => symmetric(utf8(client.secret))],
  ["HS256 with the public key as JWK", () => symmetric(utf8(JSON.stringify(key.publicJwk)))],
  ["HS256 with the public key's x", () => symmetric(utf8(key.publicJwk.x ?? ""))],
  [
    "the key sent along (jwk)",
    async () => signed({}, { kid: undefined, jwk: { ...other.publicJwk, kid: undefined } }, other),
  ],
  // Form
  ["no JWT", () => "x"],
  ["three dots", async () => `${await signed()}.`],
  ["a line break at the end", async () => `${await signed()}\n`],
  ["padding", async () => `${await signed()}=`],
  ["a claim changed under the signature", async () => (await signed()).replace(/\.[^.]+\./, `.${part({ iss: "x" })}.`)],
  ["no claims", async () => (await signed()).replace(/\.[^.]+\./, `.${part([])}.`)],
  ["nine thousand characters", () => signed({ more: "x".repeat(9000) })],
];

describe("TOK-08 whatever is wrong with an assertion is answered alike (RFC 7523 §3.2, RFC 8725 §3)", () => {
  it.each(mutants)("refuses %s", async (_name, make) => {
    const answer = await present(assertionFields(await make()));
    const text = await answer.clone().text();
    await expectOAuthError(answer, 401, "invalid_client");
    expect(JSON.parse(text)).toEqual({
      error: "invalid_client",
      error_description: "Client authentication failed.",
    });
  });

  it.each([
    ["no type", undefined],
    ["the type of a SAML assertion", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"],
    ["the type of a grant", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
  ])("refuses %s", async (_name, type) => {
    const assertion = await signed();
    await expectOAuthError(
      await present({ client_assertion: assertion, client_assertion_type: type }),
      401,
      "invalid_client",
    );
    await tokenAnswer(await present(assertionFields(assertion)));
  });

  it("refuses a type without an assertion", async () => {
    const fields = { ...assertionFields("x"), client_assertion: undefined, client_id: client.clientId };
    await expectOAuthError(await present(fields), 401, "invalid_client");
  });

  it("takes the registered algorithm alone where one is registered", async () => {
    const keys = { jwks: { keys: [key.publicJwk, rsa.publicJwk] } };
    const strict = await makeSigningClient(context, key, {
      ...machine,
      ...keys,
      token_endpoint_auth_signing_alg: "RS256",
    });
    const by = async (used: ClientKey) => present(assertionFields(await makeAssertion(context, strict, used)));
    await expectOAuthError(await by(key), 401, "invalid_client");
    await tokenAnswer(await by(rsa));
  });

  it("takes no key that is registered for something else", async () => {
    for (const use of [{ use: "enc" }, { alg: "PS256" }, { key_ops: ["encrypt"] }]) {
      const own = await makeKey("RS256");
      const odd = await makeClient(context, {
        ...machine,
        token_endpoint_auth_method: "private_key_jwt",
        jwks: { keys: [{ ...own.publicJwk, ...use }] },
      });
      const answer = await present(assertionFields(await makeAssertion(context, odd, own)));
      await expectOAuthError(answer, 401, "invalid_client");
    }
  });
});

describe("TOK-09 an assertion is good in its own realm, by its own keys (RFC 8725 §3.8, §3.10)", () => {
  it("is refused by another realm, though a client there has the same key", async () => {
    await makeSigningClient(stranger, key, machine);
    const assertion = await signed();
    const there = await bareTokenRequest(stranger, {
      grant_type: "client_credentials",
      ...assertionFields(assertion),
    });
    await expectOAuthError(there, 401, "invalid_client");
    await tokenAnswer(await present(assertionFields(assertion)));
  });

  it("is refused when signed with the key of another client of the realm", async () => {
    await makeSigningClient(context, other, machine);
    await expectOAuthError(await present(assertionFields(await signed({}, {}, other))), 401, "invalid_client");
  });

  const { host } = new URL("https://keys.attacker.example");
  it.each([
    ["jku", `https://${host}/jwks`],
    ["x5u", `https://${host}/chain`],
    ["x5c", ["MIIBszCCAVmgAwIBAgIUQw=="]],
    ["jwk", "https://keys.attacker.example"],
  ])("reads nothing from %s in the header", async (name, value) => {
    called.length = 0;
    await expectOAuthError(
      await present(assertionFields(await signed({}, { [name]: value, kid: undefined }, other))),
      401,
      "invalid_client",
    );
    await tokenAnswer(await present(assertionFields(await signed({}, { [name]: value }))));
    expect(called).toEqual([]);
  });

  it("is refused when signed with one of the realm's own keys", async () => {
    const realmKey = await context.realm.keys.signer("ES256");
    const assertion = await new SignJWT(assertionClaims(context, client) as JWTPayload)
      .setProtectedHeader({ alg: "ES256", kid: realmKey.kid })
      .sign(realmKey.key);
    await expectOAuthError(await present(assertionFields(assertion)), 401, "invalid_client");
  });

  it("is refused when signed with a key made up on the spot", async () => {
    const { privateKey } = await generateKeyPair("PS256");
    const assertion = await new SignJWT(assertionClaims(context, client) as JWTPayload)
      .setProtectedHeader({ alg: "PS256" })
      .sign(privateKey);
    await expectOAuthError(await present(assertionFields(assertion)), 401, "invalid_client");
  });
});
