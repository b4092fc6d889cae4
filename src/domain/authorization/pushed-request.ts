/** Pushed authorization requests: RFC 9126. */
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { OAuthError, PageError } from "../../errors/errors.ts";
import { jsonBytes } from "../../lib/json.ts";
import { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import { codeKeyOf } from "../dpop/code-key.ts";
import type { RealmContext } from "../realm-context.ts";
import { AuthorizationError } from "./authorization-error.ts";
import { getClient, parseAuthorizationRequest, type SentRequest } from "./authorization-request.ts";

const requestUriPrefix = "urn:ietf:params:oauth:request_uri:";

/** What marks a pushed request as used. Lasts as long as somebody might still be on the way with it. */
export interface PushedMark {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const markOf = (handleHash: string, expiresAt: number): PushedMark => ({
  id: `pushed:${handleHash}`,
  expiresAt: expiresAt + limits.interactionTtlSeconds * 1000,
});

/** How the client authenticated is nobody's business afterwards. */
const credentials: ReadonlySet<string> = new Set(["client_secret", "client_assertion", "client_assertion_type"]);

/**
 * Checks the request as /authorize does, keeps it, and answers the address that stands for it: 256 random bits (§2.2, §7.1).
 * The client has authenticated; the code will be bound to the key `jkt` where it proved one (RFC 9449 §10.1). Throws OAuthError.
 */
export async function pushRequest(
  context: RealmContext,
  client: Client,
  sent: Parameters,
  jkt: string | null,
): Promise<string> {
  if (sent.get("request_uri") !== undefined) throw new OAuthError("request-uri-pushed");
  const parameters = withKey(withoutCredentials(client, sent), jkt);
  if (jsonBytes(parameters.entries()) > limits.authorizationRequestBytes) throw new OAuthError("body-too-large");
  const handle = randomHandle(32);
  const handleHash = await sha256(handle);
  const expiresAt = context.clock.now() + limits.pushedRequestTtlSeconds * 1000;
  await checkRequest(context, { parameters, pushed: markOf(handleHash, expiresAt) });
  await context.pushedRequests.put(
    handleHash,
    {
      type: "pushed-request",
      realmId: context.realm.id,
      clientId: client.clientId,
      parameters: parameters.entries(),
      expiresAt,
    },
    limits.pushedRequestTtlSeconds,
  );
  return `${requestUriPrefix}${handle}`;
}

function withoutCredentials(client: Client, sent: Parameters): Parameters {
  const own = sent.entries().filter(([name]) => !credentials.has(name) && name !== "client_id");
  return new Parameters([...own, ["client_id", client.clientId]]);
}

function withKey(parameters: Parameters, jkt: string | null): Parameters {
  const key = codeKeyOf(parameters, jkt, (reason) => {
    throw new OAuthError(reason);
  });
  const others = parameters.entries().filter(([name]) => name !== "dpop_jkt");
  return key === null ? parameters : new Parameters([...others, ["dpop_jkt", key]]);
}

/** What would be a page or a redirect at /authorize is told to the client itself (§2.3). */
async function checkRequest(context: RealmContext, sent: SentRequest): Promise<void> {
  try {
    await parseAuthorizationRequest(context, sent);
  } catch (error) {
    if (error instanceof PageError && error.reason === "redirect-not-allowed")
      throw new OAuthError("pushed-redirect-not-registered");
    if (error instanceof PageError || error instanceof AuthorizationError) throw new OAuthError(error.reason);
    throw error;
  }
}

/**
 * The request that `request_uri` stands for; nothing that came beside it counts (§4). Null when the request names no pushed one.
 * Unknown, expired, used, and another client's look alike. Throws PageError: no return address is proven.
 */
export async function findPushedRequest(context: RealmContext, sent: Parameters): Promise<SentRequest | null> {
  const requestUri = sent.get("request_uri");
  if (requestUri === undefined || !requestUri.startsWith(requestUriPrefix)) return null;
  const client = await getClient(context, sent);
  const handle = requestUri.slice(requestUriPrefix.length);
  const found =
    /^[A-Za-z0-9_-]{43}$/.test(handle) && !sent.repeated.has("request_uri")
      ? await findUnused(context, client, await sha256(handle))
      : null;
  if (found === null) throw new PageError("pushed-request-unknown");
  return found;
}

async function findUnused(context: RealmContext, client: Client, handleHash: string): Promise<SentRequest | null> {
  const request = await context.pushedRequests.find(handleHash);
  if (request === null || request.clientId !== client.clientId || request.expiresAt <= context.clock.now()) return null;
  const pushed = markOf(handleHash, request.expiresAt);
  if (await context.objects.isSpentForClient(client.clientId, pushed.id)) return null;
  return { parameters: new Parameters(request.parameters), pushed };
}

/** Uses a pushed request up: it gives one code, whoever brings it and however often (§7.3). Throws PageError. */
export async function spendPushedRequest(context: RealmContext, client: Client, pushed: PushedMark): Promise<void> {
  const spending = { ...pushed, attemptId: randomHandle(16) };
  if (!(await context.objects.spendForClient(client.clientId, spending))) throw new PageError("pushed-request-unknown");
}
