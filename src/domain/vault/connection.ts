import { Problem } from "../../errors/errors.ts";
import type { StoredConnection } from "../../storage/user-object/connections.ts";
import { isOpenForVault, openProviderSecret, type Provider } from "../federation/provider.ts";
import type { RealmContext } from "../realm-context.ts";
import { refreshed } from "./refresh.ts";
import { type ConnectionOf, ownerOf, requireSecrets, type Secrets } from "./secrets.ts";

/** What a user has let an application use at a provider. Times are milliseconds since the epoch. */
export interface Connection {
  readonly oauthId: string;
  readonly provider: string;
  readonly clientId: string;
  readonly userId: number;
  /** `expired`: the user has to agree anew. */
  readonly status: "active" | "expired";
  /** What the provider has granted. */
  readonly scopes: readonly string[];
  readonly connectedAt: number;
  readonly refreshedAt: number | null;
  /** Of the access token; null when the provider did not say. */
  readonly expiresAt: number | null;
  readonly lastError: { readonly at: number; readonly code: string } | null;
}

/** What a call carries. Where a key goes is in the provider's setting `api_key`. */
export type Credentials =
  | { readonly type: "bearer"; readonly accessToken: string; readonly idToken: string | null }
  | {
      readonly type: "oauth1";
      readonly consumerKey: string;
      readonly consumerSecret: string;
      readonly token: string;
      readonly tokenSecret: string;
    }
  | { readonly type: "api_key"; readonly key: string };

/**
 * Usable credentials of one connection: refreshed first when less than a minute is left, or when `refused` is the access token that the
 * provider has just answered with 401. Null when there is no connection. What cannot be refreshed is answered as it is, even after a
 * refusal. Throws Problem: connection-expired; provider-unknown, provider-disabled; provider-unavailable (503) while the provider does
 * not answer as it should and the token is over; connection-unreadable (503). Throws StorageUnavailable.
 */
export async function credentialsOf(
  context: RealmContext,
  who: ConnectionOf,
  refused?: string,
): Promise<{ connection: Connection; credentials: Credentials } | null> {
  requireOpenForVault(who.provider);
  const found = await findStored(context, who);
  if (found === null) return null;
  const secrets = await requireSecrets(context, who, found);
  const current = await refreshed(context, who, { stored: found, secrets }, refused ?? null);
  if (current === null) return null;
  return {
    connection: connectionOf(who.userId, current.stored),
    credentials: await credentialsIn(context, who.provider, current.secrets),
  };
}

/** Throws Problem unless the user has the connection, and has not to agree anew. Nobody is called. */
export async function requireConnected(context: RealmContext, who: ConnectionOf): Promise<void> {
  requireOpenForVault(who.provider);
  const stored = await findStored(context, who);
  if (stored === null) throw new Problem("connection-none");
  if (stored.status === "expired") throw new Problem("connection-expired");
}

/** Of a provider of that name that is no more, nothing is left: its tokens were another's. */
async function findStored(context: RealmContext, who: ConnectionOf): Promise<StoredConnection | null> {
  const { provider, clientId } = ownerOf(who);
  const stored = await context.objects.call(who.userId, (user) => user.connection({ provider, clientId }));
  if (stored === null || stored.providerSince === who.provider.createdAt) return stored;
  await context.objects.call(who.userId, (user) => user.deleteConnection({ provider, clientId }, stored.oauthId));
  return null;
}

async function credentialsIn(context: RealmContext, provider: Provider, secrets: Secrets): Promise<Credentials> {
  if (secrets.type === "bearer") return { type: "bearer", accessToken: secrets.accessToken, idToken: secrets.idToken };
  if (secrets.type === "api_key") return secrets;
  const consumerSecret = await openProviderSecret(context.ring, provider);
  if (consumerSecret === null) throw new Problem("provider-unavailable");
  return { ...secrets, consumerKey: provider.clientId, consumerSecret };
}

export const connectionOf = (userId: number, stored: StoredConnection): Connection => ({
  oauthId: stored.oauthId,
  provider: stored.provider,
  clientId: stored.clientId,
  userId,
  status: stored.status,
  scopes: stored.scopes,
  connectedAt: stored.connectedAt,
  refreshedAt: stored.refreshedAt,
  expiresAt: stored.expiresAt,
  lastError: stored.lastError,
});

/** Throws Problem unless the token vault may speak to it now. */
export function requireOpenForVault(provider: Provider): void {
  if (!provider.purposes.includes("vault")) throw new Problem("provider-unknown");
  if (provider.disabled) throw new Problem("provider-disabled");
  if (!isOpenForVault(provider)) throw new Problem("provider-unavailable");
}
