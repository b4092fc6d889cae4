import * as oauth from "oauth4webapi";
import { limits } from "../../config/limits.ts";
import { ForeignJwtError } from "../../crypto/foreign-jwt.ts";
import { Problem } from "../../errors/errors.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import { authorizationServerOf } from "./authorization-server.ts";
import type { Provider } from "./provider.ts";

/** Fetches on behalf of one sign-in; all of them together have `limits.outboundTimeoutMs`. Throws OutboundError. */
export type UpstreamFetch = (address: string, init: RequestInit) => Promise<Response>;

/** One conversation with an upstream provider. */
export interface Upstream {
  readonly context: RealmContext;
  readonly provider: Provider;
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly fetch: UpstreamFetch;
  /** For the functions of oauth4webapi. */
  readonly options: UpstreamOptions;
}

/** Under development a provider on this machine may be spoken to in the clear; outboundFetch sees to it that it is this machine. */
const upstreamOptions = (context: RealmContext, fetch: UpstreamFetch) => ({
  [oauth.allowInsecureRequests]: context.config.development,
  [oauth.customFetch]: (address: string, init: object) => fetch(address, init as RequestInit),
});
export type UpstreamOptions = ReturnType<typeof upstreamOptions>;

/** Opens the conversation: finds out where the provider's endpoints are. Throws Problem. */
export async function reachUpstream(context: RealmContext, provider: Provider): Promise<Upstream> {
  const fetch = fetchWithin(context);
  const options = upstreamOptions(context, fetch);
  const server = await speaking(() => authorizationServerOf(context, provider, options));
  const client = { client_id: provider.clientId, [oauth.clockTolerance]: limits.clockSkewSeconds };
  return { context, provider, server, client, fetch, options };
}

function fetchWithin({ config }: RealmContext): UpstreamFetch {
  const deadline = AbortSignal.timeout(limits.outboundTimeoutMs);
  return async (address, init) => {
    const response = await outboundFetch(address, init, { development: config.development, deadline });
    if (response.status >= 500) throw new OutboundError("unreachable", `the provider answered ${response.status}`);
    return response;
  };
}

/** Runs a part of the conversation. Whatever goes wrong on the other side becomes a Problem; nothing of it is repeated to the caller. */
export async function speaking<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw asProblem(error) ?? error;
  }
}

function asProblem(cause: unknown): Problem | null {
  if (cause instanceof OutboundError) return new Problem("provider-unavailable", { cause });
  if (cause instanceof oauth.AuthorizationResponseError && cause.error === "access_denied")
    return new Problem("access-denied", { cause });
  if (cause instanceof oauth.AuthorizationResponseError || cause instanceof oauth.ResponseBodyError)
    return new Problem("provider-refused", { cause: new Error(wordFor(cause.error), { cause }) });
  if (cause instanceof oauth.WWWAuthenticateChallengeError) return new Problem("provider-refused", { cause });
  const isDistrust =
    cause instanceof oauth.OperationProcessingError ||
    cause instanceof oauth.UnsupportedOperationError ||
    cause instanceof ForeignJwtError;
  return isDistrust ? new Problem("provider-answer-invalid", { cause }) : null;
}

/** The provider's own code, for the operators' log; when it is one. */
const wordFor = (error: string): string => (/^[\w.-]{1,60}$/.test(error) ? error : "an error that has no name");
