/**
 * Bridgekeeper's variant of the authorization endpoint, below /api/auth/v1/oauth: `callback_uri`, `allow_ajax`, auto-sso, and the hop
 * that a browser makes with a code (contract §1). A code of the hop signs a browser in on the domain it names, once, and cannot be
 * exchanged for tokens. Where redirect_uri is no hop, the ordinary endpoint gives the code.
 */
import type { MiddlewareHandler, Next } from "hono";
import { limits } from "../../config/limits.ts";
import type { Client } from "../../domain/clients/client.ts";
import { isRegistered } from "../../domain/clients/redirect-uri.ts";
import { registeredOrigins } from "../../domain/clients/registered-origins.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { issueSessionToken } from "../../domain/sessions/session-token.ts";
import { asSent, parseRedirectUrl, type ReturnAddress, withQuery } from "../../domain/sso/return-address.ts";
import { issueSsoToken, redeemSsoToken } from "../../domain/sso/sso-token.ts";
import { PageError, Problem } from "../../errors/errors.ts";
import type { AppContext, AppEnv } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { readQuery } from "../../http/read-body.ts";
import { type CurrentSession, findSession, sendSession } from "../../http/session.ts";
import { interactionPaths } from "../interaction/paths.ts";

interface HopRequest {
  /** The address on a realm domain that the browser takes the code to. */
  readonly hop: URL;
  readonly host: string;
  readonly callbackUri: ReturnAddress;
}

const hopPath = "/api/auth/v1/oauth/token";
const named = { name: "callback_uri" };

/** GET /oauth/authorize. */
export const authorizeHop: MiddlewareHandler<AppEnv> = async (c, next) => {
  const hasCallback = callbackUri(c) !== undefined;
  if (!hasCallback || !namesHop(c)) {
    if (hasCallback) await parseOrdinaryCallback(c);
    return askOrdinary(c, next);
  }
  const request = await parseHopRequest(c);
  const current = await findSession(c);
  if (current !== null) return answer(c, await hopLocation(c, request, current));
  if (isAjax(c)) throw new Problem("session-missing");
  return c.body(null, 302, { location: signInPage(c, request) });
};

/** GET /oauth/auto-sso/authorize: signed in → as above; not → back, with logged_in=false. */
export const autoSso: MiddlewareHandler<AppEnv> = async (c, next) => {
  const request = namesHop(c) ? await parseHopRequest(c) : null;
  const callback = request?.callbackUri ?? (await parseOrdinaryCallback(c));
  const current = await findSession(c);
  if (current === null) return answer(c, withQuery(callback, { logged_in: "false" }));
  return request === null ? askOrdinary(c, next) : answer(c, await hopLocation(c, request, current));
};

/** A script is told where the ordinary endpoint sends the browser, and for what takes a page to lead it there. */
async function askOrdinary(c: AppContext, next: Next): Promise<void> {
  const ajax = isAjax(c);
  if (ajax && (await findSession(c)) === null) throw new Problem("session-missing");
  await next();
  const location = c.res.headers.get("location") ?? (c.res.status === 200 ? addressForBrowser(c) : null);
  if (!ajax || location === null) return;
  c.header("location", undefined);
  c.res = answer(c, location);
}

function addressForBrowser(c: AppContext): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.delete("allow_ajax");
  return `${originOf(hostOf(c.req.url), c.get("config"))}${pathname}?${searchParams}`;
}

/** The callback_uri beside an ordinary redirect_uri: of the realm, or on a site of the client. Throws Problem, 400. */
async function parseOrdinaryCallback(c: AppContext): Promise<ReturnAddress> {
  const context = c.get("realm");
  const client = await context.clients.find(readQuery(c).get("client_id") ?? "");
  const vouches = client !== null && !client.disabled && !client.selfRegistered;
  const others = vouches ? registeredOrigins(client) : new Set<string>();
  return parseRedirectUrl(context, callbackUri(c), originOf(hostOf(c.req.url), context.config), { ...named, others });
}

