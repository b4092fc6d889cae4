/** The same text but for the letter third from its end, all of whose bits count in base64url. */
export const spoiled = (text: string): string =>
  `${text.slice(0, -3)}${text.at(-3) === "A" ? "B" : "A"}${text.slice(-2)}`;
