import { limits } from "../config/limits.ts";
import { randomHandle } from "../crypto/random.ts";
import type { BrowserMark } from "../domain/sessions/device-marks.ts";
import { Failure } from "../errors/errors.ts";
import { cookieValues, hostCookieName, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

const cookieName = "gatehouse-browser";
const csrfPurpose = "csrf";

/** Which browser this is, before anybody has signed in: what forms and interactions are bound to. Null without the cookie. */
export function browserId(c: AppContext): string | null {
  const values = new Set(cookieValues(c, hostCookieName(c, cookieName)));
  const [id] = values;
  return values.size === 1 && id !== undefined && /^[A-Za-z0-9_-]{22}$/.test(id) ? id : null;
}

/**
 * The id that this browser will be known by from now on; it is given to it with its session (http/session.ts). Null where a browser
 * would have kept back the one it has, on which its open forms and waiting requests hang: none may take its place.
 */
export function browserMark(c: AppContext): BrowserMark | null {
  const known = browserId(c);
  if (known !== null) return { id: known, brought: true };
  if (keepsLaxCookiesBack(c)) return null;
  const id = c.get("newBrowserId") ?? randomHandle(16);
  c.set("newBrowserId", id);
  return { id, brought: false };
}

/** What another site posts, or loads into a page of its own, comes without them (RFC 6265bis §5.6.7.1). */
const keepsLaxCookiesBack = (c: AppContext): boolean =>
  c.req.header("sec-fetch-site") === "cross-site" &&
  !(c.req.method === "GET" && c.req.header("sec-fetch-dest") === "document");

/** The browser's id; a browser without one is given one. */
export function ensureBrowserId(c: AppContext): string {
  const known = browserId(c);
  if (known !== null) return known;
  const id = c.get("newBrowserId") ?? randomHandle(16);
  setCookie(c, hostCookieName(c, cookieName), id, { maxAgeSeconds: limits.browserCookieTtlSeconds, sameSite: "Lax" });
  return id;
}

/** A token for the forms shown to this browser: `<minute>.<key id>.<tag>`. */
export async function csrfToken(c: AppContext, id: string): Promise<string> {
  const minute = Math.floor(Date.now() / 60_000);
  const { keyId, tag } = await c.get("realm").ring.authenticate(csrfPurpose, csrfMessage(c, id, minute));
  return `${minute}.${keyId}.${tag}`;
}

/** Throws Failure unless the token was given to this browser, for this realm, and is not too old. Returns the browser's id. */
export async function checkCsrfToken(c: AppContext, token: string | undefined): Promise<string> {
  const id = browserId(c);
  const [minuteText = "", keyId = "", tag = ""] = (token ?? "").split(".", 3);
  const minute = Number(minuteText);
  const ageMinutes = Math.floor(Date.now() / 60_000) - minute;
  const inTime = /^[0-9]{1,10}$/.test(minuteText) && ageMinutes >= 0 && ageMinutes * 60 <= limits.csrfTokenTtlSeconds;
  if (
    id === null ||
    !inTime ||
    !(await c.get("realm").ring.isAuthentic(csrfPurpose, csrfMessage(c, id, minute), keyId, tag))
  )
    throw new Failure("csrf-token-invalid");
  return id;
}

const csrfMessage = (c: AppContext, id: string, minute: number): string => `${c.get("realm").realm.id}|${id}|${minute}`;
