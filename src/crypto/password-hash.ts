// Passwords at rest: argon2id in PHC strings, https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
import { decodeBase64Url, encodeBase64Url } from "../lib/base64url.ts";
import { type Argon2Parameters, argon2id, argon2Limits } from "./argon2id.ts";
import { encodePassword } from "./password-text.ts";

declare const brand: unique symbol;
/** A PHC string made here, with today's parameters. */
export type PasswordHash = string & { readonly [brand]: "PasswordHash" };

export interface PasswordVerdict {
  readonly ok: boolean;
  /** True only for a right password whose hash was made with other parameters than today's. */
  readonly needsRehash: boolean;
}

/** OWASP's first choice for argon2id. Local runtimes do not enforce production's limits on PBKDF2; this needs none. */
export const currentParameters: Argon2Parameters = { memoryKib: 19_456, passes: 2, lanes: 1 };
const saltBytes = 16;
const hashBytes = 32;

/** The most that one stored hash may cost, beside memory: who can import hashes must not be able to stop the isolate. */
const mostPasses = 10;
const mostLanes = 4;

/** A hash that was read from storage. */
interface StoredPassword {
  /** What checking costs, in KiB filled by argon2: memory times passes. Other schemes say their measured equal. */
  readonly filledKib: number;
  readonly isCurrent: boolean;
  matches(password: Uint8Array): boolean | Promise<boolean>;
}

type Scheme = (phc: string) => StoredPassword | null;

/** Which hashes can be verified, by PHC identifier. Each takes the whole string, and answers null to what it refuses. */
const schemes: ReadonlyMap<string, Scheme> = new Map([["argon2id", parseArgon2id]]);

const argon2idPattern =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,5}),t=([1-9]\d?),p=([1-9])\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parseArgon2id(phc: string): StoredPassword | null {
  const [, m = "", t = "", p = "", salt64 = "", hash64 = ""] = argon2idPattern.exec(phc) ?? [];
  const parameters = { memoryKib: Number(m), passes: Number(t), lanes: Number(p) };
  const salt = decodeBase64(salt64);
  const hash = decodeBase64(hash64);
  if (salt === null || hash === null || !isAffordable(parameters)) return null;
  if (salt.byteLength < 8 || salt.byteLength > 64 || hash.byteLength < 16 || hash.byteLength > 64) return null;
  return stored(parameters, salt, hash);
}

const isAffordable = ({ memoryKib, passes, lanes }: Argon2Parameters): boolean =>
  memoryKib >= 8 * lanes &&
  memoryKib <= argon2Limits.memoryKib &&
  passes <= mostPasses &&
  lanes >= 1 &&
  lanes <= mostLanes;

const stored = (parameters: Argon2Parameters, salt: Uint8Array, hash: Uint8Array): StoredPassword => ({
  filledKib: filledKib(parameters),
  isCurrent:
    parameters.memoryKib === currentParameters.memoryKib &&
    parameters.passes === currentParameters.passes &&
    parameters.lanes === currentParameters.lanes &&
    salt.byteLength === saltBytes &&
    hash.byteLength === hashBytes,
  matches: (password) => crypto.subtle.timingSafeEqual(argon2id(password, salt, parameters, hash.byteLength), hash),
});

const filledKib = ({ memoryKib, passes }: Argon2Parameters): number => memoryKib * passes;

/** Stands in for users without a password, so that they cost the same time. Its answer never counts. */
const nobody = stored(currentParameters, new Uint8Array(saltBytes), new Uint8Array(hashBytes));

/** A new hash under a fresh salt. Throws RangeError when the password is longer than any that the policy accepts. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const bytes = encodePassword(password);
  if (bytes === null) throw new RangeError("password too long");
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  const hash = argon2id(bytes, salt, currentParameters, hashBytes);
  const { memoryKib, passes, lanes } = currentParameters;
  const settings = `m=${memoryKib},t=${passes},p=${lanes}`;
  return `$argon2id$v=19$${settings}$${encodeBase64(salt)}$${encodeBase64(hash)}` as PasswordHash;
}

/**
 * Whether the password belongs to the stored hash. `null` (no such user, or one without a password) and hashes that
 * cannot be read cost as much as a wrong password, and so does a wrong password against an older, cheaper hash.
 * A password too long to have been accepted is refused at once, whoever the user is.
 */
export async function verifyPassword(phc: string | null, password: string): Promise<PasswordVerdict> {
  const bytes = encodePassword(password);
  if (bytes === null) return { ok: false, needsRehash: false };
  const known = phc === null ? null : readPhc(phc);
  const target = known ?? nobody;
  const ok = (await target.matches(bytes)) && known !== null;
  if (ok) return { ok, needsRehash: !target.isCurrent };
  spend(filledKib(currentParameters) - target.filledKib, bytes);
  return { ok, needsRehash: false };
}

function readPhc(phc: string): StoredPassword | null {
  const scheme = schemes.get(phc.slice(1, phc.indexOf("$", 1)));
  return scheme?.(phc) ?? null;
}

function spend(missingKib: number, password: Uint8Array): void {
  const memoryKib = Math.ceil(missingKib / currentParameters.passes);
  if (memoryKib >= 8) argon2id(password, new Uint8Array(saltBytes), { ...currentParameters, memoryKib }, hashBytes);
}

const encodeBase64 = (bytes: Uint8Array): string => encodeBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");

const decodeBase64 = (text: string): Uint8Array | null =>
  decodeBase64Url(text.replaceAll("+", "-").replaceAll("/", "_"));
