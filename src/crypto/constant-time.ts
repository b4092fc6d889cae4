import { utf8 } from "../lib/base64url.ts";

/** Compares two texts in time that depends on the length of `given` only. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const a = utf8(given);
  const b = utf8(expected);
  const sameLength = a.byteLength === b.byteLength;
  return crypto.subtle.timingSafeEqual(a, sameLength ? b : a) && sameLength;
}
