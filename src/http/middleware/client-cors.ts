import { cors } from "hono/cors";
import type { AppContext } from "../env.ts";

/** Scheme, the longest host name there is, and a port. What is longer is none, and is not worth remembering. */
const longestOriginChars = 300;

async function registeredOrigin(origin: string, c: AppContext): Promise<string | null> {
  if (origin === "" || origin.length > longestOriginChars) return null;
  return (await c.get("realm").clients.hasOrigin(origin)) ? origin : null;
}

const registeredOrigins = cors({
  origin: registeredOrigin,
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type", "dpop"],
  exposeHeaders: ["www-authenticate", "dpop-nonce", "x-error-code", "x-request-id", "retry-after"],
  maxAge: 3600,
});

/**
 * For the endpoints that a client's own pages call: registered origins only, never with credentials (RFC 9700 §2.6).
 * Most callers are servers and send no Origin.
 */
export const clientCors: typeof registeredOrigins = (c, next) => {
  if (c.req.header("origin") !== undefined || c.req.method === "OPTIONS") return registeredOrigins(c, next);
  c.header("vary", "Origin");
  return next();
};

const anyOrigin = cors({ origin: "*", allowMethods: ["GET"], maxAge: 86_400 });

/** For metadata and keys: anybody may read them. */
export const publicCors: typeof anyOrigin = (c, next) => {
  if (c.req.method === "OPTIONS") return anyOrigin(c, next);
  c.header("access-control-allow-origin", "*");
  return next();
};

/** Where clients introduce themselves: none of their origins is known yet, and nothing here looks at cookies. */
export const anyClientCors = cors({
  origin: "*",
  allowMethods: ["GET", "POST", "PUT", "DELETE"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["www-authenticate", "x-error-code", "x-request-id", "retry-after"],
  maxAge: 3600,
});

const gatewayOrigins = cors({
  origin: registeredOrigin,
  allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  exposeHeaders: ["www-authenticate", "dpop-nonce", "x-error-code", "x-request-id", "retry-after", "etag", "location"],
  maxAge: 3600,
});

/** For services behind the gateway: the same origins, with any method and any header of theirs. */
export const gatewayCors: typeof gatewayOrigins = (c, next) =>
  c.req.header("origin") === undefined ? next() : gatewayOrigins(c, next);

const vaultOrigins = cors({
  origin: registeredOrigin,
  allowMethods: ["GET", "POST", "PUT", "DELETE"],
  exposeHeaders: [
    "x-error-code",
    "x-request-id",
    "retry-after",
    "etag",
    "content-range",
    "content-disposition",
    "ratelimit",
    "ratelimit-policy",
    "x-pinc-call-id",
    "x-pinc-status",
    "x-pinc-status-code",
  ],
  maxAge: 3600,
});

/** For calls of the token vault: the same origins, with the headers that shape their answers. */
export const vaultCors: typeof vaultOrigins = (c, next) =>
  c.req.header("origin") === undefined ? next() : vaultOrigins(c, next);
