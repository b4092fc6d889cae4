import { limits } from "../config/limits.ts";
import { cookieValues, hostCookieName, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

const cookieName = (c: AppContext): string => hostCookieName(c, "gatehouse-link");

/** Keeps in this browser who was handed over to it, until the account here is shown to be theirs. It never stands in an address. */
export const keepLinkToken = (c: AppContext, token: string): void =>
  setCookie(c, cookieName(c), token, { maxAgeSeconds: limits.linkTokenTtlSeconds, sameSite: "Lax" });

export const forgetLinkToken = (c: AppContext): void =>
  setCookie(c, cookieName(c), "", { maxAgeSeconds: 0, sameSite: "Lax" });

/** Null when there is none, or there are two that differ: one of them was planted. */
export function keptLinkToken(c: AppContext): string | null {
  const values = new Set(cookieValues(c, cookieName(c)));
  const [token] = values;
  return values.size === 1 && token ? token : null;
}
