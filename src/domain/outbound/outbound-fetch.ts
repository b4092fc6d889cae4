/** Every call to an address that somebody else has named goes through here: OWASP ASVS 5.0 §1.3.6, §13.2.6. */

import { limits } from "../../config/limits.ts";
import { joined } from "../../lib/bytes.ts";
import { outboundFault } from "./outbound-address.ts";

/** A call that was not made, or brought nothing to go by. Messages say what, never what was sent. */
export class OutboundError extends Error {
  override readonly name = "OutboundError";
  readonly kind: "address" | "timeout" | "unreachable" | "too-large";

  constructor(kind: OutboundError["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface OutboundOptions {
  /** This machine may be called. */
  readonly development: boolean;
  /** When to give up, answers' bodies included; `limits.outboundTimeoutMs` from now on when left out. */
  readonly deadline?: AbortSignal | undefined;
  /** Longest answer; `limits.outboundAnswerBytes` when left out. With 0 nothing of it is read, and any length will do. */
  readonly mostBytes?: number;
}

/**
 * `fetch` for public https addresses. Redirects are answers like others and not followed. The answer has arrived whole when this
 * returns. Throws OutboundError.
 */
export async function outboundFetch(
  address: string,
  init: RequestInit,
  { development, deadline, mostBytes = limits.outboundAnswerBytes }: OutboundOptions,
): Promise<Response> {
  const fault = outboundFault(address, development);
  if (fault !== null) throw new OutboundError("address", `the address ${fault}`);
  const signal = deadline ?? AbortSignal.timeout(limits.outboundTimeoutMs);
  try {
    const response = await fetch(address, { ...init, redirect: "manual", signal });
    const body = mostBytes === 0 ? await leave(response.body) : await readAtMost(mostBytes, response.body, signal);
    const { status, statusText, headers } = response;
    return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (signal.aborted) throw new OutboundError("timeout", "no answer in time", error);
    throw new OutboundError("unreachable", "the connection failed", error);
  }
}

async function leave(body: ReadableStream | null): Promise<Uint8Array> {
  await body?.cancel().catch(() => undefined);
  return new Uint8Array();
}

async function readAtMost(bytes: number, body: ReadableStream | null, signal: AbortSignal): Promise<Uint8Array> {
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) return new Uint8Array();
  // An answer that trickles in is given up like one that never comes.
  signal.addEventListener("abort", () => void reader.cancel(signal.reason).catch(() => undefined), { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) return joined(chunks, size);
    size += value.byteLength;
    if (size > bytes) {
      await reader.cancel();
      throw new OutboundError("too-large", `the answer has more than ${bytes} bytes`);
    }
    chunks.push(value);
  }
}
