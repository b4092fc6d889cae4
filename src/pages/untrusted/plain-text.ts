// Format characters reorder or hide text; the two joiners stay, for several scripts cannot be written without them.
const invisible = /(?![\u200c\u200d])\p{Cf}/gu;
const spaceOrControl = /[\s\p{Cc}]+/gu;

/**
 * Somebody else's words (a name, a label, a description) made safe to stand inside our sentence: on one line, without
 * characters that reorder or hide what follows, and not longer than `maxLength` characters. HTML is not its business.
 */
export function plainText(value: string, maxLength = 80): string {
  const oneLine = value.replace(invisible, "").replace(spaceOrControl, " ").trim();
  const characters = Array.from(oneLine.slice(0, maxLength * 4));
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join("")}…` : characters.join("");
}

/** The first letter of a name as readers of `language` see it, upper case; `fallback` when there is none. */
export function initialOf(name: string, language: string, fallback = "·"): string {
  const letter = /[\p{L}\p{N}]\p{M}*/u.exec(plainText(name))?.[0];
  return letter ? letter.toLocaleUpperCase(language) : fallback;
}