/** GET /oauth/token: the browser brings the code to its domain, is signed in there, and goes on to callback_uri. */
export async function tokenHop(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const host = hostOf(c.req.url);
  const to = parseRedirectUrl(context, callbackUri(c), originOf(host, context.config), named);
  const { session, profile } = await redeemSsoToken(context, readQuery(c).get("code"), host);
  const claimed = { userId: profile.id, sid: session.sid, expiresAt: session.expiresAt };
  sendSession(c, await issueSessionToken(context, claimed), session.expiresAt);
  return c.body(null, 302, { location: spelled(c, to) });
}

async function parseHopRequest(c: AppContext): Promise<HopRequest> {
  const context = c.get("realm");
  const query = readQuery(c);
  const client = await context.clients.find(query.get("client_id") ?? "");
  if (client === null || client.disabled || !client.firstParty) throw new PageError("authorization-client-unknown");
  if (query.get("response_type") !== "code") throw new Problem("query-invalid", { fields: { response_type: "code" } });
  const { hop, host } = parseHop(c, client, query.get("redirect_uri"));
  return {
    hop,
    host,
    callbackUri: parseRedirectUrl(context, callbackUri(c), originOf(host, context.config), named),
  };
}

/** Registered by the client, and the hop's own address on a domain of this realm. */
function parseHop(c: AppContext, client: Client, uri: string | undefined): { hop: URL; host: string } {
  const isKnown = uri !== undefined && isRegistered(uri, client.metadata.redirect_uris, client.type);
  const hop = isKnown ? URL.parse(uri) : null;
  const host = hop === null ? undefined : hostOfHop(c, hop);
  if (hop === null || host === undefined) throw new PageError("redirect-not-allowed");
  return { hop, host };
}

function hostOfHop(c: AppContext, { origin, pathname }: URL): string | undefined {
  const { realm, config } = c.get("realm");
  return pathname === hopPath ? realm.hosts.find((host) => originOf(host, config) === origin) : undefined;
}

function namesHop(c: AppContext): boolean {
  const url = URL.parse(readQuery(c).get("redirect_uri") ?? "");
  return url !== null && hostOfHop(c, url) !== undefined;
}

const isAjax = (c: AppContext): boolean => readQuery(c).get("allow_ajax") === "true";

async function hopLocation(c: AppContext, request: HopRequest, { claimed }: CurrentSession): Promise<string> {
  const location = new URL(request.hop);
  const code = await issueSsoToken(c.get("realm"), claimed, request.host, limits.authorizationCodeTtlSeconds);
  location.searchParams.set("code", code);
  location.searchParams.set("callback_uri", spelled(c, request.callbackUri));
  return location.href;
}

const answer = (c: AppContext, location: string): Response =>
  isAjax(c) ? c.json({ redirect_uri: location, redirect_url: location }) : c.body(null, 302, { location });

function signInPage(c: AppContext, request: HopRequest): string {
  const { realm } = c.get("realm");
  const page = new URL(realm.authenticationUrl ?? `${realm.issuer}${interactionPaths.signIn}`);
  page.searchParams.set("redirect-url", request.callbackUri);
  page.searchParams.set("callback-url", request.hop.origin);
  return page.href;
}

/** As the caller wrote it; a path on the domain that it is a path of. */
function spelled(c: AppContext, callback: ReturnAddress): string {
  const sent = callbackUri(c);
  return sent?.startsWith("/") ? callback : asSent(sent, callback);
}

/**
 * Real callers do not encode callback_uri. When it holds a question mark, everything up to `&response_type=` belongs to it.
 */
function callbackUri(c: AppContext): string | undefined {
  const parsed = readQuery(c).get("callback_uri");
  if (parsed === undefined || !parsed.includes("?")) return parsed;
  const raw = /[?&]callback_uri=(.*?)(?:&response_type=|$)/.exec(c.req.url)?.[1];
  if (raw === undefined || !raw.includes("?")) return parsed;
  try {
    return decodeURI(raw);
  } catch {
    return parsed;
  }
}
