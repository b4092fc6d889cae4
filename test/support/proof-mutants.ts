import { exportJWK, type JWK } from "jose";
import type { Reason } from "../../src/errors/reasons.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { makeProof, type ProofAbout, type ProofKey, proofClaims } from "./dpop.ts";
import { part, parts } from "./forgery.ts";

type Json = Record<string, unknown>;

/** Keys that proofs are made wrong with. Made once: RSA ones take their time. */
export interface MutantKeys {
  readonly own: ProofKey;
  readonly other: ProofKey;
  readonly rsa: ProofKey;
  readonly weak: ProofKey;
}

/** An RSA key of 1024 bits, which no library makes any more. */
export async function makeWeakKey(): Promise<ProofKey> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 1024,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  return {
    algorithm: "RS256",
    privateKey: pair.privateKey,
    jwk: await exportJWK(pair.publicKey),
    privateJwk: await exportJWK(pair.privateKey),
    jkt: "",
  };
}

const webCrypto: Record<string, SubtleCryptoSignAlgorithm> = {
  ES256: { name: "ECDSA", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5" },
};

/** A proof with exactly this header, signed with the key whatever the header says. */
async function signed(key: ProofKey, header: Json | string, claims: Json | string): Promise<string> {
  const input = `${part(header)}.${part(claims)}`;
  const algorithm = webCrypto[key.algorithm] ?? key.algorithm;
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, utf8(input));
  return `${input}.${encodeBase64Url(new Uint8Array(signature))}`;
}

async function hmacSigned(secret: string, header: Json, claims: Json): Promise<string> {
  const input = `${part(header)}.${part(claims)}`;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), algorithm, false, ["sign"]);
  return `${input}.${encodeBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(input))))}`;
}

