import { consentEvents } from "../../storage/events.ts";
import type { StoredConnection } from "../../storage/user-object/connections.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";

type ConnectionEvent = Extract<Parameters<typeof emit>[1], `connection.${string}` | `USER_CONSENT_${string}`>;

/** Says what has become of a user's connection, to the audit log, and by every name that somebody may listen for. */
export async function tellOfConnection(
  context: RealmContext,
  userId: number,
  {
    provider,
    clientId,
    oauthId,
  }: Pick<StoredConnection, "provider" | "clientId"> & { readonly oauthId: string | null },
  types: readonly ConnectionEvent[],
  about: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const isHeard = types.some((type) => context.realm.listensTo.has(type));
  const user = isHeard ? await context.users.findById(userId) : { id: userId, externalId: null };
  if (user === null) return;
  const data = { provider, client_id: clientId, ...(oauthId === null ? {} : { oauth_id: oauthId }), ...about };
  for (const type of types) emit(context, type, user, data);
  tallyConsents(context, { provider, clientId }, types);
}

/** For the hourly report, where an operator reads it. */
export function tallyConsents(
  { realm, callLog, clock }: RealmContext,
  of: Pick<StoredConnection, "provider" | "clientId">,
  types: readonly string[],
): void {
  if (realm.settings.mail.operator_address === undefined) return;
  for (const event of consentEvents) if (types.includes(event)) callLog.noteConsent(event, of, clock.now());
}
