interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  readonly sameSite: string;
}

/** A browser's cookies by host and path (RFC 6265 §5). Lifetimes are not counted: a jar lives no longer than a test. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie & { host: string }>();

  /** The Cookie header for a request, or null. A form posted from another site brings only cookies with SameSite=None. */
  header(url: URL, crossSitePost: boolean): string | null {
    const sent = [...this.#cookies.values()].filter(
      (cookie) =>
        cookie.host === url.hostname &&
        isBelow(url.pathname, cookie.path) &&
        (!cookie.secure || url.protocol === "https:" || isLoopback(url.hostname)) &&
        (!crossSitePost || cookie.sameSite === "none"),
    );
    return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  copy(): CookieJar {
    const jar = new CookieJar();
    for (const [key, cookie] of this.#cookies) jar.#cookies.set(key, cookie);
    return jar;
  }

  keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = "", ...rest] = line.split(";").map((part) => part.trim());
      const attributes = new Map(
        rest.map((part): [string, string] => {
          const [name = "", ...value] = part.split("=");
          return [name.toLowerCase(), value.join("=")];
        }),
      );
      if (attributes.has("domain")) throw new Error(`a cookie for more than its host: ${line}`);
      const at = pair.indexOf("=");
      const cookie = {
        name: pair.slice(0, at),
        value: pair.slice(at + 1),
        path: attributes.get("path") || directoryOf(url.pathname),
        secure: attributes.has("secure"),
        sameSite: attributes.get("samesite")?.toLowerCase() ?? "lax",
        host: url.hostname,
      };
      const key = `${cookie.host}|${cookie.path}|${cookie.name}`;
      if (isOver(attributes)) this.#cookies.delete(key);
      else this.#cookies.set(key, cookie);
    }
  }
}

function isOver(attributes: ReadonlyMap<string, string>): boolean {
  const maxAge = attributes.get("max-age");
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = attributes.get("expires");
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
const isBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
const isLoopback = (hostname: string): boolean => /(?:^|\.)localhost$|^127\./.test(hostname);
