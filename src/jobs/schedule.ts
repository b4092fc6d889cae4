import type { Bindings } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { enqueueAll, type Job } from "../http/jobs.ts";
import { deleteExpiredApiKeys } from "../storage/d1/api-key-store.ts";
import { RealmStore } from "../storage/d1/realm-store.ts";
import { deleteExpiredRegistrationTokens } from "../storage/d1/registration-token-store.ts";
import { deleteExpiredRevocations } from "../storage/d1/revoked-access-token-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import {
  deleteOldCalls,
  deleteOldDeliveries,
  forgetRetiredProviders,
  overdueDeliveries,
  providersToEnd,
} from "../storage/d1/tidying.ts";
import { tidyAudit } from "./audit.ts";
import { onEachRestingShard } from "./each-shard.ts";
import { forgetUnused } from "./forget-unused.ts";
import { tendKeys } from "./keys.ts";
import { takeUpMoves } from "./move-realm.ts";
import { reportOnVaults } from "./vault-report.ts";

const forgottenAfterMs = 3_600_000;

/**
 * Hourly. Everything in here may run twice, or not at all for a while. What fails, as all does that is on a database which does not
 * answer, keeps nothing else from its turn. Throws the first failure when all have had theirs.
 */
export async function tidy(env: Bindings): Promise<void> {
  const now = Date.now();
  const failures: unknown[] = [];
  for (const step of [tidyShards, takeUpMoves, reportOnVaults, tidyAudit, tendKeys, forgetUnused, eraseForgotten])
    await step(env, now).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function tidyShards(env: Bindings, now: number): Promise<void> {
  await onEachRestingShard(env, async ({ db, aside }) => {
    await deleteExpiredRevocations(db, now);
    await deleteExpiredRegistrationTokens(db, now);
    await deleteExpiredApiKeys(db, now);
    const oldest = now - limits.webhookDeliveryMemorySeconds * 1000;
    await deleteOldDeliveries(db, oldest, limits.webhookDeliveriesKept);
    const lost = await overdueDeliveries(db, now - limits.webhookOverdueMs, limits.webhookReplaysAtOnce);
    await enqueueAll(
      env,
      lost.filter(({ realmId }) => !aside.has(realmId)),
    );
    await deleteOldCalls(db, now - limits.vaultLogMemorySeconds * 1000, limits.vaultLogEntriesPerRealm);
    await forgetRetiredProviders(db, now - limits.retiredProviderMemoryMs);
    const left = await providersToEnd(db, now - limits.connectionsLeftAfterMs, limits.pageSize);
    await enqueueAll(
      env,
      left.filter(({ realmId }) => !aside.has(realmId)).map((one) => ({ type: "end-connections", ...one })),
    );
  });
}

/** A deleted realm whose erasing was never begun, or was given up, is taken up again. */
async function eraseForgotten(env: Bindings, now: number): Promise<void> {
  for (const realmId of await new RealmStore(databasesOf(env)).retiredIds(now - forgottenAfterMs))
    await env.JOBS.send({ type: "erase-realm", realmId } satisfies Job);
}
