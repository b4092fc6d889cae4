/** POST /revoke: RFC 7009. Unknown tokens and other clients' answer alike: there is nothing left to revoke. */

import type { Client } from "../../domain/clients/client.ts";
import type { RealmContext } from "../../domain/realm-context.ts";
import { parseAccessToken } from "../../domain/tokens/access-token.ts";
import { readRefreshToken } from "../../domain/tokens/refresh-token.ts";
import { BearerError, OAuthError } from "../../errors/errors.ts";
import { requireClient } from "../../http/client-auth.ts";
import type { AppContext } from "../../http/env.ts";
import { readForm } from "../../http/read-body.ts";

export async function revoke(c: AppContext): Promise<Response> {
  const parameters = await readForm(c);
  const client = await requireClient(c, parameters);
  const text = parameters.get("token");
  if (text === undefined) throw new OAuthError("parameter-missing", { detail: "token is missing." });
  // The hint is not needed: the two kinds cannot be taken for each other.
  if (!(await revokeRefreshToken(c.get("realm"), client, text))) await revokeAccessToken(c.get("realm"), client, text);
  return c.body(null, 200);
}

/** Revoking a refresh token ends its grant, so the access tokens too (§2.1). */
async function revokeRefreshToken(context: RealmContext, client: Client, text: string): Promise<boolean> {
  const token = await readRefreshToken(context, text);
  if (token === null) return false;
  await context.objects.call(token.userId, (user) => user.revokeGrant(token.grantId, client.clientId));
  return true;
}

/** Revoking an access token leaves the refresh token as it is. */
async function revokeAccessToken(context: RealmContext, client: Client, text: string): Promise<void> {
  const token = await parseAccessToken(context, text, "anybody").catch((error: unknown) => {
    if (error instanceof BearerError) return null;
    throw error;
  });
  if (token === null || token.clientId !== client.clientId) return;
  const { holder, tokenId } = token;
  const expiresAt = token.expiresAt * 1000;
  if (holder.kind === "client") await context.revokedTokens.add(tokenId, expiresAt);
  else await context.objects.call(holder.userId, (user) => user.revokeToken(tokenId, expiresAt));
}
