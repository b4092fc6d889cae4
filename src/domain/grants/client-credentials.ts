/** grant_type=client_credentials: RFC 6749 §4.4. The client acts for itself: no refresh token, no ID token, no user. */
import { randomHandle } from "../../crypto/random.ts";
import { OAuthError } from "../../errors/errors.ts";
import { spendProof } from "../dpop/spend-proof.ts";
import { issueAccessToken } from "../tokens/access-token.ts";
import { resourcesOf, scopesFor } from "../tokens/resources.ts";
import { isPersonal, parseScope } from "../tokens/scopes.ts";
import { type Grant, tokenTypeOf } from "./grant.ts";

export const clientCredentialsGrant: Grant = async (context, { client, parameters, jkt, proof }) => {
  const asked = parseScope(parameters.get("scope"));
  const own = client.metadata.scopes.filter((scope) => !isPersonal(scope));
  if (asked === null || !asked.every((scope) => own.includes(scope))) throw new OAuthError("scope-not-granted");
  const audience = resourcesOf(context, client, parameters);
  if (audience === null) throw new OAuthError("resource-unknown");
  const scopes = scopesFor(context, audience, asked.length === 0 ? own : asked);
  if (asked.length > 0 && scopes.length === 0) throw new OAuthError("scope-not-granted");
  await spendProof(context, client, proof);
  const access_token = await issueAccessToken(context, {
    holder: { kind: "client" },
    profile: null,
    tokenId: randomHandle(16),
    clientId: client.clientId,
    format: client.metadata.access_token_format,
    scopes,
    issuedAt: context.clock.now(),
    audience,
    jkt,
  });
  return {
    access_token,
    token_type: tokenTypeOf(jkt),
    expires_in: context.realm.settings.access_token_ttl_seconds,
    scope: scopes.join(" "),
  };
};
