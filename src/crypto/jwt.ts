import {
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from "jose";
import { limits } from "../config/limits.ts";
import { encodeBase64Url, encodeTextBase64Url, utf8, utf8ForNow } from "../lib/base64url.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { parseJson } from "../lib/json.ts";
import { compactJws } from "./compact-jws.ts";

/** Signature algorithms on offer (RFC 7518 §3.1, RFC 9864). Never a symmetric one, never `none`. */
export const signingAlgorithms = ["ES256", "RS256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** What a token is for, in its `typ` header (RFC 8725 §3.11): a token of one type is worth nothing as another. */
export type TokenType = "at+jwt" | "JWT" | "session+jwt" | "logout+jwt";

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: CryptoKey;
}

export type VerificationKey = SigningKey;

export type Claims = Readonly<Record<string, unknown>> & {
  readonly iat?: number;
  readonly exp?: number;
  readonly sub?: string;
};

/** `expired` is told from the rest, because clients act on it. */
export class JwtError extends Error {
  override readonly name = "JwtError";
  readonly kind: "malformed" | "signature" | "claims" | "expired";

  constructor(kind: JwtError["kind"], cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

const signatureParameters: Record<SigningAlgorithm, SubtleCryptoSignAlgorithm> = {
  ES256: { name: "ECDSA", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5" },
  EdDSA: { name: "Ed25519" },
};

/** A signed JWT in compact form (RFC 7515 §7.1). The claims are signed as given; `exp` and `iat` are the caller's. */
export async function signJwt(type: TokenType, claims: Record<string, unknown>, key: SigningKey): Promise<string> {
  const input = `${protectedHeader(type, key)}.${encodeTextBase64Url(JSON.stringify(claims))}`;
  const signature = await crypto.subtle.sign(signatureParameters[key.algorithm], key.key, utf8ForNow(input));
  return `${input}.${encodeBase64Url(new Uint8Array(signature))}`;
}

const protectedHeaders = new WeakMap<CryptoKey, Map<TokenType, string>>();

/** Encoded, and kept as long as the key: it is the same for every token of a type. */
function protectedHeader(type: TokenType, { algorithm, kid, key }: SigningKey): string {
  const ofKey = protectedHeaders.get(key) ?? new Map<TokenType, string>();
  const known = ofKey.get(type);
  if (known !== undefined) return known;
  const header = encodeTextBase64Url(JSON.stringify({ alg: algorithm, typ: type, kid }));
  protectedHeaders.set(key, ofKey.set(type, header));
  return header;
}

/** An HS256 JWT with a secret shared with its one reader. */
export function signWithSecret(claims: Record<string, unknown>, secret: string): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(utf8(secret));
}

export interface Expectations {
  readonly type: TokenType;
  readonly issuer: string;
  readonly audience?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly toleranceSeconds: number;
  /** An expired token is accepted, as id_token_hint allows (OIDC RP-Initiated Logout §2). */
  readonly allowExpired?: boolean;
}

const longestTokenChars = 8192;

/**
 * Verifies a compact JWT with the key its `kid` names among the realm's own; the header's other key hints are ignored.
 * Throws JwtError.
 */
export async function verifyJwt(
  token: string,
  findKey: (kid: string) => Promise<VerificationKey | null>,
  expected: Expectations,
): Promise<Claims> {
  const known = verified.get(token, 0);
  if (known !== undefined && isStillGood(known, await findKey(known.kid), expected)) return known.claims;
  if (token.length > longestTokenChars || !compactJws.test(token)) throw new JwtError("malformed");
  let used: VerificationKey | null = null;
  try {
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        used = typeof header.kid === "string" ? await findKey(header.kid) : null;
        if (used === null || used.algorithm !== header.alg) throw new JwtError("signature");
        return used.key;
      },
      {
        algorithms: [...signingAlgorithms],
        typ: expected.type,
        issuer: expected.issuer,
        ...(expected.audience === undefined ? {} : { audience: expected.audience }),
        currentDate: new Date(expected.now),
        clockTolerance: expected.allowExpired ? Number.MAX_SAFE_INTEGER : expected.toleranceSeconds,
        requiredClaims: ["exp", "iat", "sub"],
      },
    );
    if ((payload.iat ?? 0) > expected.now / 1000 + 60) throw new JwtError("claims");
    remember(token, expected.type, used, payload);
    return payload;
  } catch (cause) {
    if (cause instanceof JwtError) throw cause;
    if (cause instanceof errors.JWTExpired) throw new JwtError("expired", cause);
    if (cause instanceof errors.JWTClaimValidationFailed) throw new JwtError("claims", cause);
    if (cause instanceof errors.JWSSignatureVerificationFailed) throw new JwtError("signature", cause);
    throw new JwtError("malformed", cause);
  }
}

/** A token whose signature this isolate has found right, and what it was checked with. */
interface Verified {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly type: TokenType;
  readonly claims: Claims;
}

const verified = new BoundedCache<Verified>(limits.cachedTokens, Number.POSITIVE_INFINITY);

function remember(token: string, type: TokenType, used: VerificationKey | null, claims: Claims): void {
  if (used !== null) verified.set(token, { kid: used.kid, key: used.key, type, claims }, 0);
}

/**
 * Spares the signature, and nothing else: the key must still be the realm's and everything asked of the claims must plainly hold now.
 * Whatever is in doubt is looked at from the start.
 */
function isStillGood(known: Verified, key: VerificationKey | null, expected: Expectations): boolean {
  const { iss, aud, exp, nbf } = known.claims;
  const seconds = expected.now / 1000;
  return (
    key?.key === known.key &&
    known.type === expected.type &&
    iss === expected.issuer &&
    (expected.audience === undefined || aud === expected.audience) &&
    nbf === undefined &&
    typeof exp === "number" &&
    exp > seconds
  );
}

export interface GeneratedKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicJwk: PublicJwk;
  readonly privateJwk: string;
}

/** Public members only, with `kid`, `alg` and `use` (RFC 7517 §4). */
export type PublicJwk = Readonly<Record<string, string>>;

/** A new key pair: P-256, RSA 2048 bits, or Ed25519. */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<GeneratedKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)]);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    algorithm,
    publicJwk: { ...publicMembers(publicJwk), kid, alg: algorithm, use: "sig" },
    privateJwk: JSON.stringify(privateJwk),
  };
}

function publicMembers(jwk: JWK): PublicJwk {
  const members: Record<string, string> = {};
  for (const name of ["kty", "crv", "x", "y", "n", "e"] as const) {
    const value = jwk[name];
    if (typeof value === "string") members[name] = value;
  }
  return members;
}

/** Imports a public or private JWK for use with one algorithm. */
export async function importKey(jwk: PublicJwk | string, algorithm: SigningAlgorithm): Promise<CryptoKey> {
  const parsed = typeof jwk === "string" ? (parseJson(jwk) as JWK) : jwk;
  const key = await importJWK(parsed as JWK, algorithm);
  if (key instanceof Uint8Array) throw new TypeError("not an asymmetric key");
  return key;
}
