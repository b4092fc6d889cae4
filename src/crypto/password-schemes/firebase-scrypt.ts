// Firebase's variant of scrypt, https://github.com/firebase/scrypt: the derived key encrypts the project's signer key.

import { deriveScrypt, refusalOf, scryptCostKib } from "./scrypt.ts";
import {
  decodeBase64,
  encodeBase64,
  equalBytes,
  type HashRefusal,
  isOfLength,
  type StoredPassword,
} from "./stored-password.ts";

const keyBytes = 32;
const pattern = /^\$firebase-scrypt\$ln=(\d{1,2}),r=([1-9]\d{0,5})\$([A-Za-z0-9+/]{0,342})\$([A-Za-z0-9+/]{22,342})$/;

/** What the console of a Firebase project shows under "password hash parameters". */
export interface FirebaseParameters {
  readonly signerKey: Uint8Array;
  readonly saltSeparator: Uint8Array;
  readonly rounds: number;
  /** The binary logarithm of scrypt's N. */
  readonly memCost: number;
}

export function firebaseScryptScheme(text: string): StoredPassword | HashRefusal {
  const [, ln = "", r = "", salt64 = "", stream64 = ""] = pattern.exec(text) ?? [];
  const parameters = { logN: Number(ln), r: Number(r), p: 1 };
  const salt = decodeBase64(salt64);
  const keyStream = decodeBase64(stream64);
  if (!isOfLength(salt, 1, 256) || !isOfLength(keyStream, 16, 128)) return "password-hash-malformed";
  const refusal = refusalOf(parameters);
  if (refusal !== null) return refusal;
  return {
    filledKib: scryptCostKib(parameters),
    isCurrent: false,
    matches: async (password) => {
      const derived = deriveScrypt(password, salt, parameters, keyBytes);
      return equalBytes(await keyStreamOf(derived, keyStream.byteLength), keyStream);
    },
  };
}

/**
 * The text that is stored. Firebase's hash is the signer key under AES-CTR, that is the signer key XOR a key stream. With the signer
 * key at hand the key stream is kept instead: it says as much about the password, and the signer key need not be kept at all.
 */
export function firebaseScryptText(
  { signerKey, saltSeparator, rounds, memCost }: FirebaseParameters,
  salt: Uint8Array,
  hash: Uint8Array,
): string | null {
  if (hash.byteLength !== signerKey.byteLength) return null;
  const keyStream = hash.map((byte, index) => byte ^ (signerKey[index] ?? 0));
  const wholeSalt = new Uint8Array([...salt, ...saltSeparator]);
  return `$firebase-scrypt$ln=${memCost},r=${rounds}$${encodeBase64(wholeSalt)}$${encodeBase64(keyStream)}`;
}

async function keyStreamOf(derived: Uint8Array, bytes: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", derived, "AES-CTR", false, ["encrypt"]);
  const counter = new Uint8Array(16);
  return new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, key, new Uint8Array(bytes)),
  );
}
