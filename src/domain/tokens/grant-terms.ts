import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";

/**
 * What every grant of a client has, whichever way its user came: how long it lasts, what it is bound to, and whether the client hears of its
 * end. `jkt`: thumbprint of the key that came along. A client that authenticates needs no other proof that a refresh token is its own.
 */
export function grantTerms({ realm: { settings } }: RealmContext, client: Client, jkt: string | null) {
  const { clientId, type, metadata } = client;
  const refreshable = metadata.grant_types.includes("refresh_token");
  const absoluteSeconds = refreshable ? settings.refresh_token_absolute_seconds : settings.access_token_ttl_seconds;
  return {
    clientId,
    refreshable,
    idleMs: settings.refresh_token_ttl_seconds * 1000,
    absoluteMs: absoluteSeconds * 1000,
    jkt: type === "public" ? jkt : null,
    hearsOfEnd: metadata.backchannel_logout_uri !== undefined,
  };
}
