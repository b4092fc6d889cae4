import type { Device } from "../domain/sessions/open-session.ts";
import { type ClaimedSession, readSessionTokens, type SessionToken } from "../domain/sessions/session-token.ts";
import { BearerError, Problem } from "../errors/errors.ts";
import type { EndReason } from "../storage/user-object/ended-sessions.ts";
import type { LiveSession } from "../storage/user-object/user-object.ts";
import { callerAddress } from "./address.ts";
import { cookieValues, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

export const sessionHeader = "x-qt-auth";

/** Sent by mobile apps that have no session yet. Never a token. */
const placeholder = "dummy";

/** The token sent in the header, as apps do; undefined when the cookies are to be looked at. */
export function headerToken(c: AppContext): string | undefined {
  const header = c.req.header(sessionHeader);
  return header === placeholder ? undefined : header;
}

/**
 * The session that the request claims: by header, else by `given` (where an endpoint takes a token elsewhere), else by cookie.
 * Signed by this realm; whether it lives, its object knows.
 */
export function claimedSession(c: AppContext, given?: string): Promise<ClaimedSession | null> {
  const header = headerToken(c) ?? given;
  const context = c.get("realm");
  const tokens = header === undefined ? cookieValues(c, context.realm.settings.cookie_name) : [header];
  return tokens.length === 0 ? Promise.resolve(null) : readSessionTokens(context, tokens);
}

export interface CurrentSession extends LiveSession {
  readonly claimed: ClaimedSession;
}

/** The live session behind the request, or null. One call to the user's object. */
export async function findSession(c: AppContext): Promise<CurrentSession | null> {
  const claimed = await claimedSession(c);
  if (claimed === null) return null;
  const live = await c.get("realm").objects.call(claimed.userId, (user) => user.session(claimed.sid));
  return live === null ? null : { ...live, claimed };
}

/** The same for endpoints that need one. Throws Problem, 403. */
export async function requireSession(c: AppContext, given?: string): Promise<CurrentSession> {
  const claimed = await requireClaimedSession(c, given);
  const live = await c.get("realm").objects.call(claimed.userId, (user) => user.session(claimed.sid));
  if (live === null) throw await explainEnd(c, claimed);
  return { ...live, claimed };
}

const endings: Readonly<Record<EndReason, string>> = {
  "signed-out": "You have signed out, please Login.",
  kicked: "This session was ended from another device, please Login.",
  evicted: "This account was signed in on another device, please Login.",
  replaced: "You have signed in again in this browser, please Login.",
  "credentials-changed": "The password or the second factor of this account was changed, please Login.",
  disabled: "This account has been disabled.",
  expired: "The session has ended, please Login.",
};

/** The refusal for a session that is over: it says why, so that the person who was signed out can be told. */
export async function explainEnd(c: AppContext, ended: ClaimedSession): Promise<Problem> {
  const reason = await c.get("realm").objects.call(ended.userId, (user) => user.whyEnded(ended.sid));
  return new Problem("session-ended", { detail: endings[reason], fields: { session: reason } });
}

/** For endpoints whose own call to the object says whether the session lives. Throws Problem, 403. */
export async function requireClaimedSession(c: AppContext, given?: string): Promise<ClaimedSession> {
  const claimed = await claimedSession(c, given);
  if (claimed !== null) return claimed;
  if (c.req.header("authorization") !== undefined) throw new BearerError("access-token-malformed");
  const sent = headerToken(c) ?? given ?? cookieValues(c, c.get("realm").realm.settings.cookie_name)[0];
  throw new Problem(sent === undefined ? "session-missing" : "session-invalid");
}

/** The device in front of us, with the session it had so far. */
export async function currentDevice(c: AppContext): Promise<Device> {
  return {
    userAgent: c.req.header("user-agent") ?? null,
    address: callerAddress(c),
    previous: await claimedSession(c),
  };
}

/** Hands the session over: as a cookie of this host, and in the header when the app asked for it there. */
export function sendSession(c: AppContext, token: SessionToken, expiresAt: number): void {
  const { settings } = c.get("realm").realm;
  setCookie(c, settings.cookie_name, token, {
    maxAgeSeconds: Math.max(0, Math.floor((expiresAt - Date.now()) / 1000)),
    sameSite: settings.embedding ? "None; Partitioned" : "Lax",
  });
  if (c.req.header(sessionHeader) !== undefined) c.header(sessionHeader, token);
}

export function clearSession(c: AppContext): void {
  const { settings } = c.get("realm").realm;
  setCookie(c, settings.cookie_name, "", {
    maxAgeSeconds: 0,
    sameSite: settings.embedding ? "None; Partitioned" : "Lax",
  });
}
