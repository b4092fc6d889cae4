/** Between a temporary password and the user's own: the cookie that keeps the token off the address, and what each surface says. */
import { limits } from "../config/limits.ts";
import type { PasswordChangeNeeded } from "../domain/sessions/password-change-needed.ts";
import { cookieValues, hostCookieName, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

/** The hosted page that takes a new password. */
export const resetPasswordPath = "/reset-password";

const cookieName = "gatehouse-reset";

/** What has the shape of a token, and so may stand in a cookie. */
const tokenShape = /^[A-Za-z0-9_-]{1,16}\.[A-Za-z0-9_-]{1,2000}$/;

/** Of a mailed link, or of a temporary password. */
export function keepResetToken(c: AppContext, token: string): void {
  const value = tokenShape.test(token) ? token : "none";
  setCookie(c, hostCookieName(c, cookieName), value, { maxAgeSeconds: limits.resetLinkTtlSeconds, sameSite: "Lax" });
}

export function dropResetToken(c: AppContext): void {
  setCookie(c, hostCookieName(c, cookieName), "", { maxAgeSeconds: 0, sameSite: "Lax" });
}

export const keptResetToken = (c: AppContext): string | null =>
  cookieValues(c, hostCookieName(c, cookieName))[0] || null;

/** A browser goes on to the page, with the request that waits behind it. */
export function goToPasswordChange(c: AppContext, { token }: PasswordChangeNeeded): Response {
  keepResetToken(c, token);
  const waiting = c.get("waiting");
  const location = waiting === undefined ? resetPasswordPath : `${resetPasswordPath}?interaction=${waiting}`;
  return c.body(null, 303, { location, "cache-control": "no-store" });
}
