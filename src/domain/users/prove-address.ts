import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import { type Address, findByAddress, hashOfAddress, hasProven, owns } from "../mail/address.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { tellOfConnection } from "../vault/tell.ts";
import { emit } from "../webhooks/emit.ts";
import { changeUserAnyway } from "./change-user.ts";
import { ownPassword } from "./password-change.ts";

/** That the address is the user's, from now on. */
export const provenBy = ({ kind }: Address): { emailVerified: true } | { phoneVerified: true } =>
  kind === "email" ? { emailVerified: true } : { phoneVerified: true };

/** Whether the browser shows a live session of the user: then one person holds both the account and the address. */
export async function isSignedInAs(
  context: RealmContext,
  user: UserRow,
  session: ClaimedSession | null,
): Promise<boolean> {
  if (session?.userId !== user.id) return false;
  return (await context.objects.read(user.id, (object) => object.session(session.sid))) !== null;
}

/**
 * Writes down that the address was proven to be the user's. What there is of the account stays; but when nobody showed to be signed
 * in to it, the account keeps in mind that somebody else may have made it.
 */
export async function markProven(
  context: RealmContext,
  user: UserRow,
  address: Address,
  isSignedIn: boolean,
): Promise<UserRow> {
  if (hasProven(user, address)) return user;
  const addressHash = await hashOfAddress(address);
  if (!isSignedIn) await context.objects.call(user.id, (object) => object.noteBlindProof(addressHash));
  return changeUserAnyway(context, user, provenBy(address), "none");
}

/**
 * Hands an account that nobody had proven to own to whoever has just shown that its address is theirs. Who made it knows its
 * password, may be signed in, may have linked accounts, have come from a main product, and added passkeys: all that ends first
 * (pre-hijacking, USENIX Security 2022).
 * The proof is written down last, so that an interrupted take-over is done again.
 */
export async function takeOver(
  context: RealmContext,
  user: UserRow,
  address: Address,
  changes: UserChanges,
): Promise<UserRow> {
  const bare = await changeUserAnyway(context, user, { ...ownPassword(null), externalId: null }, "all");
  await forgetUnproven(context, bare, context.clock.now());
  return changeUserAnyway(context, bare, { ...changes, ...provenBy(address) }, "none");
}

/**
 * Changes an account for whoever has just shown again that its address is theirs, and ends all sessions. When it was first proven by
 * somebody who was not signed in, perhaps another person had made it: ways in that are older than that proof go as well.
 */
export async function changeForOwner(
  context: RealmContext,
  user: UserRow,
  address: Address,
  changes: UserChanges,
): Promise<UserRow> {
  const until = await blindlyProven(context, user, address);
  if (until === null) return changeUserAnyway(context, user, changes, "all");
  return freeFromMaker(context, user, address, changes, until);
}

/**
 * Lets somebody in who has just shown that they read what is sent to an address that was proven before. When that was by somebody who was
 * not signed in, what another person may have made goes first, the password too.
 */
export async function admitOwner(
  context: RealmContext,
  user: UserRow,
  address: Address,
  session: ClaimedSession | null,
): Promise<UserRow> {
  const until = await blindlyProven(context, user, address);
  if (until === null || (await isSignedInAs(context, user, session))) return user;
  return freeFromMaker(context, user, address, ownPassword(null), until);
}

/** When the address was proven by somebody who did not show to be the account's maker; null when it was not. */
async function blindlyProven(context: RealmContext, user: UserRow, address: Address): Promise<number | null> {
  const addressHash = await hashOfAddress(address);
  return context.objects.call(user.id, (object) => object.unprovenUntil(addressHash));
}

/** The other address is a way in as well, and its proof may be the maker's: it only counts again once it is given anew. */
async function freeFromMaker(
  context: RealmContext,
  user: UserRow,
  { kind }: Address,
  changes: UserChanges,
  until: number,
): Promise<UserRow> {
  const other: UserChanges = kind === "email" ? { phoneVerified: false } : { emailVerified: false };
  const changed = await changeUserAnyway(context, user, { ...changes, ...other, externalId: null }, "all");
  await forgetUnproven(context, changed, until);
  return changed;
}

async function forgetUnproven(context: RealmContext, user: UserRow, until: number): Promise<void> {
  for (const { source, sourceId } of await context.linkedAccounts.deleteAllOf(user.id, until))
    emit(context, "account.unlinked", user, { source, source_id: sourceId });
  await disconnectUnproven(context, user, until);
  await context.objects.call(user.id, (object) => object.forgetUnproven(until));
}

/** What was connected to the token vault up to then is somebody else's account elsewhere, where the owner's data would go. */
async function disconnectUnproven(context: RealmContext, { id }: UserRow, until: number): Promise<void> {
  const connections = (await context.objects.call(id, (object) => object.connections(null, null))) ?? [];
  for (const { provider, clientId, oauthId, connectedAt } of connections) {
    if (connectedAt > until) continue;
    const name = { provider, clientId };
    const deleted = await context.objects.call(id, (object) => object.deleteConnection(name, oauthId));
    if (deleted !== null)
      await tellOfConnection(context, id, deleted, ["connection.disconnected", "USER_CONSENT_DISCONNECT"]);
  }
}

/** Takes an address from an account that merely says it has it, so that whoever has proven to own it may have it. */
export async function releaseMereClaim(context: RealmContext, address: Address): Promise<void> {
  const claimant = await findByAddress(context, address);
  if (claimant === null || owns(claimant, address)) return;
  const without: UserChanges = address.kind === "email" ? { email: null } : { phoneNumber: null };
  await changeUserAnyway(context, claimant, without, "none");
}
