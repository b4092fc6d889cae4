/** Consent by OAuth 1.0a: request token, authorization, access token. RFC 5849 §2. */
import { type OAuth1Keys, type OAuth1Request, signOAuth1 } from "../../crypto/oauth1-signature.ts";
import { Problem } from "../../errors/errors.ts";
import type { Callback } from "../federation/callback.ts";
import { openProviderSecret, type Provider } from "../federation/provider.ts";
import { speaking } from "../federation/upstream.ts";
import { outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ConsentAttempt } from "./attempt.ts";
import type { Granted } from "./store.ts";

interface RequestToken {
  /** Where the browser goes. */
  readonly location: string;
  readonly token: string;
  readonly tokenSecret: string;
}

/** §2.1, §2.2. Throws Problem. */
export async function askRequestToken(
  context: RealmContext,
  provider: Provider,
  callback: string,
): Promise<RequestToken> {
  const url = provider.settings.request_token_url ?? "";
  const protocol = { oauth_callback: callback };
  const answer = await ask(context, provider, null, { method: "POST", url, protocol });
  // One that does not confirm the callback speaks OAuth 1.0 without the "a", where anybody may finish what another has begun.
  if (answer.get("oauth_callback_confirmed") !== "true") throw new Problem("provider-answer-invalid");
  const location = new URL(provider.settings.authorize_url ?? "");
  const { token, tokenSecret } = tokenIn(answer);
  location.searchParams.set("oauth_token", token);
  return { location: location.href, token, tokenSecret };
}

/** §2.2, §2.3. `state` is the request token here, which came back. Throws Problem. */
export async function redeemRequestToken(
  context: RealmContext,
  provider: Provider,
  { attempt: { tokenSecret, scopes }, state: token, parameters }: Callback<ConsentAttempt>,
): Promise<Granted> {
  // Not in the RFC, but what those who have it do when somebody says no.
  if (parameters.has("denied")) throw new Problem("access-denied");
  const verifier = parameters.get("oauth_verifier");
  if (verifier === null || tokenSecret === null) throw new Problem("provider-answer-invalid");
  const request = {
    method: "POST",
    url: provider.settings.token_url ?? "",
    protocol: { oauth_verifier: verifier },
  };
  const answer = await ask(context, provider, { token, tokenSecret }, request);
  return { secrets: { type: "oauth1", ...tokenIn(answer) }, scopes, expiresAt: null };
}

async function ask(
  context: RealmContext,
  provider: Provider,
  token: OAuth1Keys["token"],
  request: OAuth1Request,
): Promise<URLSearchParams> {
  const consumerSecret = await openProviderSecret(context.ring, provider);
  if (consumerSecret === null) throw new Problem("provider-unavailable");
  const keys = { consumerKey: provider.clientId, consumerSecret, token };
  const authorization = signOAuth1(keys, provider.settings.signature_method ?? "HMAC-SHA1", request);
  const { development } = context.config;
  const response = await speaking(() =>
    outboundFetch(request.url, { method: request.method, headers: { authorization } }, { development }),
  );
  if (response.status >= 500) throw new Problem("provider-unavailable");
  if (response.status !== 200) throw new Problem("provider-refused");
  return new URLSearchParams(await response.text());
}

function tokenIn(answer: URLSearchParams): { token: string; tokenSecret: string } {
  const token = answer.get("oauth_token") ?? "";
  const tokenSecret = answer.get("oauth_token_secret");
  if (!/^[\x21-\x7E]{1,1024}$/.test(token) || tokenSecret === null) throw new Problem("provider-answer-invalid");
  return { token, tokenSecret };
}
