/** Codes that a person reads off one screen and types on another: RFC 8628 §6.1. */
import { randomLetters } from "../../crypto/random.ts";

/** Without vowels, so that no code is a word, and without letters that look like others. */
export const userCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ";

const letters = 8;

/** 34 bits. The first letter names the object where the device waits. */
export const randomUserCode = (): string => randomLetters(userCodeAlphabet, letters);

/** The code that somebody has typed: in any case, with or without hyphens and blanks. Null when it is none. */
export function parseUserCode(typed: string): string | null {
  const code = typed
    .slice(0, 40)
    .replaceAll(/[\s\p{Pd}]/gu, "")
    .toUpperCase();
  return code.length === letters && [...code].every((letter) => userCodeAlphabet.includes(letter)) ? code : null;
}

/** As it is shown: XXXX-XXXX. */
export const shownUserCode = (code: string): string => `${code.slice(0, letters / 2)}-${code.slice(letters / 2)}`;
