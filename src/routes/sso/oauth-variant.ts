/**
 * Bridgekeeper's variant of the authorization endpoint, below /api/auth/v1/oauth: `callback_uri`, `allow_ajax`, auto-sso, and the hop
 * that a browser makes with a code (contract §1). A code of this kind signs a browser in on the domain it names, once, and cannot be
 * exchanged for tokens.
 */
import type { MiddlewareHandler } from "hono";
import type { Client } from "../../domain/clients/client.ts";
import { isRegistered } from "../../domain/clients/redirect-uri.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { issueSessionToken } from "../../domain/sessions/session-token.ts";
import { parseRedirectUrl, type ReturnAddress, withQuery } from "../../domain/sso/return-address.ts";
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
  readonly ajax: boolean;
}

const hopPath = "/api/auth/v1/oauth/token";

/** GET /oauth/authorize with a callback_uri; without one it is the ordinary endpoint's. */
export const authorizeHop: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (callbackUri(c) === undefined) return next();
  const request = await parseHopRequest(c);
  const current = await findSession(c);
  if (current !== null) return answer(c, request, await hopLocation(c, request, current));
  if (request.ajax) throw new Problem("session-missing");
  return c.body(null, 302, { location: signInPage(c, request) });
};

/** GET /oauth/auto-sso/authorize: signed in → as above; not → back, with logged_in=false. */
export async function autoSso(c: AppContext): Promise<Response> {
  const request = await parseHopRequest(c);
  const current = await findSession(c);
  const location =
    current === null ? withQuery(request.callbackUri, { logged_in: "false" }) : await hopLocation(c, request, current);
  return answer(c, request, location);
}

/** GET /oauth/token: the browser brings the code to its domain, is signed in there, and goes on to callback_uri. */
export async function tokenHop(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const host = hostOf(c.req.url);
  const to = parseRedirectUrl(context, callbackUri(c), originOf(host, context.config));
  const { session, profile } = await redeemSsoToken(context, readQuery(c).get("code"), host);
  const claimed = { userId: profile.id, sid: session.sid, expiresAt: session.expiresAt };
  sendSession(c, await issueSessionToken(context, claimed), session.expiresAt);
  return c.body(null, 302, { location: to });
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
    callbackUri: parseRedirectUrl(context, callbackUri(c), originOf(host, context.config)),
    ajax: query.get("allow_ajax") === "true",
  };
}

/** Registered by the client, and the hop's own address on a domain of this realm. */
function parseHop(c: AppContext, client: Client, uri: string | undefined): { hop: URL; host: string } {
  const { realm, config } = c.get("realm");
  const registered = uri !== undefined && isRegistered(uri, client.metadata.redirect_uris, client.type);
  const hop = registered && URL.canParse(uri) ? new URL(uri) : null;
  const host = realm.hosts.find((candidate) => originOf(candidate, config) === hop?.origin);
  if (hop === null || host === undefined || hop.pathname !== hopPath) throw new PageError("redirect-not-allowed");
  return { hop, host };
}

async function hopLocation(c: AppContext, request: HopRequest, { claimed }: CurrentSession): Promise<string> {
  const location = new URL(request.hop);
  location.searchParams.set("code", await issueSsoToken(c.get("realm"), claimed, request.host));
  location.searchParams.set("callback_uri", request.callbackUri);
  return location.href;
}

function answer(c: AppContext, request: HopRequest, location: string): Response {
  return request.ajax ? c.json({ redirect_uri: location, redirect_url: location }) : c.body(null, 302, { location });
}

function signInPage(c: AppContext, request: HopRequest): string {
  const { realm } = c.get("realm");
  const page = new URL(realm.authenticationUrl ?? `${realm.issuer}${interactionPaths.signIn}`);
  page.searchParams.set("redirect-url", request.callbackUri);
  page.searchParams.set("callback-url", request.hop.origin);
  return page.href;
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
