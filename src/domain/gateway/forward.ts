import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { OutboundError } from "../outbound/outbound-fetch.ts";
import { outboundStream, type Send, sendStream } from "../outbound/outbound-stream.ts";
import type { RealmContext } from "../realm-context.ts";

/** The service bindings of the deployment, by name. */
export type FindBinding = (name: string) => { readonly fetch: Send } | undefined;

/** Where a request to a service goes. Throws Problem when the realm has no such service. */
export function serviceOf({ realm, config }: RealmContext, name: string, findBinding: FindBinding): Service {
  const { services } = realm.settings.gateway;
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined) throw new Problem("gateway-service-unknown");
  const timeoutMs = limits.gatewayTimeoutMs;
  if ("origin" in service)
    return {
      origin: service.origin,
      send: (request) => outboundStream(request, { development: config.development, timeoutMs }),
    };
  const binding = findBinding(service.binding);
  if (binding === undefined) throw new Problem("gateway-unreachable", { cause: `no binding ${service.binding}` });
  // The name is only for the service to read: the request does not leave the platform.
  const origin = `https://${name.toLowerCase().replaceAll("_", "-")}.internal`;
  return { origin, send: (request) => sendStream((sent) => binding.fetch(sent), request, timeoutMs) };
}

export interface Service {
  readonly origin: string;
  readonly send: Send;
}

/** Throws Problem, 502 or 504, when no answer begins. */
export async function forward({ send }: Service, request: Request): Promise<Response> {
  try {
    return await send(request);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new Problem(error.kind === "timeout" ? "gateway-timeout" : "gateway-unreachable", { cause: error });
  }
}
