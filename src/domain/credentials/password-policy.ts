// What a new password must be: NIST SP 800-63B-4 §3.1.1.2, https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
import { isTooLongToHash, normalizePassword } from "../../crypto/password-text.ts";
import { isContextWord, type PasswordContext } from "./context-words.ts";
import { isCommonPassword } from "./is-common-password.ts";

export type PasswordProblem =
  | "password-too-short"
  | "password-too-long"
  | "password-too-common"
  | "password-contains-context";

/** Fewest code points of a password, whatever a realm's setting says. */
const shortestPasswordCodePoints = 8;
/** Most code points of a password; beyond it, or beyond 1,024 bytes of UTF-8, it is refused and never cut. */
const longestPasswordCodePoints = 256;

/**
 * The first thing that is wrong with a new password, or null. Nothing is asked of the kinds of characters, and spaces
 * count like any other. Every way of setting a password asks here.
 */
export function checkPassword(password: string, context: PasswordContext): PasswordProblem | null {
  if (isTooLongToHash(password)) return "password-too-long";
  const normalized = normalizePassword(password);
  const codePoints = [...normalized].length;
  if (codePoints > longestPasswordCodePoints) return "password-too-long";
  if (codePoints < shortestPasswordCodePoints || codePoints < context.minLength) return "password-too-short";
  if (isCommonPassword(normalized.toLowerCase())) return "password-too-common";
  return isContextWord(normalized, context) ? "password-contains-context" : null;
}
