/**
 * Ids of access tokens that were got in exchange for others (RFC 8693): the id of the token that was shown, a dot, and a part of their own.
 * So whoever revokes one revokes what came of it.
 */
export const idFrom = (shownId: string, ownPart: string): string => `${shownId}.${ownPart}`;

/** The id, and before it those of the tokens that it came of, the first one first. */
export function lineOf(tokenId: string): string[] {
  const parts = tokenId.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
}
