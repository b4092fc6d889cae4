/** POST /introspect: RFC 7662. Whatever is not a live token of the caller's own answers `{"active":false}` and nothing else. */
import type { Client } from "../../domain/clients/client.ts";
import { authMethodOf } from "../../domain/clients/requirements.ts";
import { tokenTypeOf } from "../../domain/grants/grant.ts";
import type { RealmContext } from "../../domain/realm-context.ts";
import type { AccessToken } from "../../domain/tokens/access-token.ts";
import { checkAccessToken } from "../../domain/tokens/live-access-token.ts";
import { readRefreshToken } from "../../domain/tokens/refresh-token.ts";
import { BearerError, OAuthError } from "../../errors/errors.ts";
import { requireClient } from "../../http/client-auth.ts";
import type { Exchange } from "../../http/env.ts";
import { readForm } from "../../http/read-body.ts";
import { toSeconds } from "../../lib/time.ts";

export async function introspect(c: Exchange): Promise<Response> {
  const parameters = await readForm(c);
  const client = await requireClient(c, parameters);
  if (authMethodOf(client) === "none") throw new OAuthError("client-not-entitled");
  const text = parameters.get("token");
  if (text === undefined) throw new OAuthError("parameter-missing", { detail: "token is missing." });
  const context = c.get("realm");
  const answer = text.startsWith("rt.")
    ? await refreshTokenState(context, client, text)
    : await accessTokenState(context, client, text);
  return c.json(answer ?? { active: false });
}

async function accessTokenState(context: RealmContext, client: Client, text: string) {
  const live = await checkAccessToken(context, text, "anybody").catch((error: unknown) => {
    if (error instanceof BearerError) return null;
    throw error;
  });
  const token = live?.token;
  if (token === undefined || !mayIntrospect(context, client, token)) return null;
  return {
    active: true,
    scope: token.scopes.join(" "),
    client_id: token.clientId,
    sub: token.holder.kind === "user" ? String(token.holder.userId) : token.clientId,
    token_type: tokenTypeOf(token.jkt),
    iss: context.realm.issuer,
    aud: token.audience.length === 1 ? token.audience[0] : token.audience,
    iat: token.issuedAt,
    exp: token.expiresAt,
    jti: token.tokenId,
    ...(token.jkt === null ? {} : { cnf: { jkt: token.jkt } }),
    ...(token.actor === null ? {} : { act: token.actor }),
    ...(token.holder.kind === "user" ? { sid: token.holder.sid } : {}),
  };
}

/** The one it was issued to, and the ones that a resource server it is for asks with (§2.3, §4). */
function mayIntrospect({ realm }: RealmContext, { clientId }: Client, token: AccessToken): boolean {
  return (
    token.clientId === clientId ||
    token.audience.some((uri) => realm.settings.resources[uri]?.introspection_clients?.includes(clientId) === true)
  );
}

/** Only the newest generation of a line is a live token, and only as long as it is not left lying too long. */
async function refreshTokenState(context: RealmContext, client: Client, text: string) {
  const token = await readRefreshToken(context, text);
  if (token === null) return null;
  const answer = await context.objects.read(token.userId, (user) =>
    user.grantOfToken(token.grantId, text.slice(0, 64)),
  );
  if (!answer.ok) return null;
  const { grant } = answer;
  if (grant.clientId !== client.clientId || grant.generation !== token.generation) return null;
  if (grant.refreshableUntil <= context.clock.now()) return null;
  return {
    active: true,
    scope: grant.scopes.filter((scope) => client.metadata.scopes.includes(scope)).join(" "),
    client_id: client.clientId,
    sub: String(token.userId),
    token_type: "refresh_token",
    iss: context.realm.issuer,
    iat: toSeconds(grant.rotatedAt),
    exp: toSeconds(grant.refreshableUntil),
  };
}
