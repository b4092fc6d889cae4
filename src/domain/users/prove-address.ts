import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import { type Address, findByAddress, hashOfAddress, hasProven, owns } from "../mail/address.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
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
  return (await context.objects.call(user.id, (object) => object.session(session.sid))) !== null;
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
  const addressHash = await hashOfAddress(address);
  const until = await context.objects.call(user.id, (object) => object.unprovenUntil(addressHash));
  const withoutOld = until === null ? changes : { ...changes, externalId: null };
  const changed = await changeUserAnyway(context, user, withoutOld, "all");
  if (until !== null) await forgetUnproven(context, changed, until);
  return changed;
}

async function forgetUnproven(context: RealmContext, user: UserRow, until: number): Promise<void> {
  for (const { source, sourceId } of await context.linkedAccounts.deleteAllOf(user.id, until))
    emit(context, "account.unlinked", user, { source, source_id: sourceId });
  await context.objects.call(user.id, (object) => object.forgetUnproven(until));
}

/** Takes an address from an account that merely says it has it, so that whoever has proven to own it may have it. */
export async function releaseMereClaim(context: RealmContext, address: Address): Promise<void> {
  const claimant = await findByAddress(context, address);
  if (claimant === null || owns(claimant, address)) return;
  const without: UserChanges = address.kind === "email" ? { email: null } : { phoneNumber: null };
  await changeUserAnyway(context, claimant, without, "none");
}
