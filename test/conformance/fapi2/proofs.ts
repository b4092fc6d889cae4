import { createHash, randomUUID } from "node:crypto";
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";

export interface KeyPair {
  readonly algorithm: "ES256" | "RS256";
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** RFC 7638. */
  readonly thumbprint: string;
}

export async function makeKeyPair(algorithm: KeyPair["algorithm"] = "ES256"): Promise<KeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
  return { algorithm, privateKey, publicJwk, privateJwk, thumbprint: await calculateJwkThumbprint(publicJwk) };
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Members to set or, when undefined, to leave out. */
export type Members = Readonly<Record<string, unknown>>;

/** Signs what it is given, right or wrong, with this key. */
function sign(key: KeyPair, header: Members, claims: Members): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader({ alg: key.algorithm, ...header }).sign(key.privateKey);
}

/** A client's assertion: RFC 7523 §3, FAPI 2.0 Security Profile §5.3.2.1. */
export function clientAssertion(
  key: KeyPair,
  clientId: string,
  issuer: string,
  changes: Members = {},
): Promise<string> {
  const now = nowSeconds();
  const claims = { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60, ...changes };
  return sign(key, { kid: key.thumbprint, typ: "JWT" }, claims);
}

export interface ProofChanges {
  readonly header?: Members;
  readonly claims?: Members;
  /** Who signs, and whose public key is in the proof unless `header` says otherwise. */
  readonly key?: KeyPair;
}

/** A DPoP proof for one request: RFC 9449 §4.2. */
export function dpopProof(
  key: KeyPair,
  request: { method: string; url: URL; accessToken?: string; nonce?: string | undefined },
  changes: ProofChanges = {},
): Promise<string> {
  const signer = changes.key ?? key;
  const claims = {
    jti: randomUUID(),
    htm: request.method,
    htu: `${request.url.origin}${request.url.pathname}`,
    iat: nowSeconds(),
    ...(request.accessToken === undefined ? {} : { ath: sha256(request.accessToken) }),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    ...changes.claims,
  };
  return sign(signer, { typ: "dpop+jwt", jwk: signer.publicJwk, ...changes.header }, claims);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
