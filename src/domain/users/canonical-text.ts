// One spelling for each name a person may type (Unicode TR36 §2, TR39 §5; RFC 8264 §4 for what is left out).
const longestInput = 512;

// Control, format, unassigned and private characters, lone surrogates, and whatever is drawn as nothing.
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Trimmed, compatibility-composed (NFKC: full-width and styled letters become plain ones), lower case. Null when the
 * text is over 512 UTF-16 units or holds characters that nobody sees. `ß` stays itself, apart from `ss`.
 * Folding twice gives the same.
 */
export function foldText(input: string): string | null {
  if (input.length > longestInput || invisible.test(input)) return null;
  const folded = input.trim().normalize("NFKC").toLowerCase().normalize("NFKC").trim();
  return invisible.test(folded) ? null : folded;
}

const lookalikeScripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/**
 * Whether folded text could pass for another name: scripts that share letter shapes are mixed, or an i or j lacks its
 * dot or has it twice. The Turkish dotless i is therefore refused rather than kept beside i; it never becomes i.
 */
export const isLookalike = (folded: string): boolean =>
  lookalikeScripts.filter((script) => script.test(folded)).length > 1 || /[ıȷ]|\u0307/u.test(folded);
