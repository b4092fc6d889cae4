import { Problem } from "../../errors/errors.ts";
import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import { hashOfAddress } from "../mail/address.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";
import { changedFields, changeUser, syncUser, tellObject } from "./change-user.ts";

export interface Merge {
  /** The user who is left, as it is now. */
  readonly user: UserRow;
  /** How many accounts elsewhere lead to that user from now on. */
  readonly links: number;
  /** Fields that were the other's, by the names they have in the API. */
  readonly fields: readonly string[];
}

const mostTries = 4;

/**
 * Makes one user of two: `goneId` is disabled and its sessions and grants end; then, in one step, what can be somebody else's moves to
 * `keptId` and the other is deleted. Cut short in between, it leaves somebody who is disabled and whole: the same call goes on from there.
 * Of two calls that merge a user into different ones, one succeeds. Throws Problem.
 */
export async function mergeUsers(context: RealmContext, goneId: number, keptId: number): Promise<Merge> {
  if (goneId === keptId) throw new Problem("merge-into-itself", { fields: { into: "is the user itself" } });
  for (let tried = 1; ; tried++) {
    try {
      return await mergeAsTheyAre(context, goneId, keptId);
    } catch (error) {
      if (!(error instanceof Problem) || error.reason !== "version-outdated" || tried === mostTries) throw error;
    }
  }
}

async function mergeAsTheyAre(context: RealmContext, goneId: number, keptId: number): Promise<Merge> {
  const [gone, found] = await Promise.all([context.users.findById(goneId), context.users.findById(keptId)]);
  if (gone === null) throw new Problem("user-record-unknown");
  const kept = checkSurvivor(found);
  const closed = await shutOut(context, gone);
  const merged = await context.users.merge(closed, kept, await takenOver(context, closed, kept), context.clock.now());
  if (merged === "outdated") throw new Problem("version-outdated");
  const { row, links } = merged;
  const fields = changedFields(kept, row);
  emit(context, "user.deleted", gone, { merged_into: String(keptId) });
  for (const { source, sourceId } of links) emit(context, "account.linked", row, { source, source_id: sourceId });
  if (fields.length > 0) emit(context, "user.updated", row, { changed: fields });
  await Promise.all([forget(context, goneId), show(context, row)]);
  return { user: row, links: links.length, fields };
}

/** Throws Problem. */
function checkSurvivor(user: UserRow | null): UserRow {
  if (user === null) throw new Problem("merge-into-unknown", { fields: { into: "is nobody" } });
  if (user.disabledAt !== null) throw new Problem("merge-into-closed", { fields: { into: "is disabled" } });
  if (user.guest) throw new Problem("merge-into-closed", { fields: { into: "is a guest" } });
  return user;
}

/** A user who was disabled before may have a session that nobody could end then. */
async function shutOut(context: RealmContext, user: UserRow): Promise<UserRow> {
  if (user.disabledAt === null) return changeUser(context, user, { disabledAt: context.clock.now() }, "all");
  await syncUser(context, user.id);
  return user;
}

/** An address goes along only where its owner has proven it. */
async function takenOver(context: RealmContext, gone: UserRow, kept: UserRow): Promise<UserChanges> {
  const taken: UserChanges = {};
  if (kept.externalId === null && gone.externalId !== null) taken.externalId = gone.externalId;
  if (kept.username === null && gone.username !== null) taken.username = gone.username;
  const { email, phoneNumber } = gone;
  if (kept.email === null && email !== null && gone.emailVerified && (await isOwners(context, gone.id, email)))
    Object.assign(taken, { email, emailVerified: true });
  if (kept.phoneNumber === null && phoneNumber !== null && gone.phoneVerified)
    Object.assign(taken, { phoneNumber, phoneVerified: true });
  return taken;
}

/** Whoever proved the address may be another person than the one who made the account (RC-13). */
async function isOwners({ objects }: RealmContext, userId: number, email: string): Promise<boolean> {
  const addressHash = await hashOfAddress({ kind: "email", value: email });
  return (await objects.call(userId, (object) => object.unprovenUntil(addressHash))) === null;
}

/** It is done by now: an object that does not answer hears of it by the queue. */
async function forget(context: RealmContext, userId: number): Promise<void> {
  await context.objects
    .call(userId, (object) => object.erase(context.realm.listensToSessions))
    .catch(() => context.syncUserLater(userId));
}

async function show(context: RealmContext, user: UserRow): Promise<void> {
  await tellObject(context, user, "none").catch(() => context.syncUserLater(user.id));
}
