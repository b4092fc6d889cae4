// Passwords at rest: argon2id in PHC strings, https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
import { argon2id } from "./argon2id.ts";
import { currentParameters, filledKib, hashBytes, saltBytes, storedArgon2 } from "./password-schemes/argon2.ts";
import { readStoredPassword } from "./password-schemes/index.ts";
import { encodeBase64, type StoredPassword } from "./password-schemes/stored-password.ts";
import { encodePassword } from "./password-text.ts";

declare const brand: unique symbol;
/** A PHC string made here, with today's parameters. */
export type PasswordHash = string & { readonly [brand]: "PasswordHash" };

export interface PasswordVerdict {
  readonly ok: boolean;
  /** True only for a right password whose hash was made with other parameters than today's. */
  readonly needsRehash: boolean;
}

/** Stands in for users without a password, so that they cost the same time. Its answer never counts. */
const nobody = storedArgon2("id", currentParameters, new Uint8Array(saltBytes), new Uint8Array(hashBytes));

/** What checking one of today's hashes costs. */
export const currentCostKib = filledKib(currentParameters);

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
 * `floorKib`: what the costliest hash costs that such a password may be compared with; every wrong password costs as much.
 * A password too long to have been accepted is refused at once, whoever the user is.
 */
export async function verifyPassword(phc: string | null, password: string, floorKib = 0): Promise<PasswordVerdict> {
  const bytes = encodePassword(password);
  if (bytes === null) return { ok: false, needsRehash: false };
  const known = phc === null ? null : readKnown(phc);
  const target = known ?? nobody;
  const ok = (await target.matches(bytes)) && known !== null;
  if (ok) return { ok, needsRehash: !target.isCurrent };
  spend(Math.max(currentCostKib, floorKib) - target.filledKib, bytes);
  return { ok, needsRehash: false };
}

function readKnown(phc: string): StoredPassword | null {
  const read = readStoredPassword(phc);
  return typeof read === "string" ? null : read;
}

/** In passes over today's memory, and one over less for what is left. */
function spend(missingKib: number, password: Uint8Array): void {
  const passes = Math.floor(missingKib / currentParameters.memoryKib);
  if (passes >= 1) burn(password, currentParameters.memoryKib, passes);
  const restKib = missingKib - Math.max(passes, 0) * currentParameters.memoryKib;
  if (restKib >= 8) burn(password, restKib, 1);
}

function burn(password: Uint8Array, memoryKib: number, passes: number): void {
  argon2id(password, new Uint8Array(saltBytes), { memoryKib, passes, lanes: 1 }, hashBytes);
}
