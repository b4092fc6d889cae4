import { argon2Scheme } from "./argon2.ts";
import { bcryptScheme } from "./bcrypt.ts";
import { firebaseScryptScheme } from "./firebase-scrypt.ts";
import { pbkdf2Scheme } from "./pbkdf2.ts";
import { saltedShaScheme } from "./salted-sha.ts";
import { scryptScheme } from "./scrypt.ts";
import type { HashRefusal, Scheme, StoredPassword } from "./stored-password.ts";

/** Which hashes can be verified, by PHC identifier. */
const schemes: ReadonlyMap<string, Scheme> = new Map([
  ["argon2id", argon2Scheme],
  ["argon2i", argon2Scheme],
  ["2a", bcryptScheme],
  ["2b", bcryptScheme],
  ["2y", bcryptScheme],
  ["pbkdf2-sha1", pbkdf2Scheme],
  ["pbkdf2-sha256", pbkdf2Scheme],
  ["pbkdf2-sha512", pbkdf2Scheme],
  ["scrypt", scryptScheme],
  ["firebase-scrypt", firebaseScryptScheme],
  ["ssha", saltedShaScheme],
  ["ssha256", saltedShaScheme],
  ["ssha512", saltedShaScheme],
]);

/** A hash as it is stored, ready to be compared with. */
export function readStoredPassword(text: string): StoredPassword | HashRefusal {
  const scheme = schemes.get(text.slice(1, text.indexOf("$", 1)));
  return scheme?.(text) ?? "password-hash-malformed";
}
