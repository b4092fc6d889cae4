import type { Bindings } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { eraseMove } from "../domain/realms/move-realm.ts";
import { systemClock } from "../lib/time.ts";
import { RealmMoveStore } from "../storage/d1/realm-move-store.ts";
import { RealmRows } from "../storage/d1/realm-rows.ts";
import { RealmStore } from "../storage/d1/realm-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { UserStore } from "../storage/d1/user-store.ts";
import { UserObjects } from "../storage/user-object/handle.ts";

/**
 * Erases what a deleted realm has left, a page of users at a time: their objects, then their rows, at last the realm. Where their
 * connections are given back to providers, the realm's own row and what speaking to these takes stay for a day.
 * Answers whether more can be done now; picks up where it was interrupted.
 */
export async function eraseRealmPage(realmId: string, env: Bindings): Promise<"more" | "done"> {
  const databases = databasesOf(env);
  const realms = new RealmStore(databases);
  // Whoever asks for it: a realm that is in service is never erased.
  const [retired, place] = [await realms.findRetired(realmId), await realms.findPlace(realmId)];
  if (retired === null || place === null) return "done";
  const { shard, jurisdiction } = place;
  const moves = new RealmMoveStore(databases.directory);
  if ((await eraseMove({ moves, databases, clock: systemClock }, realmId, shard)) === "more") return "more";
  const rows = new RealmRows(shard, realmId);
  const now = systemClock.now();
  await rows.retireProviders(now);
  const ids = await rows.remainingUserIds();
  if (ids.length === 0) {
    await rows.deleteConfiguration();
    await rows.deleteMemory();
    if (await rows.hasProvidersRetiredAfter(now - limits.retiredRealmMemoryMs)) return "done";
    await rows.deleteRetiredProviders();
    await realms.erase(realmId);
    return "done";
  }
  const users = new UserStore(shard, realmId);
  const objects = new UserObjects(env.USERS, { id: realmId, jurisdiction });
  for (const id of ids) {
    await objects.call(id, (user) => user.erase());
    await users.delete(id);
  }
  return "more";
}
