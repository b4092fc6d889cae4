/** The public keys that a client registers: RFC 7517, RFC 7591 §2. */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { decodeBase64Url } from "../../lib/base64url.ts";
import { isRecord, jsonBytes } from "../../lib/json.ts";

/** What clients may sign assertions with. `Ed25519` is RFC 9864's name of what RFC 8037 calls `EdDSA`: either is taken for the other. */
export const assertionAlgorithms = ["ES256", "PS256", "RS256", "EdDSA", "Ed25519"] as const;
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number];

/** FAPI 2.0 Security Profile §5.4.1. */
export const fapiAlgorithms: readonly AssertionAlgorithm[] = ["ES256", "PS256", "EdDSA", "Ed25519"];

/** RFC 7518 §6: what nobody but the owner of the key may know. */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const keyTypes = ["EC", "RSA", "OKP"];

const publicKey = z
  .looseObject({ kty: z.string(), kid: z.string().min(1).max(256).optional(), alg: z.string().optional() })
  .superRefine((key, issue) => {
    const problem = publicKeyProblem(key);
    if (problem !== null) issue.addIssue({ code: "custom", message: problem });
  });

/** A key set as a client registers it inline. Too many keys, too long a set, or a key that is not public alone: refused. */
export const publicKeySet = z
  .strictObject({ keys: z.array(publicKey).min(1).max(20) })
  .refine((set) => jsonBytes(set) <= limits.clientKeysBytes, `must not exceed ${limits.clientKeysBytes} bytes of JSON`)
  .refine(({ keys }) => {
    const kids = keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
    return new Set(kids).size === kids.length;
  }, "names two keys alike");

/** What is wrong with a key, or null. Sizes are bounded on both sides: weak ones prove nothing, huge ones cost every request. */
function publicKeyProblem(key: Readonly<Record<string, unknown>>): string | null {
  const secret = secretMembers.find((member) => Object.hasOwn(key, member));
  if (secret !== undefined)
    return `holds the private member ${secret}: register public keys only, and replace this one`;
  if (typeof key.kty !== "string" || !keyTypes.includes(key.kty)) return "is not a public key of type EC, RSA or OKP";
  if (key.kty === "RSA") return rsaProblem(key);
  return typeof key.crv === "string" && typeof key.x === "string" ? null : "lacks crv or x";
}

function rsaProblem({ n, e }: Readonly<Record<string, unknown>>): string | null {
  const modulus = typeof n === "string" ? decodeBase64Url(n) : null;
  const exponent = typeof e === "string" ? decodeBase64Url(e) : null;
  if (modulus === null || exponent === null) return "lacks n or e";
  if (modulus.byteLength < 256 || modulus.byteLength > 512) return "is not of 2048 to 4096 bits";
  return exponent.byteLength > 4 ? "has too large an exponent" : null;
}

/** The keys of a set that may verify a signature of this algorithm and name; those not fit to be used are passed over. */
export function signingKeys(
  keys: readonly unknown[],
  alg: AssertionAlgorithm,
  kid?: string | undefined,
): Record<string, unknown>[] {
  return keys.filter(
    (key): key is Record<string, unknown> =>
      isRecord(key) &&
      fits(key, alg) &&
      (kid === undefined || key.kid === undefined || key.kid === kid) &&
      (key.use === undefined || key.use === "sig") &&
      (!Array.isArray(key.key_ops) || key.key_ops.includes("verify")) &&
      publicKeyProblem(key) === null,
  );
}

function fits(key: Readonly<Record<string, unknown>>, alg: AssertionAlgorithm): boolean {
  if (typeof key.alg === "string" && !sameAlgorithm(key.alg, alg)) return false;
  if (alg === "ES256") return key.kty === "EC" && key.crv === "P-256";
  if (alg === "EdDSA" || alg === "Ed25519") return key.kty === "OKP" && key.crv === "Ed25519";
  return key.kty === "RSA";
}

const oneName = (algorithm: string): string => (algorithm === "Ed25519" ? "EdDSA" : algorithm);

export const sameAlgorithm = (one: string, other: string): boolean => oneName(one) === oneName(other);
