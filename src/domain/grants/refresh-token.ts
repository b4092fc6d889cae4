/** grant_type=refresh_token: RFC 6749 §6, OIDC Core §12. */

import { OAuthError } from "../../errors/errors.ts";
import { recordTheft } from "../audit/record-theft.ts";
import { issueUserTokens } from "../tokens/issue-user-tokens.ts";
import { readRefreshToken } from "../tokens/refresh-token.ts";
import { allResources, resourcesOf, usableResources } from "../tokens/resources.ts";
import { parseScope } from "../tokens/scopes.ts";
import type { Grant } from "./grant.ts";

export const refreshTokenGrant: Grant = async (context, { client, parameters, jkt, proof }) => {
  const text = parameters.get("refresh_token");
  if (text === undefined) throw new OAuthError("parameter-missing", { detail: "refresh_token is missing." });
  const token = await readRefreshToken(context, text);
  if (token === null) throw new OAuthError("refresh-token-unknown");
  const asked = parseScope(parameters.get("scope"));
  if (asked === null) throw new OAuthError("scope-not-granted");

  const resources = resourcesOf(context, client, parameters);
  if (resources === null) throw new OAuthError("resource-unknown");

  const answer = await context.objects.read(token.userId, (user) =>
    user.rotateGrant({
      grantId: token.grantId,
      clientId: client.clientId,
      generation: token.generation,
      scopes: asked,
      resources,
      usableResources: allResources(context, client),
      jkt,
      proof: proof?.spending ?? null,
    }),
  );
  if (!answer.ok) {
    recordTheft(context, answer.reason, token.userId, client.clientId);
    throw new OAuthError(answer.reason);
  }
  // A narrower scope is for this access token; the grant keeps its own.
  return issueUserTokens(context, client, answer, {
    scopes: asked.length === 0 ? answer.grant.scopes : asked,
    audience: resources.length === 0 ? usableResources(context, client, answer.grant.resources) : resources,
    nonce: null,
    jkt,
  });
};
