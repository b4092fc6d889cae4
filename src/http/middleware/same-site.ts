import { createMiddleware } from "hono/factory";
import type { Client } from "../../domain/clients/client.ts";
import { registeredOrigins } from "../../domain/clients/registered-origins.ts";
import { isRealmOrigin, originOf } from "../../domain/realms/realm.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext, AppEnv } from "../env.ts";
import { hostOf } from "./realm.ts";

/**
 * A browser that sends a state-changing request from a foreign page says so in Origin or Sec-Fetch-Site, and is refused.
 * Without either header the caller is a server (contract §7).
 */
export const sameSite = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method !== "GET" && c.req.method !== "HEAD" && c.req.method !== "OPTIONS") refuseForeignOrigin(c);
  await next();
});

/** For forms that may stand on any site of the realm: another of its origins will do, a foreign one will not. */
export const sameRealm = createMiddleware<AppEnv>(async (c, next) => {
  const { realm, config } = c.get("realm");
  const origin = c.req.header("origin");
  const foreign =
    origin === undefined ? c.req.header("sec-fetch-site") === "cross-site" : !isRealmOrigin(origin, realm, config);
  if (foreign) throw new Problem("cross-site-request");
  await next();
});

/** For the few GET requests that change something. */
export function refuseForeignOrigin(c: AppContext): void {
  const { realm, config } = c.get("realm");
  const origin = c.req.header("origin");
  const foreign = origin !== undefined && !isRealmOrigin(origin, realm, config);
  if (foreign || c.req.header("sec-fetch-site") === "cross-site") throw new Problem("cross-site-request");
}

/** The same where nothing but this very origin will do: on the realm's other sites scripts of others may run. */
export function refuseOtherOrigin(c: AppContext): void {
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site") ?? "none";
  const other = origin !== undefined && origin !== originOf(hostOf(c.req.url), c.get("config"));
  if (other || (site !== "same-origin" && site !== "none")) throw new Problem("cross-site-request");
}

/**
 * For forms that may also stand on the site of the client they name (contract §3): its Origin is the realm's or one of that client's.
 * A browser that shows none must say that the form is of this very origin. A client that registered itself vouches for no site:
 * anybody could, and sign people in as somebody else.
 */
export function refuseForeignForm(c: AppContext, client: Client | null): void {
  refuseOriginsExcept(c, client?.selfRegistered === false ? registeredOrigins(client) : new Set());
}

/** The same for forms on the pages of whoever vouches for these origins. */
export function refuseOriginsExcept(c: AppContext, others: ReadonlySet<string>): void {
  const { realm, config } = c.get("realm");
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site");
  const isOwn =
    origin === undefined
      ? site === undefined || site === "same-origin" || site === "none"
      : isRealmOrigin(origin, realm, config) || others.has(origin);
  if (!isOwn) throw new Problem("cross-site-request");
}

/** HEAD is for looking: on an address where GET changes something it is not allowed. */
export const noHead = createMiddleware<AppEnv>(async (c, next) => (c.req.method === "HEAD" ? c.notFound() : next()));
