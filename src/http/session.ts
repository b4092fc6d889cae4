import { limits } from "../config/limits.ts";
import type { Device } from "../domain/sessions/open-session.ts";
import { type ClaimedSession, readSessionTokens, type SessionToken } from "../domain/sessions/session-token.ts";
import { BearerError, Problem } from "../errors/errors.ts";
import { lazily } from "../lib/lazily.ts";
import type { EndReason } from "../storage/user-object/ended-sessions.ts";
import type { LiveSession } from "../storage/user-object/user-object.ts";
import { callerAddress, networkOf, recordedAddress } from "./address.ts";
import { browserMark, ensureBrowserId } from "./browser-id.ts";
import { cookieValues, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

/** All wording hangs on it, and only sign-ins from a new device need it. */
const { postLater } = lazily(() => import("./messages/post-later.ts"));

const sessionHeader = "x-qt-auth";

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
  const live = await c.get("realm").objects.read(claimed.userId, (user) => user.session(claimed.sid));
  if (live === null) return null;
  speakTo(c, live);
  return { ...live, claimed };
}

function speakTo(c: AppContext, { profile }: LiveSession): void {
  if (profile.locale) c.set("locale", profile.locale);
}

/** The same for endpoints that need one. Throws Problem, 403. */
export async function requireSession(c: AppContext, given?: string): Promise<CurrentSession> {
  const claimed = await requireClaimedSession(c, given);
  const live = await c.get("realm").objects.read(claimed.userId, (user) => user.session(claimed.sid));
  if (live === null) throw await explainEnd(c, claimed);
  speakTo(c, live);
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

/** Whether somebody signed in here a moment ago, and did not only find the browser open. */
export const isFreshSession = (c: AppContext, { session }: LiveSession): boolean =>
  c.get("realm").clock.now() - session.authTime <= limits.recentAuthenticationSeconds * 1000;

/** For what nobody may do who only found the browser open. Throws Problem, 403. */
export function requireFresh<Live extends LiveSession>(c: AppContext, current: Live): Live {
  if (!isFreshSession(c, current)) throw new Problem("reauthentication-required");
  return current;
}

/** The same, with both factors where there are two. Throws Problem, 403. */
export function requireProven<Live extends LiveSession>(c: AppContext, current: Live): Live {
  if (current.profile.tfaEnabled && !current.session.amr.includes("mfa")) throw new Problem("second-factor-not-proven");
  return requireFresh(c, current);
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
    address: recordedAddress(c),
    network: networkOf(callerAddress(c)),
    browser: browserMark(c),
    post: async (notice) => (await postLater(c))(notice),
    previous: await claimedSession(c),
  };
}

/** Hands the session over: as a cookie of this host, and in the header when the app asked for it there. */
export function sendSession(c: AppContext, token: SessionToken, expiresAt: number): void {
  const { cookie_name, embedding } = c.get("realm").realm.settings;
  const isStrayPossible = cookieValues(c, cookie_name).length > (embedding ? 0 : 1);
  if (isStrayPossible) setCookie(c, cookie_name, "", { maxAgeSeconds: 0, sameSite: embedding ? "None" : partitioned });
  setSessionCookies(c, token, Math.max(0, Math.floor((expiresAt - Date.now()) / 1000)));
  if (c.get("newBrowserId") !== undefined) ensureBrowserId(c);
  if (c.req.header(sessionHeader) !== undefined) c.header(sessionHeader, token);
}

export const clearSession = (c: AppContext): void => setSessionCookies(c, "", 0);

const partitioned = "None; Partitioned";

/**
 * Where the realm is embedded, the cookie belongs to the site in whose window it was set: to a browser it is another one than that of
 * the same name from before the realm was embedded, or after, which has to go. A second one, by another name, crosses sites.
 */
function setSessionCookies(c: AppContext, value: SessionToken | "", maxAgeSeconds: number): void {
  const { cookie_name, embedding } = c.get("realm").realm.settings;
  setCookie(c, cookie_name, value, { maxAgeSeconds, sameSite: embedding ? partitioned : "Lax" });
  if (!embedding) return;
  setCookie(c, crossSiteCookie(cookie_name), value, { maxAgeSeconds, sameSite: "None" });
  noteLoginStatus(c, value === "" ? "logged-out" : "logged-in");
}

/** Sent from frames on other sites where the browser still does that or the person allows it (Storage Access API), and by FedCM. */
const crossSiteCookie = (cookieName: string): string => `${cookieName}-embed`;

/**
 * The sessions that a frame of ours may speak of: its own, and that of the browser. Only for endpoints that no foreign page can call:
 * elsewhere the cookie that crosses sites is worth nothing.
 */
export async function embeddedSessions(c: AppContext): Promise<ClaimedSession[]> {
  const context = c.get("realm");
  const { cookie_name, embedding } = context.realm.settings;
  const names = embedding ? [cookie_name, crossSiteCookie(cookie_name)] : [cookie_name];
  const claimed = await Promise.all(names.map((name) => readSessionTokens(context, cookieValues(c, name))));
  const [own = null, browsers = null] = claimed;
  return [own, browsers?.sid === own?.sid ? null : browsers].filter((session) => session !== null);
}

/** Tells the browser for its own sign-in: https://w3c-fedid.github.io/login-status/ */
export const noteLoginStatus = (c: AppContext, status: "logged-in" | "logged-out"): void =>
  c.header("set-login", status);
