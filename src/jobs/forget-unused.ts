import { defaultRealmSettings } from "../config/default-realm-settings.ts";
import type { Bindings } from "../config/env.ts";
import { parseEnv } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { keyRing } from "../crypto/key-ring.ts";
import { recordEvent } from "../domain/audit/record-event.ts";
import { type RealmContext, realmContext } from "../domain/realm-context.ts";
import { RealmDirectory } from "../domain/realms/realm-directory.ts";
import { forgetGuest, guestStaysUntil } from "../domain/users/forget-guest.ts";
import { systemClock } from "../lib/time.ts";
import { RealmStore } from "../storage/d1/realm-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { dueGuests, type Guest, lookAgainAt, unusedClients } from "../storage/d1/unused.ts";
import { onEachRestingShard, type RestingShard } from "./each-shard.ts";

type FindContext = (realmId: string) => Promise<RealmContext | null>;

/** Hourly: forgets guests that nobody comes back for, and clients that registered themselves for nothing. A portion of them, one event a realm. */
export async function forgetUnused(env: Bindings, now: number): Promise<void> {
  const realms = new RealmStore(databasesOf(env));
  const find = finder(env);
  await onEachRestingShard(env, async (shard) => {
    await forgetGuests(shard, find, now);
    await forgetClients(shard, await realms.chosenNumbers(shard.name, "registration_unused_days"), find, now);
  });
}

async function forgetGuests({ db, aside }: RestingShard, find: FindContext, now: number): Promise<void> {
  const due = await dueGuests(db, now, limits.guestsCheckedAtOnce);
  for (const [realmId, guests] of Map.groupBy(due, (guest) => guest.realmId)) {
    if (aside.has(realmId)) {
      // So that they are not in the way of others who are due.
      for (const guest of guests) await lookAgainAt(db, guest, now + limits.realmMoveGraceMs);
      continue;
    }
    const context = await find(realmId);
    let count = 0;
    for (let at = 0; at < guests.length; at += limits.guestsCheckedInParallel) {
      const portion = guests.slice(at, at + limits.guestsCheckedInParallel);
      const forgotten = await Promise.all(portion.map((guest) => checkGuest(db, context, guest, now)));
      count += forgotten.filter(Boolean).length;
    }
    if (context !== null && count > 0) recordEvent(context, { type: "guests.forgotten", details: { count } });
  }
}

/** Whether the guest was forgotten. Of a realm that is being erased, that erases it. One that cannot be asked now is asked in an hour. */
async function checkGuest(db: D1Database, context: RealmContext | null, guest: Guest, now: number): Promise<boolean> {
  const { id: userId } = guest;
  if (context === null) {
    await lookAgainAt(db, guest, now + limits.guestCheckMs);
    return false;
  }
  const life = await context.objects.call(userId, (object) => object.guestLife()).catch(() => null);
  if (life === null) return false;
  const until = guestStaysUntil(context, guest.createdAt, life, now);
  const isForgotten = until === null && (await forgetGuest(context, userId));
  if (!isForgotten) await lookAgainAt(db, guest, until);
  return isForgotten;
}

async function forgetClients(
  { db, aside }: RestingShard,
  chosen: ReadonlyMap<string, number>,
  find: FindContext,
  now: number,
): Promise<void> {
  const days = { usual: defaultRealmSettings.registration_unused_days, chosen };
  const unused = await unusedClients(db, days, now, limits.unusedClientsForgottenAtOnce);
  for (const [realmId, clients] of Map.groupBy(unused, (client) => client.realmId)) {
    if (aside.has(realmId)) continue;
    const context = await find(realmId);
    if (context === null) continue;
    const forgotten: string[] = [];
    for (const client of clients) {
      if (!(await context.clients.store.deleteUnused(client, client.quietSince))) continue;
      context.clients.forget(client);
      forgotten.push(client.clientId);
    }
    if (forgotten.length > 0)
      recordEvent(context, { type: "clients.forgotten", details: { count: forgotten.length, clients: forgotten } });
  }
}

function finder(env: Bindings): FindContext {
  const config = parseEnv(env);
  const ring = keyRing(config);
  const directory = new RealmDirectory(databasesOf(env), config, ring, systemClock);
  return async (realmId) => {
    const realm = await directory.findById(realmId);
    return realm === null ? null : realmContext(realm, env, config, ring);
  };
}
