/** GET|POST /userinfo: OIDC Core §5.3. */
import { claimsForScopes } from "../../domain/users/claims.ts";
import { BearerError } from "../../errors/errors.ts";
import { requireAccessToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";

export async function userinfo(c: AppContext): Promise<Response> {
  const { token, grant } = await requireAccessToken(c);
  if (grant === null || !token.scopes.includes("openid")) throw new BearerError("scope-insufficient");
  return c.json({ sub: String(grant.profile.id), ...claimsForScopes(grant.profile, token.scopes) });
}
