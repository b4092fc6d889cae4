/** grant_type=client_credentials: RFC 6749 §4.4. The client acts for itself: no refresh token, no ID token, no user. */
import { randomHandle } from "../../crypto/random.ts";
import { OAuthError } from "../../errors/errors.ts";
import { issueAccessToken } from "../tokens/access-token.ts";
import { isPersonal, parseScope } from "../tokens/scopes.ts";
import type { Grant } from "./grant.ts";

export const clientCredentialsGrant: Grant = async (context, client, parameters) => {
  const asked = parseScope(parameters.get("scope"));
  const own = client.metadata.scopes.filter((scope) => !isPersonal(scope));
  if (asked === null || !asked.every((scope) => own.includes(scope))) throw new OAuthError("scope-not-granted");
  const scopes = asked.length === 0 ? own : asked;
  const access_token = await issueAccessToken(context, {
    holder: { kind: "client" },
    profile: null,
    tokenId: randomHandle(16),
    clientId: client.clientId,
    scopes,
    issuedAt: context.clock.now(),
  });
  return {
    access_token,
    token_type: "Bearer",
    expires_in: context.realm.settings.access_token_ttl_seconds,
    scope: scopes.join(" "),
  };
};
