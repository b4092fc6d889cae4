// Password hashes as other systems write them down, put into the few forms that are stored here (password-schemes/).
import { utf8 } from "../lib/base64url.ts";
import { isRecord, parseJson } from "../lib/json.ts";
import { type FirebaseParameters, firebaseScryptText } from "./password-schemes/firebase-scrypt.ts";
import { readStoredPassword } from "./password-schemes/index.ts";
import { pbkdf2Text } from "./password-schemes/pbkdf2.ts";
import { type SaltedDigest, saltedShaText } from "./password-schemes/salted-sha.ts";
import { scryptText } from "./password-schemes/scrypt.ts";
import type { HashRefusal } from "./password-schemes/stored-password.ts";

export interface ReadHash {
  /** As it is stored. */
  readonly text: string;
  /** What checking it costs; see `StoredPassword`. */
  readonly costKib: number;
}

/** No export of a system we know has longer ones. */
const longestHashChars = 2_000;

/**
 * Reads a hash as text, or as an object: a credential of Keycloak's realm export, or Firebase's `{hash, salt}`, for which the
 * parameters of its project are needed. Nothing is hashed here: reading costs nothing, whatever the text says.
 */
export function readForeignHash(given: unknown, firebase: FirebaseParameters | null): ReadHash | HashRefusal {
  const text = typeof given === "string" ? fromText(given) : isRecord(given) ? fromObject(given, firebase) : null;
  if (text === null) return "password-hash-malformed";
  const read = readStoredPassword(text);
  return typeof read === "string" ? read : { text, costKib: read.filledKib };
}

/** How each kind of text begins, and how it is read. */
const forms: readonly (readonly [RegExp, (text: string) => string | null])[] = [
  [/^\$pbkdf2(-sha256|-sha512|-sha1)?\$/, fromPasslib],
  [/^\$/, (text) => text],
  [/^pbkdf2_sha(1|256)\$/, fromDjangoPbkdf2],
  [/^scrypt\$\d/, fromDjangoScrypt],
  [/^(argon2|bcrypt)\$/, (text) => `$${text.replace(/^(argon2|bcrypt)\$+/, "")}`],
  [/^pbkdf2:/, fromWerkzeugPbkdf2],
  [/^scrypt:/, fromWerkzeugScrypt],
  [/^\{(bcrypt|crypt)\}\$2/i, (text) => text.slice(text.indexOf("}") + 1)],
  [/^\{S?SHA(256|512)?\}/i, fromLdap],
];

function fromText(text: string): string | null {
  if (text.length > longestHashChars) return null;
  const [, read] = forms.find(([beginning]) => beginning.test(text)) ?? [];
  return read?.(text) ?? null;
}

/** `$pbkdf2-sha256$29000$salt$hash`, with a dot for each plus; or `i=29000,l=32` as PHC strings have it. */
function fromPasslib(text: string): string | null {
  const match = /^\$pbkdf2(?:-(sha\d+))?\$(?:i=)?(\d{1,10})(?:,l=\d+)?\$([^$]+)\$([^$]+)$/.exec(text);
  const [, digest = "sha1", iterations = "", salt = "", hash = ""] = match ?? [];
  return match === null ? null : pbkdf2(digest, iterations, base64(salt), base64(hash));
}

/** `pbkdf2_sha256$600000$salt$hash`: the salt is text. */
function fromDjangoPbkdf2(text: string): string | null {
  const [, digest = "", iterations = "", salt = "", hash = ""] =
    /^pbkdf2_(sha\d+)\$(\d{1,10})\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  return pbkdf2(digest, iterations, utf8(salt), base64(hash));
}

/** `scrypt$16384$salt$8$1$hash`: the salt is text. */
function fromDjangoScrypt(text: string): string | null {
  const [, n = "", salt = "", r = "", p = "", hash = ""] =
    /^scrypt\$(\d{1,10})\$([^$]+)\$(\d{1,6})\$(\d{1,6})\$([^$]+)$/.exec(text) ?? [];
  return scrypt(n, r, p, utf8(salt), base64(hash));
}

