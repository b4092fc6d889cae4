import { CompactEncrypt, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { expect } from "vitest";
import type { PublicJwk, SigningAlgorithm } from "../../src/crypto/jwt.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";

type Json = Record<string, unknown>;

export const part = (value: unknown): string =>
  encodeBase64Url(utf8(typeof value === "string" ? value : JSON.stringify(value)));

export function parts(token: string): { header: Json; claims: Json; signature: string } {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const read = (text: string): Json => JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/"))) as Json;
  return { header: read(header), claims: read(claims), signature };
}

/** A token with the realm's own, genuine signature over whatever header and claims are given. */
export async function signedByRealm(context: RealmContext, header: Json | string, claims: Json): Promise<string> {
  const { key } = await context.realm.keys.signer("ES256");
  const input = `${part(header)}.${part(claims)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, utf8(input));
  return `${input}.${encodeBase64Url(new Uint8Array(signature))}`;
}

/** The genuine token with some claims changed or, when undefined, left out; signed by the realm again. */
export function resigned(
  context: RealmContext,
  token: string,
  changes: Json,
  headerChanges: Json = {},
): Promise<string> {
  const { header, claims } = parts(token);
  return signedByRealm(context, { ...header, ...headerChanges }, { ...claims, ...changes });
}

async function hmac(secret: Uint8Array, input: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return encodeBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(input))));
}

/** Ways of using a public key as the secret of HS256. */
async function publicKeyAsSecret(jwk: PublicJwk, token: string): Promise<[string, string][]> {
  const { claims } = parts(token);
  const key = await importJWK(jwk, jwk.alg, { extractable: true });
  if (key instanceof Uint8Array) throw new Error("not a public key");
  const pem = await exportSPKI(key);
  const coordinates = `${jwk.x ?? jwk.n ?? ""}${jwk.y ?? ""}`;
  const secrets: [string, Uint8Array][] = [
    ["PEM", utf8(pem)],
    ["PEM without its last line break", utf8(pem.trim())],
    ["DER", new Uint8Array((await crypto.subtle.exportKey("spki", key)) as ArrayBuffer)],
    ["JWK", utf8(JSON.stringify(jwk))],
    ["JWK as exported", utf8(JSON.stringify(await exportJWK(key)))],
    ["numbers", utf8(coordinates)],
    ["kid", utf8(jwk.kid ?? "")],
  ];
  const input = `${part({ alg: "HS256", typ: parts(token).header.typ, kid: jwk.kid })}.${part(claims)}`;
  return Promise.all(
    secrets.map(
      async ([name, secret]): Promise<[string, string]> => [
        `HS256 with the ${jwk.alg} key's ${name}`,
        `${input}.${await hmac(secret, input)}`,
      ],
    ),
  );
}

/**
 * The forgery matrix of RFC 8725 §2 for one genuine token: what somebody can make who has the token, the realm's public keys and
 * keys of their own. `stranger` is another realm of the deployment.
 */
