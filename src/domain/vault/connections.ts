import { Problem } from "../../errors/errors.ts";
import type { StoredConnection } from "../../storage/user-object/connections.ts";
import { type Provider, providerOf } from "../federation/provider.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { tellOfConnection } from "./tell.ts";

export interface ListedConnection extends Connection {
  /** What people know the provider by. */
  readonly label: string;
  readonly clientName: string;
  /** The provider is asked for more by now than was granted. */
  readonly needsConsent: boolean;
}

/**
 * A user's connections; with `clientId`, that application's alone. Those whose provider or application is gone are dropped on the way.
 * With `sid`, on behalf of that session: null when it is over.
 */
export async function listConnections(
  context: RealmContext,
  userId: number,
  clientId: string | null,
  sid: string | null = null,
): Promise<ListedConnection[] | null> {
  const stored = await context.objects.call(userId, (user) => user.connections(sid, clientId));
  if (stored === null || stored.length === 0) return stored === null ? null : [];
  const providers = new Map((await context.providers.store.list()).map((row) => [row.name, providerOf(row)]));
  const listed = await Promise.all(
    stored.map(async (connection): Promise<ListedConnection[]> => {
      const provider = providers.get(connection.provider);
      const client = await context.clients.find(connection.clientId);
      if (client === null || provider?.createdAt !== connection.providerSince) {
        await drop(context, userId, connection);
        return [];
      }
      const { label } = provider.settings;
      const needsConsent = wantsMore(provider, connection);
      return [{ ...connectionOf(userId, connection), label, clientName: client.name, needsConsent }];
    }),
  );
  return listed.flat();
}

/** Whether the provider's settings ask for a scope that this connection was not granted. */
const wantsMore = ({ settings, type }: Provider, { scopes }: Pick<Connection, "scopes">): boolean =>
  (type === "oidc" || type === "oauth2") && settings.vault_scopes.some((scope) => !isGranted(scope, scopes));

/** Scopes that are asked for and never named among those granted: they say how, not what. */
const unnamed: ReadonlySet<string> = new Set(["openid", "profile", "email", "offline_access", "offline.access"]);

/** Some name a scope in full that was asked for in short, such as `Files.Read`; letters' case says nothing. */
function isGranted(scope: string, granted: readonly string[]): boolean {
  const wanted = scope.toLowerCase();
  return (
    unnamed.has(wanted) ||
    granted.some((one) => one.toLowerCase() === wanted || one.toLowerCase().endsWith(`/${wanted}`))
  );
}

/** Ends a connection. What the provider gave is given back to it afterwards. Throws Problem when there is none. */
export async function disconnect(
  context: RealmContext,
  userId: number,
  provider: string,
  clientId: string,
): Promise<void> {
  const name = { provider, clientId };
  const deleted = await context.objects.call(userId, (user) => user.deleteConnection(name, null));
  if (deleted === null) throw new Problem("connection-none");
  await tellOfConnection(context, userId, deleted, ["connection.disconnected", "USER_CONSENT_DISCONNECT"]);
}

/** The same for a button: pressed twice, or in two tabs, it is disconnected all the same. */
export function disconnectIfThere(
  context: RealmContext,
  userId: number,
  provider: string,
  clientId: string,
): Promise<void> {
  return disconnect(context, userId, provider, clientId).catch((error: unknown) => {
    if (!(error instanceof Problem && error.reason === "connection-none")) throw error;
  });
}

const drop = (context: RealmContext, userId: number, { provider, clientId, oauthId }: StoredConnection) =>
  context.objects.call(userId, (user) => user.deleteConnection({ provider, clientId }, oauthId));
