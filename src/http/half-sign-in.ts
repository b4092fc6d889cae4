/** Between the first factor and the second: the cookie `tfa-auth`, and what each surface says (contract §0, §2). */
import { limits } from "../config/limits.ts";
import {
  type HalfSignIn,
  openHalfSignIn,
  type SecondFactorNeeded,
  sealHalfSignIn,
} from "../domain/second-factor/half-sign-in.ts";
import { browserId } from "./browser-id.ts";
import { cookieValues, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

const cookieName = "tfa-auth";

/** The hosted pages that ask for a second factor, and set one up. */
export const secondFactorPaths = { prove: "/two-factor", setUp: "/two-factor/set-up" } as const;

/** Keeps half a sign-in in this browser. It is worth nothing but at the endpoints that take a second factor. */
export async function keepHalfSignIn(c: AppContext, half: HalfSignIn): Promise<void> {
  const sealed = await sealHalfSignIn(c.get("realm"), half, browserId(c));
  setTfaCookie(c, sealed, limits.halfSignInTtlSeconds);
}

export const forgetHalfSignIn = (c: AppContext): void => setTfaCookie(c, "", 0);

function setTfaCookie(c: AppContext, value: string, maxAgeSeconds: number): void {
  const { embedding } = c.get("realm").realm.settings;
  setCookie(c, cookieName, value, { maxAgeSeconds, sameSite: embedding ? "None; Partitioned" : "Lax" });
}

/** Null when there is none, it is too old, or there are two that differ: one of them was planted. */
export async function findHalfSignIn(c: AppContext): Promise<HalfSignIn | null> {
  const browser = browserId(c);
  let found: HalfSignIn | null = null;
  for (const sealed of new Set(cookieValues(c, cookieName))) {
    const half = await openHalfSignIn(c.get("realm"), sealed, browser);
    if (half === null || half.id === found?.id) continue;
    if (found !== null) return null;
    found = half;
  }
  return found;
}

/** A browser on a page goes on to the next page; programs are told what is missing, with 200: nothing has gone wrong. */
export async function answerHalfSignIn(c: AppContext, needed: SecondFactorNeeded, asPage: boolean): Promise<Response> {
  await keepHalfSignIn(c, needed.half);
  if (asPage) return c.body(null, 303, { location: secondFactorLocation(c, needed.half) });
  return c.json({ code: needed.code, message: needed.publicMessage });
}

/** The hosted page for what is owed, with the request that waits behind it. */
export function secondFactorLocation(c: AppContext, half: Pick<HalfSignIn, "owes">): string {
  const path = half.owes === "tfa-setup-is-required" ? secondFactorPaths.setUp : secondFactorPaths.prove;
  const waiting = c.get("waiting");
  return waiting === undefined ? path : `${path}?interaction=${waiting}`;
}
