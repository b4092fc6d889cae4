/** Where cross-domain sign-in may lead (contract §0): hosts of the realm, and for redirect-url also those it lists. */
import { Problem } from "../../errors/errors.ts";
import type { RealmContext } from "../realm-context.ts";
import { originOf } from "../realms/realm.ts";

declare const proven: unique symbol;

/** An address on a host that the realm has named. */
export type ReturnAddress = string & { readonly [proven]: true };

/** The origin of a domain of the realm, from a URL of it or from its bare host name. Throws Problem. */
export function parseCallbackUrl(
  context: RealmContext,
  text: string | undefined,
): { origin: ReturnAddress; host: string } {
  const url =
    text === undefined ? null : parseUrl(/^[a-z]+:\/\//i.test(text) ? text : `${context.config.scheme}://${text}`);
  const bareHost = text?.toLowerCase();
  const host = context.realm.hosts.find(
    (candidate) => candidate === bareHost || originOf(candidate, context.config) === url?.origin,
  );
  if (host === undefined)
    throw new Problem("redirect-not-allowed", { detail: "callback-url is not on a domain of this realm." });
  return { origin: originOf(host, context.config) as ReturnAddress, host };
}

/**
 * A path, made absolute on `origin`; or a URL on a domain, or on an allowed redirect domain, of the realm; or on one of the origins
 * `others`. Throws Problem, with the `name` of the parameter.
 */
export function parseRedirectUrl(
  context: RealmContext,
  text: string | undefined,
  origin: string,
  { name = "redirect-url", others = new Set<string>() }: { name?: string; others?: ReadonlySet<string> } = {},
): ReturnAddress {
  const { realm, config } = context;
  const url = text === undefined ? null : isPath(text) ? parseUrl(text, origin) : parseUrl(text);
  const isOwn = url !== null && realm.hosts.some((host) => originOf(host, config) === url.origin);
  const isAllowed =
    url !== null &&
    realm.allowedRedirectDomains.includes(url.hostname) &&
    (url.protocol === "https:" || config.development);
  if (url === null || !(isOwn || isAllowed || others.has(url.origin)))
    throw new Problem("redirect-not-allowed", { detail: `${name} is not on a domain of this realm.` });
  return url.href as ReturnAddress;
}

/** An address that has been proven, in the spelling it came in, as far as a header can carry that. */
export function asSent(text: string | undefined, proven: ReturnAddress): string {
  const isPlain = text !== undefined && /^[\x21-\x7E]+$/.test(text);
  return isPlain && (isPath(text) || text.startsWith(new URL(proven).origin)) ? text : proven;
}

/** A page on a domain of the realm; null when none was named. Throws Problem, with the `name` of the parameter, when another was. */
export function parseAuthPage(
  context: RealmContext,
  text: string | undefined,
  origin: string,
  name = "auth-page",
): ReturnAddress | null {
  if (text === undefined) return null;
  const url = isPath(text) ? parseUrl(text, origin) : parseUrl(text);
  if (url === null || !context.realm.hosts.some((host) => originOf(host, context.config) === url.origin))
    throw new Problem("redirect-not-allowed", { detail: `${name} is not on a domain of this realm.` });
  return url.href as ReturnAddress;
}

/** The address with these parameters set in its query. */
export function withQuery(address: ReturnAddress, parameters: Readonly<Record<string, string>>): ReturnAddress {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href as ReturnAddress;
}

const isPath = (text: string): boolean => /^\/(?![/\\])/.test(text);

/** Null for what is no URL, carries user information, or holds characters that browsers drop on the quiet. */
function parseUrl(text: string, base?: string): URL | null {
  if (text.length > 2048 || /[\p{Cc}\s\\]/u.test(text) || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.username === "" && url.password === "" ? url : null;
}
