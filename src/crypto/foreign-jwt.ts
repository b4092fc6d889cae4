import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { isRecord } from "../lib/json.ts";
import { compactJws } from "./compact-jws.ts";

/** What others may sign with (RFC 7518 §3.1, RFC 9864). Never a secret that both know, never nothing. */
export const foreignAlgorithms = [
  ...["ES256", "ES384", "ES512"],
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["EdDSA", "Ed25519"],
] as const;

/** Why somebody else's token was not taken. `unknown-key`: none of the keys is the one it names. */
export class ForeignJwtError extends Error {
  override readonly name = "ForeignJwtError";
  readonly kind: "malformed" | "unknown-key" | "signature" | "claims" | "expired";

  constructor(kind: ForeignJwtError["kind"], cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

/** The published keys of somebody else (RFC 7517 §5). Imported ones are kept in here. */
export type ForeignKeys = ReturnType<typeof createLocalJWKSet>;

/** Null when it is no key set. */
export function parseForeignKeys(jwks: unknown): ForeignKeys | null {
  if (!isRecord(jwks) || !Array.isArray(jwks.keys)) return null;
  try {
    return createLocalJWKSet(jwks as unknown as JSONWebKeySet);
  } catch {
    return null;
  }
}

interface ForeignExpectations {
  readonly issuer: string;
  /** The token is made out to one of these. */
  readonly audiences: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly toleranceSeconds: number;
}

const longestTokenChars = 16_384;

/** Whether a text has the form of a signed JWT; nothing is said about what is in it. */
export const looksLikeJwt = (text: string): boolean => compactJws.test(text);

/**
 * Verifies somebody else's ID token: signature, type, `iss`, `aud`, `exp`, `iat`. What is left to check is the caller's.
 * Throws ForeignJwtError.
 */
export async function verifyForeignIdToken(
  token: string,
  keys: ForeignKeys,
  { issuer, audiences, now, toleranceSeconds }: ForeignExpectations,
): Promise<JWTPayload> {
  if (token.length > longestTokenChars || !compactJws.test(token)) throw new ForeignJwtError("malformed");
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: [...foreignAlgorithms],
      issuer,
      audience: [...audiences],
      currentDate: new Date(now),
      clockTolerance: toleranceSeconds,
      requiredClaims: ["exp", "iat", "sub"],
    });
    // The same issuer signs access and logout tokens with the same keys (RFC 8725 §3.11).
    if (protectedHeader.typ !== undefined && !/^(?:application\/)?jwt$/i.test(protectedHeader.typ))
      throw new ForeignJwtError("claims");
    if ((payload.iat ?? 0) > now / 1000 + 60) throw new ForeignJwtError("claims");
    return payload;
  } catch (cause) {
    throw asForeignJwtError(cause);
  }
}

function asForeignJwtError(cause: unknown): ForeignJwtError {
  if (cause instanceof ForeignJwtError) return cause;
  if (cause instanceof errors.JWKSNoMatchingKey) return new ForeignJwtError("unknown-key", cause);
  if (cause instanceof errors.JWTExpired) return new ForeignJwtError("expired", cause);
  if (cause instanceof errors.JWTClaimValidationFailed) return new ForeignJwtError("claims", cause);
  if (cause instanceof errors.JWSSignatureVerificationFailed) return new ForeignJwtError("signature", cause);
  return new ForeignJwtError("malformed", cause);
}
