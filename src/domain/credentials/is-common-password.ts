import { bloomHas } from "./bloom-filter.ts";
import { commonPasswords } from "./common-passwords.ts";
import { isDate, isRun, repeatedPiece } from "./guessable-patterns.ts";

const shortestListed = 8;

let filter: Uint8Array | undefined;

const isListed = (folded: string): boolean => {
  filter ??= Uint8Array.from(atob(commonPasswords.filter), (char) => char.charCodeAt(0));
  return bloomHas(filter, folded);
};

/** Whether attackers try this whole password early. `folded` is in lower case; a repetition is as weak as its piece. */
export function isCommonPassword(folded: string): boolean {
  const piece = repeatedPiece(folded);
  return [...piece].length < shortestListed || isRun(folded) || isDate(piece) || isListed(folded) || isListed(piece);
}
