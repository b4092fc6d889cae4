import { Problem } from "../../errors/errors.ts";
import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import { profileOf } from "../../storage/profile.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";

export type SessionsAfterChange = "none" | "all" | { except: string };

/**
 * Changes a user in D1, then in the user's object. `endSessions` ends sessions and grants as well. Should the object not answer,
 * the caller hears 503 and may repeat the change; `syncUser` brings the object up to date meanwhile.
 */
export async function changeUser(
  context: RealmContext,
  user: UserRow,
  changes: UserChanges,
  endSessions: SessionsAfterChange,
): Promise<UserRow> {
  const now = context.clock.now();
  const updated = await context.users.update(
    user.id,
    user.version,
    endSessions === "all" ? { ...changes, notBefore: now } : changes,
    now,
  );
  if (updated === "outdated") throw new Problem("version-outdated");
  if ("conflict" in updated) throw new Problem("user-already-exists", { fields: { [updated.conflict]: "taken" } });
  emit(context, "user.updated", updated.row, { changed: changedFields(user, updated.row) });
  try {
    await tellObject(context, updated.row, endSessions);
  } catch (error) {
    await context.syncUserLater(user.id);
    throw error;
  }
  return updated.row;
}

/** What events call the fields that differ; what is in them they do not say. */
export function changedFields(before: UserRow, after: UserRow): string[] {
  const { version: _, updatedAt: __, notBefore: ___, importedHash: ____, passwordExpiresAt: _____, ...rest } = after;
  return Object.entries(rest)
    .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof UserRow]))
    .map(([field]) => eventNames[field] ?? field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

const eventNames: Readonly<Record<string, string>> = { passwordHash: "password", disabledAt: "disabled" };

const mostTries = 4;

/** The same for changes that hold whatever else is changed meanwhile: then the user is read again. Throws Problem. */
export async function changeUserAnyway(
  context: RealmContext,
  user: UserRow,
  changes: UserChanges,
  endSessions: SessionsAfterChange,
): Promise<UserRow> {
  let current = user;
  for (let tried = 1; ; tried++) {
    try {
      return await changeUser(context, current, changes, endSessions);
    } catch (error) {
      if (!(error instanceof Problem) || error.reason !== "version-outdated" || tried === mostTries) throw error;
      const newest = await context.users.findById(user.id);
      if (newest === null) throw error;
      current = newest;
    }
  }
}

/** A user's object has not heard of what D1 has. */
export interface SyncUserJob {
  readonly type: "sync-user";
  readonly realmId: string;
  readonly userId: number;
}

/** Gives the object what D1 has. Safe to repeat. */
export async function syncUser(context: RealmContext, userId: number): Promise<void> {
  const user = await context.users.findById(userId);
  if (user === null) await eraseObject(context, userId);
  else await tellObject(context, user, user.disabledAt === null ? "none" : "all");
}

/** Tells the user's object what D1 has. When the user was deleted before it arrived, the object forgets it again. */
export async function tellObject(
  context: RealmContext,
  user: UserRow,
  endSessions: SessionsAfterChange,
): Promise<void> {
  const isNewThere = await context.objects.call(user.id, (object) =>
    object.putProfile(profileOf(user), endSessions, context.realm.listensToSessions),
  );
  if (isNewThere && (await context.users.findById(user.id)) === null) await eraseObject(context, user.id);
}

const eraseObject = (context: RealmContext, userId: number): Promise<void> =>
  context.objects.call(userId, (object) => object.erase(context.realm.listensToSessions));

/** Deletes a user: first nobody finds them any more, then their sessions and grants are gone. The id is never given out again. */
export async function deleteUser(context: RealmContext, userId: number): Promise<void> {
  const wantsNames = context.realm.listensTo.has("user.deleted");
  const user = wantsNames ? await context.users.findById(userId) : null;
  if (!(await context.users.delete(userId))) throw new Problem("user-record-unknown");
  emit(context, "user.deleted", user ?? { id: userId, externalId: null });
  try {
    await eraseObject(context, userId);
  } catch (error) {
    await context.syncUserLater(userId);
    throw error;
  }
}
