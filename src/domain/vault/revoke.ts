/** Giving tokens back at the provider that made them: RFC 7009, or the provider's own way. */
import * as oauth from "oauth4webapi";
import { Problem } from "../../errors/errors.ts";
import type { RevocationNotice } from "../../storage/user-object/revocations.ts";
import { clientAuthentication } from "../federation/client-authentication.ts";
import type { ProviderSettings } from "../federation/provider.ts";
import { openProviderSecret, type Provider } from "../federation/provider.ts";
import { reachUpstream, speaking, type Upstream } from "../federation/upstream.ts";
import type { RealmContext } from "../realm-context.ts";
import { type BearerSecrets, openSecrets } from "./secrets.ts";

/** The provider has not taken the token back; another try may do. The text holds nothing of the token. */
export class TokenNotRevoked extends Error {
  override readonly name = "TokenNotRevoked";
}

/**
 * One try, for tokens of a connection that is over. Does nothing where the provider has no such thing, or is not the one that made
 * them. Throws TokenNotRevoked.
 */
export async function revokeUpstream(context: RealmContext, notice: RevocationNotice): Promise<void> {
  const provider = await context.providers.findOnce(notice.provider, notice.providerSince);
  if (provider === null) return;
  const secrets = await openSecrets(context, notice, notice);
  if (secrets?.type !== "bearer") return;
  try {
    await giveBack(context, provider, secrets);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new TokenNotRevoked(`provider ${provider.name}: ${error.reason}`, { cause: error });
  }
}

async function giveBack(context: RealmContext, provider: Provider, secrets: BearerSecrets): Promise<void> {
  const upstream = await reachUpstream(context, provider);
  // What a provider was given under another address is not told to this one.
  if (upstream.server.token_endpoint !== secrets.tokenEndpoint) return;
  const url = provider.settings.revoke_url?.replace("{client_id}", encodeURIComponent(provider.clientId));
  const address = url ?? upstream.server.revocation_endpoint;
  if (address === undefined) return;
  const response = await speaking(() =>
    styles[provider.settings.revoke_style ?? "standard"](upstream, address, secrets),
  );
  // What it does not know is not good any more, either.
  if (response.status === 429 || response.status >= 500) throw new Problem("provider-unavailable");
}

type Style = NonNullable<ProviderSettings["revoke_style"]>;

const styles: Record<Style, (upstream: Upstream, address: string, secrets: BearerSecrets) => Promise<Response>> = {
  /** RFC 7009 §2.1: with the refresh token go the access tokens made from it. */
  standard: async (upstream, address, { refreshToken, accessToken }) => {
    const server = { ...upstream.server, revocation_endpoint: address };
    const authentication = await clientAuthentication(upstream);
    const token = refreshToken ?? accessToken;
    return oauth.revocationRequest(server, upstream.client, authentication, token, upstream.options);
  },
  "token-alone": ({ fetch }, address, { refreshToken, accessToken }) =>
    fetch(address, { method: "POST", body: new URLSearchParams({ token: refreshToken ?? accessToken }) }),
  bearer: ({ fetch }, address, { accessToken }) =>
    fetch(address, { method: "POST", headers: { authorization: `Bearer ${accessToken}` } }),
  github: async ({ fetch, context, provider }, address, { accessToken }) => {
    const secret = await openProviderSecret(context.ring, provider);
    if (secret === null) throw new Problem("provider-unavailable");
    const headers = {
      accept: "application/vnd.github+json",
      authorization: `Basic ${btoa(`${provider.clientId}:${secret}`)}`,
      "content-type": "application/json",
      // It refuses whoever does not say who calls.
      "user-agent": "Gatehouse",
    };
    return fetch(address, { method: "DELETE", headers, body: JSON.stringify({ access_token: accessToken }) });
  },
};