/** `pbkdf2:sha256:600000$salt$hash`: the salt is text, the hash in hexadecimal. */
function fromWerkzeugPbkdf2(text: string): string | null {
  const [, digest = "", iterations = "", salt = "", hash = ""] =
    /^pbkdf2:(sha\d+):(\d{1,10})\$([^$]+)\$([0-9a-f]+)$/i.exec(text) ?? [];
  return pbkdf2(digest, iterations, utf8(salt), hex(hash));
}

/** `scrypt:32768:8:1$salt$hash`: the salt is text, the hash in hexadecimal. */
function fromWerkzeugScrypt(text: string): string | null {
  const [, n = "", r = "", p = "", salt = "", hash = ""] =
    /^scrypt:(\d{1,10}):(\d{1,6}):(\d{1,6})\$([^$]+)\$([0-9a-f]+)$/i.exec(text) ?? [];
  return scrypt(n, r, p, utf8(salt), hex(hash));
}

/** `{SSHA}` and what follows: hash and salt in base64. */
function fromLdap(text: string): string | null {
  const end = text.indexOf("}");
  const name = text.slice(1, end).toLowerCase();
  const bytes = base64(text.slice(end + 1));
  const salted = (name.startsWith("ss") ? name : `s${name}`) as SaltedDigest;
  return bytes === null ? null : saltedShaText(salted, bytes);
}

function fromObject(given: Record<string, unknown>, firebase: FirebaseParameters | null): string | null {
  if ("secretData" in given) return fromKeycloak(record(given.secretData), record(given.credentialData));
  const [hash, salt] = [base64(given.hash), base64(given.salt)];
  if (firebase === null || hash === null || salt === null) return null;
  return firebaseScryptText(firebase, salt, hash);
}

/** `secretData` and `credentialData`, each JSON in a string (Keycloak's CredentialRepresentation). */
function fromKeycloak(secret: Record<string, unknown>, about: Record<string, unknown>): string | null {
  const [salt, hash] = [base64(secret.salt), base64(secret.value)];
  const { algorithm, hashIterations } = about;
  if (salt === null || hash === null || typeof algorithm !== "string") return null;
  const iterations = String(hashIterations);
  if (algorithm === "argon2") return argon2(record(about.additionalParameters), iterations, salt, hash);
  const digest = algorithm === "pbkdf2" ? "sha1" : algorithm.replace("pbkdf2-", "");
  return pbkdf2(digest, iterations, salt, hash);
}

function argon2(about: Record<string, unknown>, passes: string, salt: Uint8Array, hash: Uint8Array): string | null {
  const one = (name: string): string => String(Array.isArray(about[name]) ? about[name][0] : about[name]);
  const variant = { id: "argon2id", i: "argon2i" }[one("type")];
  if (variant === undefined || one("version") !== "1.3") return null;
  return `$${variant}$v=19$m=${one("memory")},t=${passes},p=${one("parallelism")}$${unpadded(salt)}$${unpadded(hash)}`;
}

const pbkdf2 = (digest: string, iterations: string, salt: Uint8Array | null, hash: Uint8Array | null): string | null =>
  salt === null || hash === null || !/^[1-9]\d*$/.test(iterations)
    ? null
    : pbkdf2Text(digest.toLowerCase(), Number(iterations), salt, hash);

function scrypt(n: string, r: string, p: string, salt: Uint8Array, hash: Uint8Array | null): string | null {
  const logN = Math.log2(Number(n));
  if (hash === null || !Number.isInteger(logN)) return null;
  return scryptText({ logN, r: Number(r), p: Number(p) }, salt, hash);
}

const record = (value: unknown): Record<string, unknown> => {
  const parsed = typeof value === "string" ? parseJson(value) : value;
  return isRecord(parsed) ? parsed : {};
};

/** Bytes of base64 of either alphabet, padded or not, with a dot for a plus where passlib wrote it; null for anything else. */
export function base64(text: unknown): Uint8Array | null {
  if (typeof text !== "string" || text.length > longestHashChars) return null;
  try {
    const standard = text.replaceAll("-", "+").replaceAll("_", "/").replaceAll(".", "+").replace(/=+$/, "");
    return Uint8Array.fromBase64(standard);
  } catch {
    return null;
  }
}

function hex(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromHex(text);
  } catch {
    return null;
  }
}

const unpadded = (bytes: Uint8Array): string => bytes.toBase64({ omitPadding: true });
