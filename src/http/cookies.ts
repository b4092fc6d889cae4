import type { AppContext } from "./env.ts";

/** Every value of the cookies of that name, as sent: a browser may hold several, and one may have been planted. */
export function cookieValues(c: AppContext, name: string): string[] {
  const header = c.req.header("cookie");
  if (header === undefined) return [];
  const prefix = `${name}=`;
  return header
    .split(";", 200)
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length).replace(/^"(.*)"$/, "$1"));
}

interface CookieOptions {
  readonly maxAgeSeconds: number;
  readonly sameSite: "Lax" | "Strict" | "None" | "None; Partitioned";
}

/** Sets a host-only, HttpOnly cookie. Secure always, but on a laptop's plain-http names that browsers do not treat as secure. */
export function setCookie(
  c: AppContext,
  name: string,
  value: string,
  { maxAgeSeconds, sameSite }: CookieOptions,
): void {
  const secure = isSecureContext(c) ? "; Secure" : "";
  c.header(
    "set-cookie",
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly${secure}; SameSite=${sameSite}`,
    { append: true },
  );
}

function isSecureContext(c: AppContext): boolean {
  if (c.get("config").scheme === "https") return true;
  const host = (c.req.header("host") ?? "").replace(/:[0-9]+$/, "");
  return host === "localhost" || host.endsWith(".localhost");
}

/** A cookie that only this very host can set, where the browser enforces it. */
export const hostCookieName = (c: AppContext, name: string): string =>
  c.get("config").scheme === "https" ? `__Host-${name}` : name;
