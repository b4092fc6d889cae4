/** ALL /gateway/:service/*: the built-in gateway to the realm's services (contract §4). */
import { forward, serviceOf } from "../../domain/gateway/forward.ts";
import { answeredHeaders, forwardedHeaders, isUpgrade } from "../../domain/gateway/headers.ts";
import { callerAddress } from "../../http/address.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { securityHeadersOf } from "../../http/middleware/security-headers.ts";
import { requestId } from "../../http/request-id.ts";
import { requireUserContext } from "./user-context.ts";

export async function gateway(c: AppContext): Promise<Response> {
  const name = c.req.param("service") ?? "";
  // First of all who asks: strangers do not learn which services there are.
  const { headers: who } = await requireUserContext(c);
  const service = serviceOf(c.get("realm"), name, (binding) => c.env[binding as `SERVICE_${string}`]);
  const { raw } = c.req;
  const url = new URL(raw.url);
  const prefix = `/gateway/${name}`;
  const address = callerAddress(c);
  const headers = forwardedHeaders(raw.headers, {
    ...who,
    "x-forwarded-host": hostOf(c.req.url),
    "x-forwarded-proto": c.get("config").scheme,
    "x-forwarded-prefix": prefix,
    "x-request-id": requestId(c),
    ...(address === null ? {} : { "x-forwarded-for": address }),
  });
  const request = new Request(`${service.origin}${pathWithin(url)}${url.search}`, {
    method: raw.method,
    headers,
    body: raw.body,
  });
  return passOn(c, await forward(service, request), isUpgrade(raw.headers));
}

/** Below the service's own name, as it was written. Begins with a slash whatever that is: it stands behind a host. */
const pathWithin = ({ pathname }: URL): string => `/${pathname.split("/").slice(3).join("/")}`;

/** The answer as it comes in, but for what belongs to this host. */
function passOn(c: AppContext, answer: Response, upgraded: boolean): Response {
  if (upgraded && answer.webSocket !== null) return passSocketOn(answer);
  const headers = answeredHeaders(answer.headers);
  headers.set("x-request-id", requestId(c));
  // Whatever a browser makes of it, it is nobody's page on this host: no script of it runs beside the realm's own pages.
  headers.set("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  for (const [name, value] of Object.entries(securityHeadersOf(c.get("config")))) headers.set(name, value);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  headers.append("vary", "Authorization");
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

/** With the subprotocol that the service chose (RFC 6455 §4.2.2), and nothing else of its answer. */
function passSocketOn({ webSocket, headers }: Response): Response {
  const protocol = headers.get("sec-websocket-protocol");
  return new Response(null, {
    status: 101,
    webSocket,
    headers: protocol === null ? {} : { "sec-websocket-protocol": protocol },
  });
}
