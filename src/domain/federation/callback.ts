/** What a provider sends the browser back with: RFC 6749 §4.1.2, RFC 9207, OpenID Connect Core §3.1.3. */
import * as oauth from "oauth4webapi";
import { Problem } from "../../errors/errors.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Attempt } from "./attempt.ts";
import { clientAuthentication } from "./client-authentication.ts";
import { checkIdToken, type UpstreamClaims } from "./id-token.ts";
import { type Identity, identityOf, subjectOf } from "./identity.ts";
import type { Provider } from "./provider.ts";
import { reachUpstream, speaking, type Upstream } from "./upstream.ts";
import { readUserinfo } from "./userinfo.ts";

/** A browser is back from a provider: the attempt that it left with, known by its state, and what the provider says. */
export interface Callback<Attempted> {
  readonly attempt: Attempted;
  readonly state: string;
  readonly parameters: URLSearchParams;
}

/** Who came back: the code is redeemed, and what it gave is checked. Throws Problem. */
export async function identifyByCallback(
  context: RealmContext,
  provider: Provider,
  { attempt, state, parameters }: Callback<Attempt>,
): Promise<Identity> {
  const upstream = await reachUpstream(context, provider);
  return speaking(async () => {
    const answer = oauth.validateAuthResponse(upstream.server, upstream.client, parameters, state);
    const tokens = await redeemCode(upstream, attempt, answer);
    const claims =
      provider.type === "oidc"
        ? await openIdClaims(upstream, attempt, tokens)
        : await readUserinfo(upstream, tokens.access_token);
    return identityOf(provider, { ...namesInForm(provider, parameters), ...claims });
  });
}

async function redeemCode(
  upstream: Upstream,
  attempt: Attempt,
  answer: URLSearchParams,
): Promise<oauth.TokenEndpointResponse> {
  const { server, client, options, provider } = upstream;
  const { pkce, nonce } = provider.settings;
  const isOpenId = provider.type === "oidc";
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    await clientAuthentication(upstream),
    answer,
    attempt.callback,
    pkce ? attempt.codeVerifier : oauth.nopkce,
    options,
  );
  return oauth.processAuthorizationCodeResponse(server, client, response, {
    requireIdToken: isOpenId,
    ...(isOpenId && nonce ? { expectedNonce: attempt.nonce } : {}),
  });
}

/** Those of the ID token; and when it does not say what the address is, those of the UserInfo endpoint with them. */
async function openIdClaims(
  upstream: Upstream,
  attempt: Attempt,
  tokens: oauth.TokenEndpointResponse,
): Promise<UpstreamClaims> {
  const { provider, server } = upstream;
  if (tokens.id_token === undefined) throw new Problem("provider-answer-invalid");
  const claims = await checkIdToken(upstream, tokens.id_token, {
    clientIds: [provider.clientId],
    nonce: provider.settings.nonce ? attempt.nonce : null,
  });
  const { email, email_verified } = provider.settings.claims;
  if (email in claims || server.userinfo_endpoint === undefined) return claims;
  const info = await readUserinfo(upstream, tokens.access_token);
  if (info.sub !== subjectOf(claims.sub)) throw new Problem("provider-answer-invalid");
  // What one source says of an address must not be read as being about the other's.
  const { [email_verified]: _, ...others } = claims;
  return { ...info, ...others };
}

/** Apple tells the name once, in the form and not in the token. It passes through the browser: good enough for a name, and for nothing else. */
function namesInForm({ settings }: Provider, parameters: URLSearchParams): UpstreamClaims {
  const user = settings.response_mode === "form_post" ? parseJson(parameters.get("user") ?? "") : null;
  if (!isRecord(user) || !isRecord(user.name)) return {};
  const { firstName, lastName } = user.name;
  const names = [firstName, lastName].filter((name) => typeof name === "string");
  const { claims } = settings;
  return {
    [claims.given_name]: firstName,
    [claims.family_name]: lastName,
    ...(names.length === 0 ? {} : { [claims.name]: names.join(" ") }),
  };
}
