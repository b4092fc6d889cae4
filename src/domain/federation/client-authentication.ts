/** How the realm authenticates at a provider's token endpoint: RFC 6749 §2.3, and Apple's signed secrets. */
import * as oauth from "oauth4webapi";
import { importClientKey, signClientSecret } from "../../crypto/signed-client-secret.ts";
import { Problem } from "../../errors/errors.ts";
import { openProviderSecret } from "./provider.ts";
import type { Upstream } from "./upstream.ts";

/** Throws Problem when the secret is missing or cannot be opened: never without the authentication that was set. */
export async function clientAuthentication(upstream: Upstream): Promise<oauth.ClientAuth> {
  const { context, provider, server } = upstream;
  const style = provider.settings.auth_style ?? offeredStyle(server);
  if (style === "none") return oauth.None();
  const secret = await openProviderSecret(context.ring, provider);
  if (secret === null) throw new Problem("provider-unavailable");
  if (style === "basic") return oauth.ClientSecretBasic(secret);
  return oauth.ClientSecretPost(style === "post" ? secret : await signedSecret(upstream, secret));
}

/** client_secret_basic is what a server that says nothing takes (OpenID Connect Discovery §3). */
function offeredStyle({ token_endpoint_auth_methods_supported: offered }: oauth.AuthorizationServer): "basic" | "post" {
  const takesPostOnly = offered?.includes("client_secret_post") && !offered.includes("client_secret_basic");
  return takesPostOnly === true ? "post" : "basic";
}

async function signedSecret({ context, provider, server }: Upstream, pem: string): Promise<string> {
  const { team_id: teamId, key_id: keyId } = provider.settings;
  const key = await importClientKey(pem);
  if (key === null || teamId === undefined || keyId === undefined) throw new Problem("provider-unavailable");
  const about = { teamId, keyId, clientId: provider.clientId, audience: server.issuer };
  return signClientSecret(key, about, context.clock.now());
}
