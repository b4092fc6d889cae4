/** Says how many of something there are, in the plural forms and the digits of `tag`; made when first used. */
export function counter(tag: string) {
  let rules: Intl.PluralRules | undefined;
  let numbers: Intl.NumberFormat | undefined;
  return (n: number, one: string, other: string): string => {
    rules ??= new Intl.PluralRules(tag);
    numbers ??= new Intl.NumberFormat(tag);
    return `${numbers.format(n)}\u00a0${rules.select(n) === "one" ? one : other}`;
  };
}

/** A wait, rounded up to the unit that fits: seconds below a minute, minutes below an hour. */
export function roundedUp(seconds: number): { n: number; unit: "second" | "minute" | "hour" } {
  if (seconds < 60) return { n: Math.max(1, Math.ceil(seconds)), unit: "second" };
  if (seconds < 3600) return { n: Math.ceil(seconds / 60), unit: "minute" };
  return { n: Math.ceil(seconds / 3600), unit: "hour" };
}
