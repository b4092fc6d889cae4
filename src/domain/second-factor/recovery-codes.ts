import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import type { RealmContext } from "../realm-context.ts";

/** Crockford's base32: no letter that is read as a digit, or as another letter. Five bits each. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const codeLetters = 16;

/** Ten codes of 80 random bits, as people write them down, and the hashes that are kept of them. */
export async function newRecoveryCodes(
  context: RealmContext,
  userId: number,
): Promise<{ codes: string[]; hashes: string[] }> {
  const codes = Array.from({ length: limits.recoveryCodes }, randomCode);
  const hashes = await Promise.all(codes.map((code) => recoveryCodeHash(context, userId, code)));
  return { codes, hashes };
}

/** Of a code as somebody typed it: blanks, dashes and capitals do not matter. */
export function recoveryCodeHash(context: RealmContext, userId: number, typed: string): Promise<string> {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
  return sha256(`recovery-code|${context.realm.id}|${userId}|${code}`);
}

function randomCode(): string {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(codeLetters)), (byte) => alphabet[byte & 31]);
  return letters.join("").replaceAll(/.{4}(?=.)/g, "$&-");
}
