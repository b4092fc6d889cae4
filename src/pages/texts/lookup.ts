const maxRanges = 20;
const languageRange = /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i;

/**
 * The first of `ranges` (most wanted first) that one of `available` satisfies, each range being cut from its end
 * until it fits: the "lookup" scheme (RFC 4647 §3.4).
 * @returns the tag as `available` spells it; undefined when none fits. `*` fits nothing: the caller's default does.
 */
export function lookup(ranges: readonly string[], available: readonly string[]): string | undefined {
  for (const range of ranges.slice(0, maxRanges)) {
    if (!languageRange.test(range)) continue;
    const subtags = range.toLowerCase().split("-");
    while (subtags.length > 0) {
      const tag = subtags.join("-");
      const found = available.find((candidate) => candidate.toLowerCase() === tag);
      if (found !== undefined) return found;
      subtags.pop();
      // A single letter introduces what followed it and means nothing alone.
      if (subtags.at(-1)?.length === 1) subtags.pop();
    }
  }
  return undefined;
}

/** The ranges of an `Accept-Language` header, most wanted first, without those of weight 0 (RFC 9110 §12.5.4). */
export function parseAcceptLanguage(header: string): string[] {
  return header
    .split(",", maxRanges)
    .map((item) => {
      const [range = "", ...parameters] = item.split(";").map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { range, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0 && weight <= 1)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}
