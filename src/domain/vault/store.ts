import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { type ConnectionOf, ownerOf, type Secrets, sealSecrets } from "./secrets.ts";
import { tellOfConnection } from "./tell.ts";

export interface Granted {
  readonly secrets: Secrets;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; null when the provider did not say. */
  readonly expiresAt: number | null;
}

/**
 * Keeps what a user has just let an application use, in the place of what was there before; the connection keeps its id. `sid`: the user's
 * session that asked, which must be alive. Throws Problem: session-ended, connection-limit-reached.
 */
export async function storeConnection(
  context: RealmContext,
  who: ConnectionOf,
  sid: string,
  { secrets, scopes, expiresAt }: Granted,
): Promise<Connection> {
  const { provider, clientId } = ownerOf(who);
  const sealed = await sealSecrets(context, ownerOf(who), secrets);
  const connection = { provider, clientId, providerSince: who.provider.createdAt, scopes, expiresAt, ...sealed };
  await context.connectionHolders.note({ provider, since: who.provider.createdAt }, who.userId);
  const oauthId = `oa_${randomHandle(16)}`;
  const stored = await context.objects.call(who.userId, (user) => user.putConnection({ ...connection, oauthId }, sid));
  if (stored === "session-ended") throw new Problem("session-ended");
  if (stored === "too-many") throw new Problem("connection-limit-reached");
  await tellOfConnection(context, who.userId, stored, ["connection.connected", "USER_CONSENT_SUCCESS"], {
    scopes: stored.scopes,
  });
  return connectionOf(who.userId, stored);
}
