/** Calls whose bodies pass through in both directions: the same addresses as outbound-fetch.ts, and nothing is kept. */
import { outboundFault } from "./outbound-address.ts";
import { OutboundError } from "./outbound-fetch.ts";

/** Whatever takes a request: the network, or a Worker that is bound to this one. */
export type Send = (request: Request) => Promise<Response>;

/**
 * `fetch` for public https addresses. Redirects are answers like others and not followed. Returns when the answer begins; its body is
 * still on its way. Throws OutboundError.
 */
export async function outboundStream(
  request: Request,
  { development, timeoutMs }: { readonly development: boolean; readonly timeoutMs: number },
): Promise<Response> {
  const fault = outboundFault(request.url, development);
  if (fault !== null) throw new OutboundError("address", `the address ${fault}`);
  return sendStream(fetch, request, timeoutMs);
}

/** The same by any way there is. The time ends with the answer's beginning: a stream may take as long as it likes. */
export async function sendStream(send: Send, request: Request, timeoutMs: number): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    return await send(new Request(request, { redirect: "manual", signal: controller.signal }));
  } catch (error) {
    if (controller.signal.aborted) throw new OutboundError("timeout", "no answer in time", error);
    throw new OutboundError("unreachable", "the connection failed", error);
  } finally {
    clearTimeout(timer);
  }
}
