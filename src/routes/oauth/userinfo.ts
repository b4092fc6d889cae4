/** GET|POST /userinfo: OIDC Core §5.3. */
import { clientOfToken } from "../../domain/clients/client-of-token.ts";
import { claimsOfGrant, usableClaims } from "../../domain/tokens/claims-request.ts";
import { claimsForScopes, requestedClaims } from "../../domain/users/claims.ts";
import { BearerError } from "../../errors/errors.ts";
import { requireAccessToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";

export async function userinfo(c: AppContext): Promise<Response> {
  const { token, grant } = await requireAccessToken(c);
  if (grant === null || !token.scopes.includes("openid")) throw new BearerError("scope-insufficient");
  const { profile } = grant;
  // What one client asked for by name is not for another that exchanged its token (RFC 8693 §5).
  const isOwn = grant.grant.clientId === token.clientId && grant.grant.claims !== null;
  const client = isOwn ? await clientOfToken(c.get("realm"), token.clientId) : null;
  const asked = client === null ? [] : usableClaims(claimsOfGrant(grant.grant).userinfo, client);
  return c.json({
    sub: String(profile.id),
    ...claimsForScopes(profile, token.scopes),
    ...requestedClaims(profile, asked),
  });
}
