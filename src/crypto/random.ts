import { encodeBase64Url } from "../lib/base64url.ts";

/** `bytes` random bytes as base64url; 16 bytes are 128 bits, 22 characters. */
export const randomHandle = (bytes = 32): string => encodeBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));

/** `<uuid>-<expiry in epoch ms>`, as Bridgekeeper's callers know codes and one-time tokens: 122 random bits. */
export const datedHandle = (expiresAt: number): string => `${crypto.randomUUID()}-${expiresAt}`;

/** A random integer from 2^48 up to 2^53 - 1: safe in JSON, not sequential, alike on every shard. */
export function randomInteger53(): number {
  const lowest = 2 ** 48;
  for (;;) {
    const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
    const value = (high & 0x1fffff) * 2 ** 32 + low;
    if (value >= lowest) return value;
  }
}

/** `count` random decimal digits, every number of that length as likely as any other. */
export function randomDigits(count: number): string {
  const values = 10 ** count;
  const beyond = 2 ** 32 - (2 ** 32 % values);
  for (;;) {
    const [value = beyond] = crypto.getRandomValues(new Uint32Array(1));
    if (value < beyond) return String(value % values).padStart(count, "0");
  }
}

/** `count` random letters of an alphabet of at most 256, each as likely as any other. */
export function randomLetters(alphabet: string, count: number): string {
  const beyond = 256 - (256 % alphabet.length);
  let letters = "";
  while (letters.length < count) {
    const [byte = beyond] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < beyond) letters += alphabet.charAt(byte % alphabet.length);
  }
  return letters;
}
