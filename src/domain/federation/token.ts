/** Sign-in with a token that an app got from the provider by itself: OpenID Connect Core §3.1.3.7; RFC 6749 §10.16. */
import * as oauth from "oauth4webapi";
import { looksLikeJwt } from "../../crypto/foreign-jwt.ts";
import { Problem } from "../../errors/errors.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";
import { clientAuthentication } from "./client-authentication.ts";
import { checkIdToken } from "./id-token.ts";
import { type Identity, identityOf, subjectOf } from "./identity.ts";
import { openProviderSecret, type Provider } from "./provider.ts";
import { reachUpstream, speaking, type Upstream } from "./upstream.ts";
import { readUserinfo } from "./userinfo.ts";

/** What an app may show. */
export type UpstreamToken =
  | { readonly kind: "id-token"; readonly token: string; readonly nonce: string | null }
  | { readonly kind: "access-token"; readonly token: string };

/** A token of which only the text is known: what has the form of a JWT is an ID token where there are such. */
export const guessToken = ({ type }: Provider, token: string): UpstreamToken =>
  type === "oidc" && looksLikeJwt(token) ? { kind: "id-token", token, nonce: null } : { kind: "access-token", token };

/** Whose token it is. One that was made out to somebody else's application is worth nothing here. Throws Problem. */
export async function identifyByToken(
  context: RealmContext,
  provider: Provider,
  shown: UpstreamToken,
): Promise<Identity> {
  if (shown.kind === "access-token" && provider.settings.token_check === undefined)
    throw new Problem("provider-token-unchecked");
  const upstream = await reachUpstream(context, provider);
  const clientIds = [provider.clientId, ...(provider.settings.app_client_ids ?? [])];
  try {
    return await speaking(async () =>
      shown.kind === "id-token"
        ? identityOf(provider, await checkIdToken(upstream, shown.token, { clientIds, nonce: shown.nonce }))
        : await ownerOfAccessToken(upstream, shown.token, clientIds),
    );
  } catch (error) {
    const isTheirs = error instanceof Problem && error.status === 400;
    throw isTheirs ? new Problem("provider-token-invalid", { cause: error }) : error;
  }
}

async function ownerOfAccessToken(upstream: Upstream, token: string, clientIds: readonly string[]): Promise<Identity> {
  const { style = "tokeninfo", url = "" } = upstream.provider.settings.token_check ?? {};
  const about = await tokenChecks[style](upstream, new URL(url), token);
  if (!about.audiences.some((audience) => clientIds.includes(audience))) throw new Problem("provider-token-invalid");
  const identity = identityOf(upstream.provider, await readUserinfo(upstream, token));
  if (about.subject !== null && identity.subject !== subjectOf(about.subject))
    throw new Problem("provider-token-invalid");
  return identity;
}

interface TokenAbout {
  readonly audiences: readonly string[];
  /** Null where the provider says whose application it is, and not whose account: UserInfo alone does. */
  readonly subject: unknown;
}

/** How providers are asked for whom an access token is. The first two take the token in the query, and in no other way. */
const tokenChecks: Record<
  "tokeninfo" | "debug_token" | "introspection",
  (upstream: Upstream, url: URL, token: string) => Promise<TokenAbout>
> = {
  /** Google: https://developers.google.com/identity/sign-in/web/backend-auth */
  tokeninfo: async (upstream, url, token) => {
    url.searchParams.set("access_token", token);
    const { aud, sub } = await askAbout(upstream, url, {});
    return { audiences: typeof aud === "string" ? [aud] : [], subject: sub };
  },
  /** Facebook: https://developers.facebook.com/docs/graph-api/reference/debug_token */
  debug_token: async (upstream, url, token) => {
    const { context, provider } = upstream;
    url.searchParams.set("input_token", token);
    const secret = await openProviderSecret(context.ring, provider);
    if (secret === null) throw new Problem("provider-unavailable");
    const { data } = await askAbout(upstream, url, { authorization: `Bearer ${provider.clientId}|${secret}` });
    if (!isRecord(data) || data.is_valid !== true) throw new Problem("provider-token-invalid");
    return { audiences: [String(data.app_id)], subject: data.user_id };
  },
  /** RFC 7662 §2; LinkedIn: https://learn.microsoft.com/linkedin/shared/authentication/token-introspection */
  introspection: async (upstream, url, token) => {
    const { client, options } = upstream;
    const server = { ...upstream.server, introspection_endpoint: url.href };
    const authentication = await clientAuthentication(upstream);
    const response = await oauth.introspectionRequest(server, client, authentication, token, options);
    const { active, client_id, sub } = await oauth.processIntrospectionResponse(server, client, response);
    if (!active) throw new Problem("provider-token-invalid");
    return { audiences: client_id === undefined ? [] : [client_id], subject: sub ?? null };
  },
};

async function askAbout(
  { fetch }: Upstream,
  url: URL,
  headers: Record<string, string>,
): Promise<Record<string, unknown>> {
  const response = await fetch(url.href, { headers: { accept: "application/json", ...headers } });
  const answer = response.status === 200 ? parseJson(await response.text()) : null;
  if (!isRecord(answer)) throw new Problem("provider-token-invalid");
  return answer;
}