export async function forgeries(
  context: RealmContext,
  stranger: RealmContext,
  token: string,
): Promise<[string, string][]> {
  const { header, claims, signature } = parts(token);
  const [h = "", p = ""] = token.split(".");
  const attacker = await generateKeyPair("ES256", { extractable: true });
  const attackerJwk = { ...(await exportJWK(attacker.publicKey)), alg: "ES256", use: "sig" };
  const byAttacker = (extra: Json) =>
    new SignJWT(claims).setProtectedHeader({ ...header, alg: "ES256", ...extra }).sign(attacker.privateKey);
  const byStranger = async (algorithm: SigningAlgorithm, kid: unknown) => {
    const key = await stranger.realm.keys.signer(algorithm);
    return new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: algorithm, kid: kid === undefined ? key.kid : String(kid) })
      .sign(key.key);
  };
  const jwks = context.realm.keys.published(Date.now());
  const rsa = jwks.find((jwk) => jwk.alg === "RS256");
  const ec = jwks.find((jwk) => jwk.kid === header.kid);
  if (rsa === undefined || ec === undefined) throw new Error("the realm lacks a key");
  const otherEc = jwks.find((jwk) => jwk.alg === "ES256" && jwk.kid !== header.kid);
  const withHeader = (value: unknown) => `${part(value)}.${p}.${signature}`;
  const encrypted = await new CompactEncrypt(utf8(token))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A128GCM", cty: "JWT" })
    .encrypt(await importJWK(ec, "ECDH-ES"));

  const made: [string, string | Promise<string>][] = [
    ...["none", "None", "nOnE", "NONE", ""].flatMap((alg): [string, string][] => [
      [`alg ${alg}, no signature`, `${part({ ...header, alg })}.${p}.`],
      [`alg ${alg}, the old signature`, withHeader({ ...header, alg })],
    ]),
    ["alg none, without kid", `${part({ alg: "none", typ: header.typ })}.${p}.`],
    [
      "alg none twice over",
      `${part(`{"alg":"ES256","kid":"${header.kid}","typ":"${header.typ}","alg":"none"}`)}.${p}.`,
    ],
    ["empty signature", `${h}.${p}.`],
    ["no signature part", `${h}.${p}`],
    ["r = s = 0 (CVE-2022-21449)", `${h}.${p}.${encodeBase64Url(new Uint8Array(64))}`],
    ["63 bytes of signature", `${h}.${p}.${encodeBase64Url(new Uint8Array(63).fill(1))}`],
    ["signature with a bit turned", `${h}.${p}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`],
    ["claims changed under the old signature", `${h}.${part({ ...claims, sub: "1" })}.${signature}`],
    ...["RS256", "PS256", "ES384", "ES512", "EdDSA", "HS256", "ES256K", "es256"].map((alg): [string, string] => [
      `alg ${alg} over the old signature`,
      withHeader({ ...header, alg }),
    ]),
    ["alg RS256 with the RSA key's kid", withHeader({ ...header, alg: "RS256", kid: rsa.kid })],
    ["alg ES256 with the RSA key's kid", withHeader({ ...header, kid: rsa.kid })],
    ["kid of the key that will sign next", withHeader({ ...header, kid: otherEc?.kid })],
    ...(await publicKeyAsSecret(ec, token)),
    ...(await publicKeyAsSecret(rsa, token)),
    ["another realm's key and kid", byStranger("ES256", undefined)],
    ["another realm's key under this realm's kid", byStranger("ES256", header.kid)],
    ["another realm's RSA key", byStranger("RS256", undefined)],
    ["another realm's RSA key under this realm's kid", byStranger("RS256", rsa.kid)],
    ["an attacker's key under the realm's kid", byAttacker({})],
    ["an attacker's key without kid", byAttacker({ kid: undefined })],
    ...["../../dev/null", "/etc/passwd", "' or 1=1--", "https://evil.test/k", "__proto__", "constructor", ""].map(
      (kid): [string, Promise<string>] => [`an attacker's key, kid ${kid}`, byAttacker({ kid })],
    ),
    ["kid as a list", withHeader({ ...header, kid: [header.kid] })],
    ["kid as an object", withHeader({ ...header, kid: { toString: header.kid } })],
    ["kid as a number", withHeader({ ...header, kid: 0 })],
    ["the attacker's key inside (jwk)", byAttacker({ jwk: attackerJwk })],
    ["the attacker's key inside, no kid", byAttacker({ jwk: attackerJwk, kid: undefined })],
    ["the attacker's key set (jku)", byAttacker({ jku: "https://evil.test/jwks.json", kid: "evil" })],
    ["the attacker's certificate (x5u)", byAttacker({ x5u: "https://evil.test/cert.pem" })],
    ["the attacker's certificate inside (x5c)", byAttacker({ x5c: ["MIIBszCCARwCAQAw"] })],
    ["zip", byAttacker({ zip: "DEF" })],
    ["unknown crit, genuine signature", signedByRealm(context, { ...header, crit: ["evil"], evil: 1 }, claims)],
    ["b64 false, genuine signature", signedByRealm(context, { ...header, crit: ["b64"], b64: false }, claims)],
    ["empty crit, genuine signature", signedByRealm(context, { ...header, crit: [] }, claims)],
    ["encrypted to the realm's own key (JWE)", encrypted],
    ["five parts", `${token}.${p}.${signature}`],
    ["four parts", `${token}.`],
    ["general JSON serialization", JSON.stringify({ payload: p, signatures: [{ protected: h, signature }] })],
    ["flattened JSON serialization", JSON.stringify({ payload: p, protected: h, signature })],
    ["padding", `${token}=`],
    ["a blank before", ` ${token}`],
    ["a line break after", `${token}\n`],
    ["a list as claims", signedByRealm(context, header, [claims] as unknown as Json)],
    ["no JSON as header", `${part("x")}.${p}.${signature}`],
    ["no base64url", "%%%.%%%.%%%"],
    ["twenty thousand characters", `${h}.${part({ ...claims, x: "x".repeat(15_000) })}.${signature}`],
  ];
  const all = await Promise.all(made.map(async ([name, text]): Promise<[string, string]> => [name, await text]));
  expect(all.length).toBeGreaterThan(70);
  return all;
}
