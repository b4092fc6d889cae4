/** Makes a call to a provider: patience, redirects and a renewed token, within one deadline (contract §6). */
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import { outboundStream } from "../outbound/outbound-stream.ts";
import type { CallTarget, PreparedCall } from "./call.ts";
import { parseCallAddress } from "./call-address.ts";
import { malformed } from "./macros.ts";

export interface Performing {
  readonly target: CallTarget;
  /** Its body goes on as it comes, however long it is. */
  readonly stream: boolean;
  /** Puts the credentials on. */
  readonly attach: (call: PreparedCall) => Request;
  /** The provider does not take them: others, or null when there are none. Asked once. */
  readonly renew: () => Promise<((call: PreparedCall) => Request) | null>;
}

export interface Performed {
  readonly response: Response;
  /** Requests that were sent for it. */
  readonly tries: number;
}

/** Throws Problem, 502 or 504, when there is no answer to go by. Whatever the provider answers is one. */
export async function perform(call: PreparedCall, performing: Performing): Promise<Performed> {
  const deadlineAt = Date.now() + limits.vaultCallTimeoutMs;
  let { attach } = performing;
  let current = call;
  let tries = 0;
  let renewed = false;
  let redirects = 0;
  for (;;) {
    const sent = await sendPatiently(current, attach, performing, deadlineAt);
    tries += sent.tries;
    const { response } = sent;
    const { status } = response;
    const other = status === 401 && !renewed ? await performing.renew() : null;
    renewed ||= status === 401;
    const next = other === null ? redirectOf(current, response, performing.target) : current;
    if (next === null) return { response, tries };
    if (other === null && ++redirects > limits.vaultRedirects) throw new Problem("provider-redirects-away");
    await leave(response);
    attach = other ?? attach;
    current = next;
  }
}

/** With another try where the provider asks for one, or seems to be down for the moment, and nothing can happen twice by it. */
async function sendPatiently(
  call: PreparedCall,
  attach: Performing["attach"],
  performing: Performing,
  deadlineAt: number,
): Promise<Performed> {
  const mostTries = mayRepeat(call) ? limits.vaultTries : 1;
  for (let tries = 1; ; tries++) {
    const answer = await send(attach(call), performing, deadlineAt);
    const isLast = tries === mostTries;
    if (answer instanceof Response && (isLast || !asksAgain(answer.status))) return { response: answer, tries };
    const waitMs = waitOf(answer, tries);
    if (
      isLast ||
      Date.now() + waitMs >= deadlineAt ||
      (answer instanceof OutboundError && answer.kind !== "unreachable")
    ) {
      if (answer instanceof Response) return { response: answer, tries };
      throw problemOf(answer);
    }
    if (answer instanceof Response) await leave(answer);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** RFC 9110 §9.2.2; and draft-ietf-httpapi-idempotency-key-header. */
const mayRepeat = ({ method, headers }: PreparedCall): boolean =>
  (method !== "POST" && method !== "PATCH") || headers.has("idempotency-key");

const asksAgain = (status: number): boolean => status === 429 || (status >= 500 && status !== 501 && status !== 505);

/** What the provider says (RFC 9110 §10.2.3), else longer each time, and not all callers at the same moment. */
function waitOf(answer: Response | OutboundError, tries: number): number {
  const said = answer instanceof Response ? (answer.headers.get("retry-after") ?? "") : "";
  if (/^\d{1,6}$/.test(said)) return Number(said) * 1000;
  const at = said === "" ? Number.NaN : Date.parse(said);
  if (!Number.isNaN(at)) return Math.max(0, at - Date.now());
  return limits.vaultFirstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random());
}

async function send(
  request: Request,
  { target, stream }: Performing,
  deadlineAt: number,
): Promise<Response | OutboundError> {
  const { development } = target;
  const timeoutMs = Math.max(1, deadlineAt - Date.now());
  try {
    if (stream) return await outboundStream(unpacked(request), { development, timeoutMs });
    const deadline = AbortSignal.timeout(timeoutMs);
    const { url, method, headers, body } = request;
    const init = { method, headers, body };
    return await outboundFetch(url, init, { development, deadline, mostBytes: limits.vaultAnswerBytes });
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
}

/** A stream's length and ranges are those of what is sent. */
function unpacked(request: Request): Request {
  const plain = new Request(request);
  plain.headers.set("accept-encoding", "identity");
  return plain;
}

function problemOf(error: OutboundError): Problem {
  if (error.kind === "address") return malformed("url", error.message);
  if (error.kind === "too-large") return new Problem("provider-answer-too-large", { cause: error });
  return new Problem(error.kind === "timeout" ? "provider-too-slow" : "provider-unreachable", { cause: error });
}

const redirections = new Set([301, 302, 303, 307, 308]);

/** Where the answer leads: only on to the provider's own hosts, for the token goes along. Null when it leads nowhere. */
function redirectOf(call: PreparedCall, { status, headers }: Response, target: CallTarget): PreparedCall | null {
  const location = redirections.has(status) ? headers.get("location") : null;
  if (location === null) return null;
  const resolved = /[\p{Cc}\\]/u.test(location) ? null : URL.parse(location, call.url);
  if (resolved !== null) resolved.hash = "";
  const url = resolved === null ? "" : parseCallAddress(resolved.href, target.apiHosts, target.development);
  if (typeof url === "string" || (call.url.protocol === "https:" && url.protocol !== "https:"))
    throw new Problem("provider-redirects-away");
  return { ...call, url, ...withoutBody(call, status) };
}

/** RFC 9110 §15.4: 303 asks for another thing by GET; a POST that was moved by 301 or 302 becomes a GET, as everybody has it. */
function withoutBody({ method, headers }: PreparedCall, status: number): Partial<PreparedCall> {
  const becomesGet = status === 303 ? method !== "HEAD" : (status === 301 || status === 302) && method === "POST";
  if (!becomesGet) return {};
  const kept = new Headers(headers);
  for (const name of [...kept.keys()]) if (name.startsWith("content-")) kept.delete(name);
  return { method: "GET", body: null, headers: kept };
}

const leave = async ({ body }: Response): Promise<void> => body?.cancel().catch(() => undefined);
