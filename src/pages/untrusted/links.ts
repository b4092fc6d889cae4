const ownOrigin = "https://own.invalid";

/**
 * An address that may stand in `href`: a path on this host, or http(s). Anything else, such as `javascript:`,
 * is undefined. The parser's spelling is returned, because browsers drop tabs and newlines that a reader may not see.
 */
export function safeHref(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.parse(value, ownOrigin);
  if (!url) return undefined;
  if (url.origin !== ownOrigin) return isWeb(url) ? url.href : undefined;
  const path = url.pathname + url.search + url.hash;
  // Asked twice: "?x" and "https://own.invalid/" become paths by parsing, and "/.//evil.example" stops being one.
  return isOwnPath(value) && isOwnPath(path) ? path : undefined;
}

/** An https address of another host's web page; undefined for everything else. */
export function safeExternalHref(value: string | undefined): string | undefined {
  const href = safeHref(value);
  return href?.startsWith("/") ? undefined : href;
}

/** An https image address; undefined for everything else, and no request tells the image's host where it is shown. */
export function safeImage(value: string | undefined): string | undefined {
  const url = value ? URL.parse(value) : null;
  return url?.protocol === "https:" && isPlainHost(url.host) ? url.href : undefined;
}

// A host may hold signs such as ";", which end a directive of the policy that names it.
const isPlainHost = (host: string): boolean => /^[a-z0-9.:[\]_-]+$/.test(host);

/** A realm's logo: as {@link safeImage}, or a small picture in the address itself, which runs nothing where it is shown. */
export function safeLogo(value: string | undefined): string | undefined {
  const isInline = /^data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/.test(value ?? "");
  return isInline ? value : safeImage(value);
}

/**
 * The address a form is sent to: as {@link safeHref}.
 * @throws TypeError on any other address, for a form without a target would post its fields to the page's own address.
 */
export function formTarget(value: string): string {
  const target = safeHref(value);
  if (target === undefined) throw new TypeError("a form's target must be a path of this host or an http(s) address");
  return target;
}

/** Host and port of an http(s) address, for people to read. */
export function hostOf(value: string): string | undefined {
  return URL.parse(value)?.host || undefined;
}

const isWeb = ({ protocol }: URL): boolean => protocol === "https:" || protocol === "http:";

const isOwnPath = (value: string): boolean => /^\/(?![/\\])/.test(value);
