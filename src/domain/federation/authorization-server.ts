/** Where a provider's endpoints are: OpenID Connect Discovery 1.0 §4. */
import * as oauth from "oauth4webapi";
import { limits } from "../../config/limits.ts";
import { foreignAlgorithms } from "../../crypto/foreign-jwt.ts";
import { Problem } from "../../errors/errors.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Provider } from "./provider.ts";
import type { UpstreamOptions } from "./upstream.ts";

/** What issuers say of themselves is the same for every realm. */
const discovered = new BoundedCache<oauth.AuthorizationServer>(limits.cachedUpstreams, limits.upstreamMetadataAgeMs);

/** What is set counts; the issuer is asked for the rest. Throws OutboundError, errors of oauth4webapi, Problem. */
export async function authorizationServerOf(
  context: RealmContext,
  { type, settings }: Provider,
  options: UpstreamOptions,
): Promise<oauth.AuthorizationServer> {
  const { authorize_url, token_url, userinfo_url, jwks_uri } = settings;
  const isComplete = authorize_url !== undefined && token_url !== undefined && jwks_uri !== undefined;
  const found =
    type === "oidc" && settings.issuer !== undefined && !isComplete
      ? await discover(context, settings.issuer, options)
      : { issuer: settings.issuer ?? new URL(authorize_url ?? "about:blank").origin };
  const server: oauth.AuthorizationServer = {
    ...found,
    ...(authorize_url === undefined ? {} : { authorization_endpoint: authorize_url }),
    ...(token_url === undefined ? {} : { token_endpoint: token_url }),
    ...(userinfo_url === undefined ? {} : { userinfo_endpoint: userinfo_url }),
    ...(jwks_uri === undefined ? {} : { jwks_uri }),
    id_token_signing_alg_values_supported: algorithmsOf(found),
  };
  // The browser is sent there: it must be an address of the web, whatever the issuer says.
  if (outboundFault(server.authorization_endpoint ?? "", context.config.development) !== null)
    throw new Problem("provider-answer-invalid");
  return server;
}

async function discover(
  { clock }: RealmContext,
  issuer: string,
  options: UpstreamOptions,
): Promise<oauth.AuthorizationServer> {
  const known = discovered.get(issuer, clock.now());
  if (known !== undefined) return known;
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
  return discovered.set(issuer, server, clock.now());
}

/** Those that both know; nobody is talked into `none` or a shared secret. */
function algorithmsOf({ id_token_signing_alg_values_supported: offered }: oauth.AuthorizationServer): string[] {
  const acceptable: readonly string[] = foreignAlgorithms;
  return Array.isArray(offered) ? offered.filter((name) => acceptable.includes(name)) : [...acceptable];
}
