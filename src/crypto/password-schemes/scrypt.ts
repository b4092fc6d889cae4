// scrypt (RFC 7914) in PHC-like strings: $scrypt$ln=14,r=8,p=1$salt$hash.
import { scrypt } from "@noble/hashes/scrypt.js";
import {
  decodeBase64,
  encodeBase64,
  equalBytes,
  type HashRefusal,
  isOfLength,
  type StoredPassword,
} from "./stored-password.ts";

export interface ScryptParameters {
  /** The binary logarithm of N. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB of memory, a quarter of what an isolate has; and four times over at most. */
const mostNTimesR = 2 ** 18;
const mostNTimesRTimesP = 2 ** 20;
/** Measured beside argon2id on the same machine. */
const kibPerStep = 0.72;

const pattern =
  /^\$scrypt\$ln=(\d{1,2}),r=([1-9]\d{0,5}),p=([1-9]\d{0,5})\$([A-Za-z0-9+/]{0,342})\$([A-Za-z0-9+/]{22,342})$/;

export function scryptScheme(text: string): StoredPassword | HashRefusal {
  const [, ln = "", r = "", p = "", salt64 = "", hash64 = ""] = pattern.exec(text) ?? [];
  const parameters = { logN: Number(ln), r: Number(r), p: Number(p) };
  const salt = decodeBase64(salt64);
  const hash = decodeBase64(hash64);
  if (!isOfLength(salt, 1, 256) || !isOfLength(hash, 16, 128)) return "password-hash-malformed";
  const refusal = refusalOf(parameters);
  if (refusal !== null) return refusal;
  return {
    filledKib: scryptCostKib(parameters),
    isCurrent: false,
    matches: (password) => equalBytes(deriveScrypt(password, salt, parameters, hash.byteLength), hash),
  };
}

export const scryptText = ({ logN, r, p }: ScryptParameters, salt: Uint8Array, hash: Uint8Array): string =>
  `$scrypt$ln=${logN},r=${r},p=${p}$${encodeBase64(salt)}$${encodeBase64(hash)}`;

/** Why hashes of these parameters are not taken; null when they are. */
export function refusalOf({ logN, r, p }: ScryptParameters): HashRefusal | null {
  if (!(logN >= 1 && r >= 1 && p >= 1)) return "password-hash-malformed";
  return 2 ** logN * r > mostNTimesR || 2 ** logN * r * p > mostNTimesRTimesP ? "password-hash-too-costly" : null;
}

export const scryptCostKib = ({ logN, r, p }: ScryptParameters): number => Math.ceil(2 ** logN * r * p * kibPerStep);

export const deriveScrypt = (
  password: Uint8Array,
  salt: Uint8Array,
  { logN, r, p }: ScryptParameters,
  bytes: number,
): Uint8Array => scrypt(password, salt, { N: 2 ** logN, r, p, dkLen: bytes });
