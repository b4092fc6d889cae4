import { limits } from "../config/limits.ts";
import { offeredLanguages } from "../pages/texts/index.ts";
import { cookieValues, hostCookieName, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

const cookieName = (c: AppContext): string => hostCookieName(c, "gatehouse-language");

/** The language that was chosen in this browser; it goes before what applications and the browser itself ask for. */
export function chosenLanguage(c: AppContext): string | undefined {
  const tag = cookieValues(c, cookieName(c))[0];
  return tag !== undefined && /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(tag) ? tag : undefined;
}

/** Remembers a language for this browser, or forgets the one it has. What the realm's pages are not offered in changes nothing. */
export function keepLanguage(c: AppContext, tag: string | undefined): void {
  const maxAgeSeconds = tag === undefined ? 0 : limits.languageCookieTtlSeconds;
  const offered = offeredLanguages(c.get("realm").realm.settings.languages);
  if (tag === undefined || offered.some((language) => language.tag === tag))
    setCookie(c, cookieName(c), tag ?? "", { maxAgeSeconds, sameSite: "Lax" });
}

/**
 * Where a page that is being answered can be read again: its own address, where it was asked for by GET, or `twins`, the pages
 * whose form comes back to the address they stand at. Undefined for all others.
 */
export function addressToReturnTo(c: AppContext, twins: ReadonlySet<string>): string | undefined {
  const { pathname, searchParams } = new URL(c.req.url);
  const waiting = c.get("waiting");
  if (c.req.method === "GET") return within(`${pathname}${ownParameters(searchParams)}`);
  if (!twins.has(pathname)) return undefined;
  return within(waiting === undefined ? pathname : `${pathname}?interaction=${waiting}`);
}

/** Parameters by which our own pages are found again. Whatever else stands in an address is somebody else's, and may be a secret. */
const pageParameters: ReadonlySet<string> = new Set([
  "interaction",
  "user_code",
  "public_key",
  "user_id",
  "providers",
  "done",
  "q",
  "cursor",
  "days",
  "kind",
  "preset",
  "algorithm",
]);

function ownParameters(parameters: URLSearchParams): string {
  const own = [...parameters].filter(([name, value]) => pageParameters.has(name) && /^[\w.~:@+*-]*$/.test(value));
  return own.length === 0 ? "" : `?${new URLSearchParams(own)}`;
}

const within = (address: string): string | undefined =>
  address.length <= limits.languageReturnChars ? address : undefined;
