import type { Bindings } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { type MoveRealmJob, moveOn } from "../domain/realms/move-realm.ts";
import { enqueueAll } from "../http/jobs.ts";
import { systemClock } from "../lib/time.ts";
import { RealmMoveStore } from "../storage/d1/realm-move-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";

/** Longer waits are for the hourly job to end. */
const longestWaitSeconds = 1_800;

/** Some steps of a move; the next follow by the queue. */
export async function moveRealmOn(job: MoveRealmJob, env: Bindings): Promise<void> {
  const databases = databasesOf(env);
  const moves = new RealmMoveStore(databases.directory);
  const waitSeconds = await moveOn({ moves, databases, clock: systemClock }, job.realmId);
  if (waitSeconds === null || waitSeconds > longestWaitSeconds) return;
  await env.JOBS.send(job, { delaySeconds: waitSeconds });
}

/** Hourly: takes up moves that wait, and those whose job was lost. Two at the same move do not disturb each other. */
export async function takeUpMoves(env: Bindings, now: number): Promise<void> {
  const moves = await new RealmMoveStore(databasesOf(env).directory).unfinished();
  const lost = moves.filter(({ movedAt }) => now - movedAt > limits.realmMovePatienceMs);
  await enqueueAll(
    env,
    lost.map(({ realmId }) => ({ type: "move-realm", realmId })),
  );
}
