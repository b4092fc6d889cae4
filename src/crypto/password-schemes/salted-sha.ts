// Salted SHA of LDAP directories (RFC 2307 §5.3 and its successors): $ssha$, $ssha256$ or $ssha512$, salt, hash.
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import {
  decodeBase64,
  encodeBase64,
  equalBytes,
  type HashRefusal,
  isOfLength,
  type StoredPassword,
} from "./stored-password.ts";

const digests = {
  ssha: { hash: sha1, bytes: 20 },
  ssha256: { hash: sha256, bytes: 32 },
  ssha512: { hash: sha512, bytes: 64 },
} as const;

export type SaltedDigest = keyof typeof digests;

const pattern = /^\$(ssha|ssha256|ssha512)\$([A-Za-z0-9+/]{0,342})\$([A-Za-z0-9+/]{27,86})$/;

export function saltedShaScheme(text: string): StoredPassword | HashRefusal {
  const [, name = "", salt64 = "", hash64 = ""] = pattern.exec(text) ?? [];
  if (!isDigest(name)) return "password-hash-malformed";
  const { hash: digest, bytes } = digests[name];
  const salt = decodeBase64(salt64);
  const hash = decodeBase64(hash64);
  if (!isOfLength(salt, 0, 256) || !isOfLength(hash, bytes, bytes)) return "password-hash-malformed";
  return {
    filledKib: 1,
    isCurrent: false,
    matches: (password) => equalBytes(digest(new Uint8Array([...password, ...salt])), hash),
  };
}

/** The text that is stored, from what stands behind `{SSHA…}`: the hash, then the salt. Null when that is too short. */
export function saltedShaText(name: SaltedDigest, hashAndSalt: Uint8Array): string | null {
  const { bytes } = digests[name];
  if (hashAndSalt.byteLength < bytes) return null;
  const [hash, salt] = [hashAndSalt.subarray(0, bytes), hashAndSalt.subarray(bytes)];
  return `$${name}$${encodeBase64(salt)}$${encodeBase64(hash)}`;
}

const isDigest = (name: string): name is SaltedDigest => Object.hasOwn(digests, name);
