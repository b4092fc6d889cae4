export interface HandOver {
  /** Origin of one of the realm's domains. */
  readonly issuer: string;
  /** Signed by the main product's server for this one sign-in. */
  readonly token: string;
  /** Where the person goes when they are signed in. */
  readonly redirectUrl?: string;
}

/** HTML of a form that hands the user over. Its button stands for itself; where scripts run, submit it. */
export function handOverForm({ issuer, token, redirectUrl }: HandOver, buttonText = "Continue"): string {
  const fields = { token, ...(redirectUrl === undefined ? {} : { redirect_url: redirectUrl }) };
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  const action = escaped(new URL("/api/v1/auth/jwt", issuer).href);
  return `<form method="post" action="${action}">${inputs.join("")}<button>${escaped(buttonText)}</button></form>`;
}

/** The same as an address to redirect to. For sources with `allow_get` only: addresses end up in histories and logs. */
export function handOverUrl({ issuer, token, redirectUrl }: HandOver): string {
  const url = new URL("/api/v1/auth/jwt", issuer);
  url.searchParams.set("token", token);
  if (redirectUrl !== undefined) url.searchParams.set("redirect_url", redirectUrl);
  return url.href;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
