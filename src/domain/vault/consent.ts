/** Asking a user's consent at a provider, for the token vault: RFC 6749 §4.1, RFC 7636, RFC 9207; RFC 5849 §2. */
import * as oauth from "oauth4webapi";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { Callback } from "../federation/callback.ts";
import { clientAuthentication } from "../federation/client-authentication.ts";
import type { Provider } from "../federation/provider.ts";
import { spendState } from "../federation/sign-in.ts";
import { standardAnswer, wordsIn } from "../federation/token-answer.ts";
import { reachUpstream, speaking, type Upstream } from "../federation/upstream.ts";
import type { RealmContext } from "../realm-context.ts";
import { type ConsentAttempt, sealConsent } from "./attempt.ts";
import { type Connection, requireOpenForVault } from "./connection.ts";
import { askRequestToken, redeemRequestToken } from "./oauth1.ts";
import { checkedIdToken, expiryOf } from "./refresh-upstream.ts";
import { type Granted, storeConnection } from "./store.ts";

export interface ConsentDeparture {
  /** Of the provider, with the request. */
  readonly location: string;
  /** For a cookie of this browser. */
  readonly sealedAttempt: string;
}

/** What a consent is for. */
export type ConsentAbout = Pick<ConsentAttempt, "clientId" | "userId" | "sid" | "callback" | "answer">;

/** Begins a consent at a provider that has pages for it: every type but `api_key`. Throws Problem. */
export async function departForConsent(
  context: RealmContext,
  provider: Provider,
  about: ConsentAbout,
): Promise<ConsentDeparture> {
  requireOpenForVault(provider);
  const attempt: ConsentAttempt = {
    ...about,
    provider: provider.name,
    begunAt: context.clock.now(),
    nonce: randomHandle(32),
    codeVerifier: randomHandle(32),
    tokenSecret: null,
    scopes: [...provider.settings.vault_scopes],
  };
  if (provider.type === "oauth1") {
    const { location, token, tokenSecret } = await askRequestToken(context, provider, about.callback);
    return { location, sealedAttempt: await sealConsent(context, token, { ...attempt, tokenSecret }) };
  }
  const state = randomHandle(32);
  const sealedAttempt = await sealConsent(context, state, attempt);
  const { server } = await reachUpstream(context, provider);
  const url = new URL(server.authorization_endpoint ?? "");
  for (const [name, value] of Object.entries(await parametersOf(provider, attempt, state)))
    url.searchParams.set(name, value);
  return { location: url.href, sealedAttempt };
}

/** An ID token comes with the scope `openid` alone. */
const wantsIdToken = ({ type }: Provider, { scopes }: ConsentAttempt): boolean =>
  type === "oidc" && scopes.includes("openid");

async function parametersOf(
  provider: Provider,
  attempt: ConsentAttempt,
  state: string,
): Promise<Record<string, string>> {
  const { clientId, settings } = provider;
  return {
    ...settings.authorize_parameters,
    response_type: "code",
    client_id: clientId,
    redirect_uri: attempt.callback,
    ...(attempt.scopes.length === 0
      ? {}
      : { [settings.scope_parameter ?? "scope"]: attempt.scopes.join(settings.scope_separator) }),
    state,
    ...(settings.response_mode === "query" ? {} : { response_mode: settings.response_mode }),
    ...(settings.pkce ? { code_challenge: await sha256(attempt.codeVerifier), code_challenge_method: "S256" } : {}),
    ...(wantsIdToken(provider, attempt) && settings.nonce ? { nonce: attempt.nonce } : {}),
  };
}

/**
 * The browser is back. The state is spent before the provider is asked for anything: a callback that is replayed never gets as far as to
 * have the provider see its code twice, and take back what it gave for it (RFC 6749 §4.1.2). Throws Problem.
 */
export async function finishConsent(
  context: RealmContext,
  provider: Provider,
  callback: Callback<ConsentAttempt>,
): Promise<Connection> {
  requireOpenForVault(provider);
  const { userId, sid, clientId } = callback.attempt;
  const live = await context.objects.read(userId, (user) => user.session(sid));
  if (live === null) throw new Problem("session-ended");
  await spendState(context, userId, callback.state, "consent-expired");
  const granted =
    provider.type === "oauth1"
      ? await redeemRequestToken(context, provider, callback)
      : await redeemCode(context, provider, callback);
  return storeConnection(context, { provider, userId, clientId }, sid, granted);
}

async function redeemCode(
  context: RealmContext,
  provider: Provider,
  { attempt, state, parameters }: Callback<ConsentAttempt>,
): Promise<Granted> {
  const upstream = await reachUpstream(context, provider);
  return speaking(async () => {
    const code = oauth.validateAuthResponse(upstream.server, upstream.client, parameters, state);
    const { tokens, uncheckedIdToken } = await askForTokens(upstream, attempt, code);
    const nonce = wantsIdToken(provider, attempt) && provider.settings.nonce ? attempt.nonce : null;
    return {
      secrets: {
        type: "bearer",
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token ?? null,
        previousRefreshToken: null,
        idToken: (await checkedIdToken(upstream, tokens, nonce)) ?? uncheckedIdToken,
        tokenEndpoint: upstream.server.token_endpoint ?? "",
      },
      scopes: tokens.scope === undefined ? attempt.scopes : wordsIn(tokens.scope),
      expiresAt: expiryOf(context, tokens),
    };
  });
}

async function askForTokens(upstream: Upstream, attempt: ConsentAttempt, code: URLSearchParams) {
  const { server, client, options, provider } = upstream;
  const authentication = await clientAuthentication(upstream);
  const verifier = provider.settings.pkce ? attempt.codeVerifier : oauth.nopkce;
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    code,
    attempt.callback,
    verifier,
    options,
  );
  const answer = await standardAnswer(provider, response);
  const isOpenId = wantsIdToken(provider, attempt);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer.response, {
    requireIdToken: isOpenId,
    ...(isOpenId && provider.settings.nonce ? { expectedNonce: attempt.nonce } : {}),
  });
  return { tokens, uncheckedIdToken: answer.uncheckedIdToken };
}
