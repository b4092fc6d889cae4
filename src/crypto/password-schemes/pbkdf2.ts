// PBKDF2 (RFC 8018 §5.2) in PHC strings: $pbkdf2-sha256$i=600000$salt$hash.
import { sha1 } from "@noble/hashes/legacy.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import {
  decodeBase64,
  encodeBase64,
  equalBytes,
  type HashRefusal,
  isOfLength,
  type StoredPassword,
} from "./stored-password.ts";

/** WebCrypto refuses more in production, and takes them on a laptop. Above that it is done in JavaScript. */
const mostNativeIterations = 100_000;

/** Costs are measured beside argon2id on the same machine; `mostIterations` is a second or so. */
const digests = {
  sha1: { name: "SHA-1", hash: sha1, bytes: 20, mostIterations: 1_300_000, nativeKib: 0.2, ownKib: 0.9 },
  sha256: { name: "SHA-256", hash: sha256, bytes: 32, mostIterations: 1_200_000, nativeKib: 0.2, ownKib: 2.1 },
  sha512: { name: "SHA-512", hash: sha512, bytes: 64, mostIterations: 250_000, nativeKib: 0.4, ownKib: 6.9 },
} as const;

export type Pbkdf2Digest = keyof typeof digests;

const pattern = /^\$pbkdf2-(sha1|sha256|sha512)\$i=([1-9]\d{0,9})\$([A-Za-z0-9+/]{0,342})\$([A-Za-z0-9+/]{22,342})$/;

export function pbkdf2Scheme(text: string): StoredPassword | HashRefusal {
  const [, name = "", i = "", salt64 = "", hash64 = ""] = pattern.exec(text) ?? [];
  if (!isDigest(name)) return "password-hash-malformed";
  const digest = digests[name];
  const iterations = Number(i);
  const salt = decodeBase64(salt64);
  const hash = decodeBase64(hash64);
  if (!isOfLength(salt, 1, 256) || !isOfLength(hash, 16, digest.bytes)) return "password-hash-malformed";
  if (iterations > digest.mostIterations) return "password-hash-too-costly";
  const isNative = iterations <= mostNativeIterations;
  return {
    filledKib: Math.ceil(iterations * (isNative ? digest.nativeKib : digest.ownKib)),
    isCurrent: false,
    matches: async (password) => {
      const shape = { c: iterations, dkLen: hash.byteLength };
      const derived = isNative
        ? await deriveNatively(digest.name, password, salt, iterations, hash.byteLength)
        : pbkdf2(digest.hash, password, salt, shape);
      return equalBytes(derived, hash);
    },
  };
}

/** The text that is stored. Blocks behind the first one say nothing more about the password, and would cost as much again. */
export function pbkdf2Text(name: string, iterations: number, salt: Uint8Array, hash: Uint8Array): string | null {
  if (!isDigest(name)) return null;
  const first = hash.subarray(0, digests[name].bytes);
  return `$pbkdf2-${name}$i=${iterations}$${encodeBase64(salt)}$${encodeBase64(first)}`;
}

const isDigest = (name: string): name is Pbkdf2Digest => Object.hasOwn(digests, name);

async function deriveNatively(
  hash: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  bytes: number,
): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt, iterations }, key, bytes * 8));
}
