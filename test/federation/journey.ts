import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import type { Claims, Idp } from "../support/upstream.ts";

export const api = (context: RealmContext, path: string): string => `${context.realm.issuer}/api/auth/v1${path}`;

/** Somebody's browser, which knows the realm's hosts. */
export const newBrowser = (context: RealmContext): Browser => new Browser([...context.realm.hosts]);

export const startUrl = (context: RealmContext, query: Record<string, string> = {}): string =>
  api(context, `/login?${new URLSearchParams({ "auth-provider": "idp", "redirect-url": "/done", ...query })}`);

/** Begins a sign-in: the provider's address with the request, which the browser has left for. */
export async function depart(
  context: RealmContext,
  browser: Browser,
  query: Record<string, string> = {},
): Promise<URL> {
  const page = await browser.open(startUrl(context, query));
  if (!page.left) throw new Error(`did not leave: ${page.status} ${page.url} ${page.html}`);
  return page.url;
}

/** The whole way: there, signed in as that person, and back. */
export async function travelTo(
  context: RealmContext,
  browser: Browser,
  idp: Idp,
  person: Claims,
  query: Record<string, string> = {},
): Promise<Page> {
  const away = await depart(context, browser, query);
  return browser.open(idp.answer(away, person).href, "cross-site");
}

export interface Me {
  readonly id: number;
  readonly email: string | null;
  readonly name: string | null;
  readonly "first-name": string | null;
  readonly "avatar-url": string | null;
  readonly "verification-status": string | null;
}

/** Who is signed in in this browser; null when nobody is. */
export async function whoIs(context: RealmContext, browser: Browser): Promise<Me | null> {
  const page = await browser.open(api(context, "/users/me"));
  return page.status === 200 ? (JSON.parse(page.html) as { user: Me }).user : null;
}

/** What was told at the end of a journey that failed: the first redirect's `error`, or the page's own code. */
export const errorOf = (page: Page): string | null => {
  const told = page.trail
    .map(({ location }) => new URL(location, page.url).searchParams.get("error"))
    .find((error) => error !== null);
  return told ?? page.headers.get("x-error-code");
};

/** Names of the cookies that a sign-in under way is kept in. */
export const attemptCookies = [0, 1, 2, 3].map((slot) => `__Host-gatehouse-social-${slot}`);
