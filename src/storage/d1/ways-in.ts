import { and, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { providers, sources, users } from "./schema/index.ts";

/**
 * What is about to be taken from a user: a source's links, or one of them, or a passkey by the hash of its id. `bySource`: the main product
 * itself takes its link back.
 */
export type WayIn =
  | { readonly source: string; readonly sourceId: string | null; readonly bySource?: boolean }
  | { readonly passkeyHash: string };

/**
 * The condition that a user has another way into the account than `without`: a password, a passkey, a link through an enabled provider
 * or main product. It stands in the statement that takes the way away, so that two removals at once cannot both rely on each other.
 * A passkey may also go where codes can be sent to an address of the user's: whoever loses a device must be able to remove it. So may a
 * link that its main product does not stand by any more.
 */
export function hasWayIn(realmId: string, userId: number, without: WayIn): SQL | undefined {
  const isUser = and(eq(users.realmId, realmId), eq(users.id, userId));
  const isOurs = sql`(${sources.realmId} = ${realmId} and ${sources.disabledAt} is null)`;
  const isUnified = sql`exists (select 1 from ${users}, ${sources} where ${and(
    isUser,
    isNotNull(users.externalId),
    isOurs,
    eq(sources.userIdMode, "unified"),
  )})`;
  // One that an operator has set is good for a day.
  const hasPassword = and(isNotNull(users.passwordHash), isNull(users.passwordExpiresAt));
  const codesWillDo = "passkeyHash" in without || without.bySource === true;
  const isReachable = codesWillDo && or(hasPassword, isNotNull(users.email), isNotNull(users.phoneNumber));
  const hasSecret = sql`exists (select 1 from ${users} where ${and(isUser, isReachable || hasPassword)})`;
  return or(hasSecret, hasPasskey(realmId, userId, without), isUnified, hasLink(realmId, userId, without, isOurs));
}

const hasPasskey = (realmId: string, userId: number, without: WayIn): SQL =>
  sql`exists (select 1 from passkeys as kept where ${and(
    sql`kept.realm_id = ${realmId}`,
    sql`kept.user_id = ${userId}`,
    "passkeyHash" in without ? sql`kept.id_hash <> ${without.passkeyHash}` : undefined,
  )})`;

function hasLink(realmId: string, userId: number, without: WayIn, isOurSource: SQL): SQL {
  const isProvider = sql`exists (select 1 from ${providers} where ${and(
    eq(providers.realmId, realmId),
    sql`${providers.name} = other.source`,
    isNull(providers.disabledAt),
  )})`;
  const isSource = sql`exists (select 1 from ${sources} where ${isOurSource} and ${sources.name} = other.source)`;
  return sql`exists (select 1 from linked_accounts as other where ${and(
    sql`other.realm_id = ${realmId}`,
    sql`other.user_id = ${userId}`,
    "source" in without ? isOther(without) : undefined,
    sql`other.status = 'active'`,
  )} and (${isProvider} or ${isSource}))`;
}

const isOther = ({ source, sourceId }: Extract<WayIn, { source: string }>): SQL =>
  sourceId === null
    ? sql`other.source <> ${source}`
    : sql`(other.source <> ${source} or other.source_id <> ${sourceId})`;
