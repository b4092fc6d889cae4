import { utf8 } from "../lib/base64url.ts";

/** Longest password in UTF-8 bytes, before and after normalisation. A longer one is refused, never cut. */
const longestPasswordBytes = 1024;

/** Composed Unicode (NFC), so that a password is the same from every keyboard (NIST SP 800-63B-4 §3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize("NFC");

/** Whether a password is longer than any that was ever accepted; so asked, 10 MB cost nothing. */
export const isTooLongToHash = (password: string): boolean => encodePassword(password) === null;

/** The bytes to hash: UTF-8 of the normalised password. Null when too long; most of those are not even read. */
export function encodePassword(password: string): Uint8Array | null {
  if (password.length > longestPasswordBytes) return null;
  const bytes = utf8(normalizePassword(password));
  return bytes.byteLength > longestPasswordBytes ? null : bytes;
}
