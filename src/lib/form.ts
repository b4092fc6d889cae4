/**
 * The pairs of a form or a query, as the URL Standard reads them (https://url.spec.whatwg.org/#urlencoded-parsing). Most are plain or
 * well escaped; the platform's parser, which costs a request as much as finding its realm and client together, is left the rest.
 */
export function formPairs(text: string): (readonly [name: string, value: string])[] {
  try {
    return text
      .split("&")
      .filter((pair) => pair !== "")
      .map(readPair);
  } catch {
    // With a mark of its own in front, for it takes the first away.
    return [...new URLSearchParams(`?${text}`)];
  }
}

function readPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  return equals < 0 ? [unescaped(pair), ""] : [unescaped(pair.slice(0, equals)), unescaped(pair.slice(equals + 1))];
}

/** Throws URIError for what is not well escaped. */
function unescaped(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? decodeURIComponent(spaced) : spaced;
}
