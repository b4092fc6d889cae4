/** Which headers pass the gateway (contract §4; hop by hop: RFC 9110 §7.6.1). Pure. */

const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Credentials of the realm and of its callers, and what only the gateway may say of them. */
const callersOwn = [
  "authorization",
  "cookie",
  "x-qt-auth",
  "x-api-key",
  "dpop",
  "x-user-context",
  "forwarded",
  "x-real-ip",
  "x-client-ip",
  "true-client-ip",
  "host",
];

/**
 * What a service cannot say on this host, where the realm's own pages and cookies live. The gateway says what its answers may do in a
 * browser.
 */
const hostsOwn = [
  "set-cookie",
  "x-user-context",
  "authorization",
  "clear-site-data",
  "strict-transport-security",
  "service-worker-allowed",
  "content-security-policy",
  "content-security-policy-report-only",
  "set-login",
  "alt-svc",
  "nel",
  "report-to",
  "reporting-endpoints",
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-expose-headers",
  "access-control-max-age",
];

/** What the gateway says of a request. */
export interface Forwarding {
  readonly "x-user-context": string;
  readonly authorization: string;
  readonly "x-forwarded-host": string;
  readonly "x-forwarded-proto": string;
  readonly "x-forwarded-prefix": string;
  readonly "x-request-id": string;
  /** Left out where nobody knows it. */
  readonly "x-forwarded-for"?: string;
}

export const isUpgrade = (headers: Headers): boolean => headers.get("upgrade")?.toLowerCase() === "websocket";

/**
 * As they came, without what is between caller and gateway, and with what the gateway says. Programs behind CGI, WSGI and PHP read `_` in a
 * name as `-`: what a caller cannot say in the one spelling, it cannot in the other.
 */
export function forwardedHeaders(sent: Headers, forwarding: Forwarding): Headers {
  const headers = without(sent, []);
  const reserved = new Set([...hopByHop, ...callersOwn, ...Object.keys(forwarding)]);
  for (const name of [...headers.keys()]) {
    const meant = name.replaceAll("_", "-");
    if (reserved.has(meant) || meant.startsWith("x-forwarded-") || meant.startsWith("cf-")) headers.delete(name);
  }
  if (isUpgrade(sent)) headers.set("upgrade", "websocket");
  for (const [name, value] of Object.entries(forwarding)) headers.set(name, value);
  return headers;
}

export const answeredHeaders = (answered: Headers): Headers => without(answered, hostsOwn);

function without(sent: Headers, names: readonly string[]): Headers {
  const headers = new Headers(sent);
  const named = (sent.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  for (const name of [...hopByHop, ...names]) headers.delete(name);
  for (const name of named) if (/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) headers.delete(name);
  return headers;
}
