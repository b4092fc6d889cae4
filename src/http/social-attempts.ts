import { limits } from "../config/limits.ts";
import { cookieValues, hostCookieName, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

/** A sign-in at a provider that this browser has begun; the number tells those in other tabs apart. */
export interface KeptAttempt {
  readonly slot: number;
  readonly sealed: string;
}

/** What it is for: to sign in there, or to let an application use what one has there. */
export type AttemptKind = "social" | "vault";

const cookieName = (c: AppContext, kind: AttemptKind, slot: number): string =>
  hostCookieName(c, `gatehouse-${kind}-${slot}`);

/** All that the browser has begun. It may have been given others; whether one is genuine, its seal says. */
export function keptAttempts(c: AppContext, kind: AttemptKind): KeptAttempt[] {
  return Array.from({ length: limits.socialSignInsPerBrowser }, (_, slot) =>
    cookieValues(c, cookieName(c, kind, slot)).map((sealed) => ({ slot, sealed })),
  ).flat();
}

/**
 * Gives an attempt to the browser that begins it. Few fit in, so that nobody can stuff a browser with them. A provider that answers by a
 * form on its own page gets it back only when the cookie may be sent from other sites.
 */
export function keepAttempt(c: AppContext, kind: AttemptKind, sealed: string, comesBackByForm: boolean): void {
  const slots = Array.from({ length: limits.socialSignInsPerBrowser }, (_, slot) => slot);
  const free = slots.find((slot) => cookieValues(c, cookieName(c, kind, slot)).length === 0);
  const slot = free ?? Math.floor(Math.random() * slots.length);
  setCookie(c, cookieName(c, kind, slot), sealed, {
    maxAgeSeconds: limits.socialSignInTtlSeconds,
    sameSite: comesBackByForm ? "None" : "Lax",
  });
}

/** An attempt that came back is over, however it went. */
export function dropAttempt(c: AppContext, kind: AttemptKind, slot: number, comesBackByForm: boolean): void {
  setCookie(c, cookieName(c, kind, slot), "", { maxAgeSeconds: 0, sameSite: comesBackByForm ? "None" : "Lax" });
}
