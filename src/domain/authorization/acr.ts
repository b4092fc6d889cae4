/** How strongly somebody has signed in: OIDC Core §2 (`acr`), §3.1.2.1 (`acr_values`), §5.5.1.1; RFC 9470. */

/** Strongest first. The methods behind a value are in `amr`. */
export const acrValues = ["urn:gatehouse:mfa", "urn:gatehouse:single-factor"] as const;

const [mfa, singleFactor] = acrValues;

/** The class that these methods (RFC 8176) amount to. What is sent to a mailbox or a phone never makes a second factor. */
export const acrOf = (amr: readonly string[]): string => (amr.includes("mfa") ? mfa : singleFactor);

/** Whether two factors are the first of the classes asked for that we know. Unknown ones are passed over, as they are only wishes. */
export function prefersMfa(asked: readonly unknown[]): boolean {
  const known = asked.find((value) => value === mfa || value === singleFactor);
  return known === mfa;
}

/** What it takes to be in one of these classes, when nothing else will do (§5.5.1.1): null when none of them can be reached here. */
export function requiredClass(asked: readonly unknown[]): "any" | "mfa" | null {
  if (asked.includes(singleFactor)) return "any";
  return asked.includes(mfa) ? "mfa" : null;
}
