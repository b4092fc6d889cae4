// @ts-check

/**
 * The elements of the array `member` at the top of a JSON object, as text, without reading the whole file: exports of
 * Keycloak and Firebase are one object, however many users there are. An array at the top is taken as it is.
 * @param {AsyncIterable<string>} chunks
 * @param {string} member
 * @returns {AsyncGenerator<string>}
 */
export async function* elementsOf(chunks, member) {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let key = "";
  let string = "";
  /** The depth of the array that is wanted; 0 while outside it. */
  let wanted = 0;
  /** @type {string | null} */
  let element = null;
  for await (const chunk of chunks) {
    for (const character of chunk) {
      if (inString) {
        if (element === null) string += character;
        else element += character;
        if (escaped) escaped = false;
        else if (character === "\\") escaped = true;
        else if (character === '"') {
          inString = false;
          if (depth === 1 && wanted === 0) key = string.slice(0, -1);
        }
        continue;
      }
      if (character === "{" || character === "[") {
        depth++;
        const isTop = depth === 1 && character === "[";
        if (wanted === 0 && (isTop || (depth === 2 && character === "[" && key === member))) {
          wanted = depth;
          continue;
        }
        if (wanted > 0 && depth === wanted + 1) element = "";
      }
      if (element !== null) element += character;
      if (character === '"') {
        inString = true;
        string = "";
      } else if (character === "}" || character === "]") {
        depth--;
        if (wanted > 0 && depth === wanted && element !== null) {
          yield element;
          element = null;
        } else if (depth < wanted) return;
      }
    }
  }
}

/**
 * @param {AsyncIterable<string>} chunks
 * @returns {AsyncGenerator<string>}
 */
export async function* linesOf(chunks) {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