/** The next letter of the alphabet of base64url in the last place: the same bytes, another text. */
const notCanonical = (text: string): string => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.at(-1) ?? "A") + 1]}`;
};

/** A header field, or several. */
type Proofs = string | string[];

export interface ProofMutant {
  readonly name: string;
  readonly proofs: Proofs;
  /** For what it is refused, and for nothing else: one thing is wrong with it, but for what follows from that. */
  readonly reason: Reason;
}

/** Proofs that RFC 9449 §4.3 has refused. */
export async function proofMutants(keys: MutantKeys, about: ProofAbout): Promise<ProofMutant[]> {
  const { own, other, rsa, weak } = keys;
  const good = () => makeProof(own, about);
  const claimed = (claims: Json) => makeProof(own, about, claims);
  const headed = (header: Json, key = own) => makeProof(key, about, {}, header);
  const { header, signature } = parts(await good());
  const claims = await proofClaims(about);
  const now = Math.floor(Date.now() / 1000);
  const { url, method = "POST" } = about;
  const { host, pathname } = new URL(url);
  const jwkWith = (changes: Json): JWK => ({ ...own.jwk, ...changes }) as JWK;
  const rsaWith = (changes: Json): JWK => ({ ...rsa.jwk, ...changes }) as JWK;
  const [h = "", p = "", s = ""] = (await good()).split(".");

  const made: Partial<Record<Reason, [string, Proofs | Promise<Proofs>][]>> = {
    "dpop-proof-malformed": [
      ["two proofs", Promise.all([good(), good()])],
      ["the same proof twice", Promise.all([good()]).then(([one = ""]) => [one, one])],
      ["two in one field", Promise.all([good(), good()]).then((both) => both.join(", "))],
      ["an empty field", ""],
      ["no JWT", "x"],
      ["no base64url", "%%%.%%%.%%%"],
      ["two parts", `${h}.${p}`],
      ["four parts", `${h}.${p}.${s}.`],
      ["five parts", `${h}.${p}.${s}.${p}.${s}`],
      ["padding", `${h}.${p}.${s}=`],
      ["flattened JSON serialization", JSON.stringify({ payload: p, protected: h, signature: s })],
      ["the scheme in front", `DPoP ${h}.${p}.${s}`],
      ["five thousand characters", claimed({ more: "x".repeat(5000) })],
      ["no typ", headed({ typ: undefined })],
      ["typ JWT", headed({ typ: "JWT" })],
      ["typ at+jwt", headed({ typ: "at+jwt" })],
      ["typ dpop", headed({ typ: "dpop" })],
      ["no alg", signed(own, { typ: "dpop+jwt", jwk: own.jwk }, claims)],
      ["alg none, no signature", `${part({ ...header, alg: "none" })}.${p}.`],
      ["unknown crit", signed(own, { ...header, crit: ["evil"], evil: 1 }, claims)],
      ["empty crit", signed(own, { ...header, crit: [] }, claims)],
      ["b64 false", signed(own, { ...header, crit: ["b64"], b64: false }, claims)],
      ["a header that is no JSON", signed(own, "x", claims)],
      ["a header that is a list", signed(own, "[]", claims)],
      ["no signature", `${h}.${p}.`],
      ["claims that are no object", signed(own, header, "[]")],
    ],
    "dpop-proof-algorithm-refused": [
      ["alg none, the old signature", `${part({ ...header, alg: "none" })}.${p}.${signature}`],
      ["alg nOnE", signed(own, { ...header, alg: "nOnE" }, claims)],
      ["alg es256", signed(own, { ...header, alg: "es256" }, claims)],
      ["alg ES384 with the P-256 key", signed(own, { ...header, alg: "ES384" }, claims)],
      ["HS256 with the public key as secret", hmacSigned(JSON.stringify(own.jwk), { ...header, alg: "HS256" }, claims)],
      [
        "HS256 with the secret inside",
        hmacSigned("secret", { typ: "dpop+jwt", alg: "HS256", jwk: { kty: "oct", k: part("secret") } }, claims),
      ],
    ],
    "dpop-proof-key-refused": [
      ["alg PS256 with the P-256 key", signed(own, { ...header, alg: "PS256" }, claims)],
      ["alg EdDSA with the P-256 key", signed(own, { ...header, alg: "EdDSA" }, claims)],
      ["no jwk", headed({ jwk: undefined })],
      ["jwk null", headed({ jwk: null })],
      ["jwk as text", headed({ jwk: JSON.stringify(own.jwk) })],
      ["jwk as a list", headed({ jwk: [own.jwk] })],
      ["kid in place of jwk", headed({ jwk: undefined, kid: own.jkt })],
      ["jku in place of jwk", headed({ jwk: undefined, jku: "https://evil.test/jwks.json" })],
      ["x5c in place of jwk", headed({ jwk: undefined, x5c: ["MIIBszCCARwCAQAw"] })],
      ["the private key (EC)", headed({ jwk: own.privateJwk })],
      ["the private key (RSA)", headed({ jwk: rsa.privateJwk }, rsa)],
      ["an empty private member", headed({ jwk: jwkWith({ d: "" }) })],
      ["a secret beside the public key", headed({ jwk: jwkWith({ k: "c2VjcmV0" }) })],
      ["a key of another kind", headed({ jwk: jwkWith({ kty: "OKP" }) })],
      ["a key of another curve", headed({ jwk: jwkWith({ crv: "P-384" }) })],
      ["a point on no curve", headed({ jwk: jwkWith({ x: own.jwk.y, y: own.jwk.x }) })],
      ["a coordinate too few", headed({ jwk: jwkWith({ y: undefined }) })],
      ["a coordinate that is a number", headed({ jwk: jwkWith({ x: 1 }) })],
      ["a coordinate written otherwise", headed({ jwk: jwkWith({ x: notCanonical(own.jwk.x ?? "") }) })],
      ["a coordinate with zeros in front", headed({ jwk: jwkWith({ x: `AAAA${own.jwk.x}` }) })],
      ["RSA of 1024 bits", signed(weak, { typ: "dpop+jwt", alg: "RS256", jwk: weak.jwk }, claims)],
      ["RSA of 2041 bits", headed({ jwk: rsaWith({ n: `A${rsa.jwk.n?.slice(1)}` }) }, rsa)],
      ["RSA of 5000 bits", headed({ jwk: rsaWith({ n: "x".repeat(836) }) }, rsa)],
      ["RSA with the exponent 1", headed({ jwk: rsaWith({ e: "AQ" }) }, rsa)],
      ["RSA with a huge exponent", headed({ jwk: rsaWith({ e: rsa.jwk.n }) }, rsa)],
    ],
    "dpop-proof-signature-wrong": [
      ["alg PS256 over a signature of RS256", signed(rsa, { typ: "dpop+jwt", alg: "PS256", jwk: rsa.jwk }, claims)],
      ["another key's signature", headed({ jwk: own.jwk }, other)],
      ["a signature with a bit turned", `${h}.${p}.${s[0] === "A" ? "B" : "A"}${s.slice(1)}`],
      ["r = s = 0", `${h}.${p}.${encodeBase64Url(new Uint8Array(64))}`],
      ["claims changed under the signature", `${h}.${part(await proofClaims(about))}.${s}`],
    ],
    "dpop-proof-without-name": [
      ["no jti", claimed({ jti: undefined })],
      ["an empty jti", claimed({ jti: "" })],
      ["jti as a number", claimed({ jti: 1 })],
      ["jti of 513 characters", claimed({ jti: "j".repeat(513) })],
    ],
    "dpop-proof-of-another-method": [
      ["no htm", claimed({ htm: undefined })],
      ["another htm", claimed({ htm: method === "GET" ? "POST" : "GET" })],
      ["htm in small letters", claimed({ htm: method.toLowerCase() })],
    ],
    "dpop-proof-of-another-address": [
      ["no htu", claimed({ htu: undefined })],
      ["htu as a list", claimed({ htu: [url] })],
      ["htu of another path", claimed({ htu: `${url}x` })],
      ["htu with a slash behind", claimed({ htu: `${url}/` })],
      ["htu by http", claimed({ htu: `http://${host}${pathname}` })],
      ["htu on another port", claimed({ htu: `https://${host}:8443${pathname}` })],
      ["htu on another host", claimed({ htu: `https://evil.test${pathname}` })],
      ["htu on a host with ours in front", claimed({ htu: `https://${host}.evil.test${pathname}` })],
      ["htu with our host as a user", claimed({ htu: `https://${host}@evil.test${pathname}` })],
      ["htu with a user", claimed({ htu: `https://user@${host}${pathname}` })],
      ["htu that is a path", claimed({ htu: pathname })],
      ["htu that is the origin", claimed({ htu: `https://${host}` })],
      ["htu of more than two thousand characters", claimed({ htu: `${url}?${"x".repeat(2050)}` })],
    ],
    "dpop-proof-not-recent": [
      ["no iat", claimed({ iat: undefined })],
      ["iat as text", signed(own, header, { ...claims, iat: String(now) })],
      ["iat an hour ago", claimed({ iat: now - 3600 })],
      ["iat in an hour", claimed({ iat: now + 3600 })],
      ["iat in milliseconds", claimed({ iat: now * 1000 })],
      ["iat 0", claimed({ iat: 0 })],
      ["iat too large for a number", signed(own, header, JSON.stringify(claims).replace(/"iat":\d+/, '"iat":1e999'))],
      ["exp in the past", claimed({ exp: now - 60 })],
      ["exp as text", signed(own, header, { ...claims, exp: String(now + 60) })],
      ["nbf to come", claimed({ nbf: now + 60 })],
    ],
  };
  const rows = Object.entries(made).flatMap(([reason, mutants]) =>
    mutants.map(async ([name, proofs]) => ({ name, proofs: await proofs, reason: reason as Reason })),
  );
  return Promise.all(rows);
}
