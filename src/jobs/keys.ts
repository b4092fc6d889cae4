import { defaultRealmSettings } from "../config/default-realm-settings.ts";
import { type Bindings, parseEnv } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { keyRing } from "../crypto/key-ring.ts";
import { rotateDueKeys } from "../domain/admin/realm-keys.ts";
import { recordEvent } from "../domain/audit/record-event.ts";
import { nextSweepJob, type Sweeping, type SweepJob, sweepOn } from "../domain/key-encryption/sweep.ts";
import type { RealmContext } from "../domain/realm-context.ts";
import { enqueueAll, type Job } from "../http/jobs.ts";
import { KeySweepStore } from "../storage/d1/key-sweep-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { deleteExpiredKeys, realmsWithOldKeys, SigningKeyStore } from "../storage/d1/signing-key-store.ts";
import { UserObjects } from "../storage/user-object/handle.ts";

/** Hourly: signing keys that are old hand over to the next, and what is sealed comes under the newest key-encryption key. */
export async function tendKeys(env: Bindings, now: number): Promise<void> {
  await deleteExpiredKeys(env.DB, now);
  const usualDays = defaultRealmSettings.signing_key_rotation_days;
  const old = await realmsWithOldKeys(env.DB, usualDays, now, limits.keyRotationsAtOnce);
  const next = await nextSweepJob(sweepingOf(env));
  const jobs: Job[] = old.map((realmId) => ({ type: "rotate-keys", realmId }));
  await enqueueAll(env, next === null ? jobs : [next, ...jobs]);
}

/** The realm was read just now: a job that comes twice finds nothing due. */
export async function rotateOldKeys(context: RealmContext, env: Bindings): Promise<void> {
  const { realm, ring, clock } = context;
  const store = new SigningKeyStore(env.DB, realm.id);
  for (const id of await rotateDueKeys({ realm, store, ring, clock }))
    recordEvent(context, { type: "key.rotated", actor: { kind: "system" }, target: { kind: "key", id } });
}

/** One step of the sweep; the next follows by the queue. Lost on the way, it is taken up by the hourly job. */
export async function rewrapOn(job: SweepJob, env: Bindings): Promise<void> {
  const next = await sweepOn(sweepingOf(env), job);
  if (next !== null) await enqueueAll(env, [next]);
}

function sweepingOf(env: Bindings): Sweeping {
  return {
    store: new KeySweepStore(databasesOf(env)),
    ring: keyRing(parseEnv(env)),
    callUser: ({ id, realm }, run) => new UserObjects(env.USERS, realm).call(id, run),
    now: Date.now(),
  };
}
