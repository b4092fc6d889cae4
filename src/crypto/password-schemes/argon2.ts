// Argon2id and argon2i in PHC strings: https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
import { type Argon2Parameters, type Argon2Variant, argon2id, argon2Limits } from "../argon2id.ts";
import { decodeBase64, equalBytes, type HashRefusal, isOfLength, type StoredPassword } from "./stored-password.ts";

/** OWASP's first choice for argon2id. Local runtimes do not enforce production's limits on PBKDF2; this needs none. */
export const currentParameters: Argon2Parameters = { memoryKib: 19_456, passes: 2, lanes: 1 };
export const saltBytes = 16;
export const hashBytes = 32;

/** The most that one stored hash may cost, beside memory: who can import hashes must not be able to stop the isolate. */
const mostPasses = 10;
const mostLanes = 4;

export const filledKib = ({ memoryKib, passes }: Argon2Parameters): number => memoryKib * passes;

const pattern =
  /^\$argon2(id|i)\$v=19\$m=([1-9]\d{0,8}),t=([1-9]\d{0,8}),p=([1-9]\d{0,8})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

export function argon2Scheme(text: string): StoredPassword | HashRefusal {
  const [, variant, m = "", t = "", p = "", salt64 = "", hash64 = ""] = pattern.exec(text) ?? [];
  const parameters = { memoryKib: Number(m), passes: Number(t), lanes: Number(p) };
  const salt = decodeBase64(salt64);
  const hash = decodeBase64(hash64);
  if (variant === undefined || !isOfLength(salt, 8, 64) || !isOfLength(hash, 16, 64)) return "password-hash-malformed";
  if (parameters.memoryKib < 8 * parameters.lanes) return "password-hash-malformed";
  if (!isAffordable(parameters)) return "password-hash-too-costly";
  return storedArgon2(variant === "i" ? "i" : "id", parameters, salt, hash);
}

const isAffordable = ({ memoryKib, passes, lanes }: Argon2Parameters): boolean =>
  memoryKib <= argon2Limits.memoryKib && passes <= mostPasses && lanes <= mostLanes;

export const storedArgon2 = (
  variant: Argon2Variant,
  parameters: Argon2Parameters,
  salt: Uint8Array,
  hash: Uint8Array,
): StoredPassword => ({
  filledKib: filledKib(parameters),
  isCurrent:
    variant === "id" &&
    parameters.memoryKib === currentParameters.memoryKib &&
    parameters.passes === currentParameters.passes &&
    parameters.lanes === currentParameters.lanes &&
    salt.byteLength === saltBytes &&
    hash.byteLength === hashBytes,
  matches: (password) => equalBytes(argon2id(password, salt, parameters, hash.byteLength, variant), hash),
});
