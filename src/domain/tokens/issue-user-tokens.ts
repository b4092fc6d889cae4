import type { LiveGrant } from "../../storage/user-object/grants-object.ts";
import type { Client } from "../clients/client.ts";
import { type TokenResponse, tokenTypeOf } from "../grants/grant.ts";
import type { RealmContext } from "../realm-context.ts";
import { requestedClaims } from "../users/claims.ts";
import { issueAccessToken } from "./access-token.ts";
import { claimsOfGrant, usableClaims } from "./claims-request.ts";
import { issueIdToken } from "./id-token.ts";
import { issueRefreshToken } from "./refresh-token.ts";
import { scopesFor } from "./resources.ts";

export interface UserTokenOptions {
  readonly scopes: readonly string[];
  /** Resource servers the access token is for; empty for the realm's own endpoints. */
  readonly audience: readonly string[];
  readonly nonce: string | null;
  /** Thumbprint of the key that the access token is bound to. */
  readonly jkt: string | null;
}

/**
 * The answer to a redeemed code or a refresh. Token id and times come from the grant, so the answer to a repeated request says
 * the same as the one that was lost.
 */
export async function issueUserTokens(
  context: RealmContext,
  client: Client,
  { grant, profile }: LiveGrant,
  { scopes, audience, nonce, jkt }: UserTokenOptions,
): Promise<TokenResponse> {
  const userId = profile.id;
  // What was granted counts as far as the client may have it today.
  const usable = scopes.filter((scope) => client.metadata.scopes.includes(scope));
  const tokenScopes = scopesFor(context, audience, usable);
  const accessToken = await issueAccessToken(context, {
    holder: { kind: "user", userId, grantId: grant.id, sid: grant.toldSid },
    profile,
    tokenId: `${grant.id}-${grant.generation}`,
    clientId: client.clientId,
    format: client.metadata.access_token_format,
    scopes: tokenScopes,
    issuedAt: grant.rotatedAt,
    audience,
    jkt,
  });
  return {
    access_token: accessToken,
    token_type: tokenTypeOf(jkt),
    expires_in: Math.max(0, lifetimeLeft(context, grant.rotatedAt)),
    scope: tokenScopes.join(" "),
    ...(grant.generation === 0
      ? {}
      : {
          refresh_token: await issueRefreshToken(context, { userId, grantId: grant.id, generation: grant.generation }),
        }),
    ...(usable.includes("openid")
      ? {
          id_token: await issueIdToken(context, {
            client,
            userId,
            sid: grant.toldSid,
            nonce,
            amr: grant.amr,
            authTime: grant.authTime,
            issuedAt: grant.rotatedAt,
            accessToken,
            claims: requestedClaims(profile, usableClaims(claimsOfGrant(grant).idToken, client)),
          }),
        }
      : {}),
  };
}

/** Seconds. The answer to a repeated request is about a token that is some seconds old. */
const lifetimeLeft = (context: RealmContext, issuedAt: number): number =>
  context.realm.settings.access_token_ttl_seconds - Math.floor((context.clock.now() - issuedAt) / 1000);
