/** What is written as words with a blank between, such as scopes (RFC 6749 §3.3). */
export const wordsOf = (text: string): string[] => (text === "" ? [] : text.split(" "));
