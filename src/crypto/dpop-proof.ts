/** The signed JWT of a DPoP proof: RFC 9449 §4.2. What it says is judged in domain/dpop/proof.ts. */
import { calculateJwkThumbprint, errors, importJWK, type JWK, type JWSHeaderParameters, jwtVerify } from "jose";
import { decodeBase64Url } from "../lib/base64url.ts";
import { isRecord } from "../lib/json.ts";
import { compactJws } from "./compact-jws.ts";

/** What proofs may be signed with (RFC 7518 §3.1, RFC 8037, RFC 9864): never with a secret, never with nothing. */
export const proofAlgorithms = ["ES256", "PS256", "RS256", "EdDSA", "Ed25519"] as const;
export type ProofAlgorithm = (typeof proofAlgorithms)[number];

/** Which part of a proof was not taken. */
export class DpopProofError extends Error {
  override readonly name = "DpopProofError";
  readonly kind: "malformed" | "algorithm" | "key" | "signature" | "times";

  constructor(kind: DpopProofError["kind"], cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

export interface SignedProof {
  /** Thumbprint of the key (RFC 7638, SHA-256, base64url). */
  readonly jkt: string;
  readonly algorithm: ProofAlgorithm;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Enough for an RSA key and signature of 4096 bits. */
const longestProofChars = 4096;

/** Verifies that the proof was signed with the key it holds; `exp` and `nbf` too where it has them. Throws DpopProofError. */
export async function verifyDpopProof(
  text: string,
  { now, toleranceSeconds }: { /** Milliseconds since the epoch. */ now: number; toleranceSeconds: number },
): Promise<SignedProof> {
  if (text.length > longestProofChars || !compactJws.test(text)) throw new DpopProofError("malformed");
  try {
    const { payload, protectedHeader } = await jwtVerify(text, (header) => importJWK(publicKeyOf(header), header.alg), {
      algorithms: [...proofAlgorithms],
      typ: "dpop+jwt",
      currentDate: new Date(now),
      clockTolerance: toleranceSeconds,
    });
    return {
      jkt: await calculateJwkThumbprint(publicKeyOf(protectedHeader)),
      algorithm: algorithmOf(protectedHeader),
      claims: payload,
    };
  } catch (cause) {
    throw asDpopProofError(cause);
  }
}

function asDpopProofError(cause: unknown): DpopProofError {
  if (cause instanceof DpopProofError) return cause;
  if (cause instanceof errors.JOSEAlgNotAllowed) return new DpopProofError("algorithm", cause);
  if (cause instanceof errors.JWSSignatureVerificationFailed) return new DpopProofError("signature", cause);
  if (cause instanceof errors.JWTExpired) return new DpopProofError("times", cause);
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim !== "typ")
    return new DpopProofError("times", cause);
  // A point that is on no curve, a modulus that is none: only the platform can tell.
  if (!(cause instanceof errors.JOSEError)) return new DpopProofError("key", cause);
  return new DpopProofError("malformed", cause);
}

function algorithmOf({ alg }: JWSHeaderParameters): ProofAlgorithm {
  const algorithm = proofAlgorithms.find((known) => known === alg);
  if (algorithm === undefined) throw new DpopProofError("algorithm");
  return algorithm;
}

/** What makes a key of one kind, and the bytes its members may have. Bounded: whoever sends a key chooses what it costs to use it. */
interface KeyShape {
  readonly kty: string;
  readonly crv?: string;
  readonly bytes: Readonly<Record<string, readonly [least: number, most: number]>>;
}

const rsa: KeyShape = { kty: "RSA", bytes: { n: [256, 512], e: [3, 3] } };
const ed25519: KeyShape = { kty: "OKP", crv: "Ed25519", bytes: { x: [32, 32] } };
const keyShapes: Record<ProofAlgorithm, KeyShape> = {
  ES256: { kty: "EC", crv: "P-256", bytes: { x: [32, 32], y: [32, 32] } },
  PS256: rsa,
  RS256: rsa,
  EdDSA: ed25519,
  Ed25519: ed25519,
};

/** RFC 7518 §6: whoever sends one of these has given the key away. */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** The members that make the public key, and no other: what else a `jwk` says of itself decides nothing. */
function publicKeyOf(header: JWSHeaderParameters): JWK {
  const { jwk } = header as { jwk?: unknown };
  const { kty, crv, bytes } = keyShapes[algorithmOf(header)];
  if (!isRecord(jwk) || jwk.kty !== kty || (crv !== undefined && jwk.crv !== crv)) throw new DpopProofError("key");
  if (secretMembers.some((name) => Object.hasOwn(jwk, name))) throw new DpopProofError("key");
  const members = Object.entries(bytes).map(([name, [least, most]]): [string, string] => {
    const value = jwk[name];
    const decoded = typeof value === "string" ? decodeBase64Url(value) : null;
    if (typeof value !== "string" || decoded === null || decoded.byteLength < least || decoded.byteLength > most)
      throw new DpopProofError("key");
    // A number without leading zeros, so that its bytes count its bits; and one key has one thumbprint (RFC 7518 §6.3.1).
    if (name === "n" && (decoded[0] ?? 0) < (decoded.byteLength === least ? 0x80 : 1)) throw new DpopProofError("key");
    return [name, value];
  });
  return { kty, ...(crv === undefined ? {} : { crv }), ...Object.fromEntries(members) };
}
