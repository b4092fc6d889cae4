/** A refresh at the provider: RFC 6749 §6. */
import * as oauth from "oauth4webapi";
import { Problem } from "../../errors/errors.ts";
import type { RefreshOutcome } from "../../storage/user-object/connection-refresh.ts";
import { clientAuthentication } from "../federation/client-authentication.ts";
import { checkIdToken } from "../federation/id-token.ts";
import type { Provider } from "../federation/provider.ts";
import { standardAnswer, wordsIn } from "../federation/token-answer.ts";
import { reachUpstream, speaking, type Upstream } from "../federation/upstream.ts";
import { OutboundError } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import type { BearerSecrets } from "./secrets.ts";

export type TokensAnswer =
  | {
      readonly kind: "tokens";
      readonly secrets: BearerSecrets;
      /** Null when the provider did not say. */
      readonly scopes: readonly string[] | null;
      readonly expiresAt: number | null;
    }
  | Exclude<RefreshOutcome, { kind: "refreshed" }>;

/**
 * New tokens for the refresh token, or why there are none; never throws what the provider has done wrong. A connection that broke may
 * have lost an answer that has replaced the refresh token: it is asked for again at once, while providers still forgive that. Where the
 * newest refresh token is not taken (any more), the one before it gets a try: there is nothing left to lose by it.
 */
export async function askForTokens(
  context: RealmContext,
  provider: Provider,
  secrets: BearerSecrets,
): Promise<TokensAnswer> {
  try {
    const upstream = await reachUpstream(context, provider);
    if (upstream.server.token_endpoint !== secrets.tokenEndpoint) return { kind: "expired", code: "provider-moved" };
    const newest = await tryToken(upstream, secrets, secrets.refreshToken ?? "");
    if (newest.kind !== "expired" || secrets.previousRefreshToken === null) return newest;
    const before = await tryToken(upstream, secrets, secrets.previousRefreshToken);
    return before.kind === "tokens" ? before : newest;
  } catch (error) {
    if (error instanceof Problem) return { kind: "failed", code: error.reason };
    throw error;
  }
}

async function tryToken(upstream: Upstream, secrets: BearerSecrets, refreshToken: string): Promise<TokensAnswer> {
  try {
    return await speaking(async () => {
      const { tokens, uncheckedIdToken } = await request(upstream, refreshToken);
      return {
        kind: "tokens" as const,
        secrets: {
          ...secrets,
          accessToken: tokens.access_token,
          refreshToken: tokens.refresh_token ?? refreshToken,
          previousRefreshToken: tokens.refresh_token === undefined ? null : refreshToken,
          idToken: (await checkedIdToken(upstream, tokens, null)) ?? uncheckedIdToken ?? secrets.idToken,
        },
        scopes: tokens.scope === undefined ? null : wordsIn(tokens.scope),
        expiresAt: expiryOf(upstream.context, tokens),
      };
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const code = upstreamError(error);
    const deadly = ["invalid_grant", ...(upstream.provider.settings.dead_grant_errors ?? [])];
    return code !== null && deadly.includes(code)
      ? { kind: "expired", code }
      : { kind: "failed", code: code ?? error.reason };
  }
}

async function request(
  upstream: Upstream,
  refreshToken: string,
): Promise<{ tokens: oauth.TokenEndpointResponse; uncheckedIdToken: string | null }> {
  const { server, client, options, provider } = upstream;
  const send = async (): Promise<Response> =>
    oauth.refreshTokenGrantRequest(server, client, await clientAuthentication(upstream), refreshToken, options);
  const response = await send().catch((error: unknown) => {
    if (error instanceof OutboundError && error.kind === "unreachable") return send();
    throw error;
  });
  const answer = await standardAnswer(provider, response);
  const tokens = await oauth.processRefreshTokenResponse(server, client, answer.response);
  return { tokens, uncheckedIdToken: answer.uncheckedIdToken };
}

/** Signed by the provider for this realm; null when there is none (OpenID Connect Core §12.2). */
export async function checkedIdToken(
  upstream: Upstream,
  { id_token: idToken }: Pick<oauth.TokenEndpointResponse, "id_token">,
  nonce: string | null,
): Promise<string | null> {
  if (idToken === undefined) return null;
  await checkIdToken(upstream, idToken, { clientIds: [upstream.provider.clientId], nonce });
  return idToken;
}

export const expiryOf = (
  { clock }: RealmContext,
  { expires_in: seconds }: Pick<oauth.TokenEndpointResponse, "expires_in">,
): number | null => (seconds === undefined ? null : clock.now() + seconds * 1000);

/** The provider's own code; null when the answer had none. */
function upstreamError({ cause }: Problem): string | null {
  for (let current = cause; current instanceof Error; current = current.cause)
    if (current instanceof oauth.ResponseBodyError)
      return /^[\w.-]{1,60}$/.test(current.error) ? current.error : "unnamed";
  return null;
}
