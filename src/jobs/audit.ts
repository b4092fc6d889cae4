import { defaultRealmSettings } from "../config/default-realm-settings.ts";
import type { Bindings } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { appendEvents, appendEventsOf } from "../domain/audit/chain.ts";
import { isTheftOf } from "../domain/audit/record-theft.ts";
import { enqueueAll, type Job } from "../http/jobs.ts";
import { type AuditEvent, type AuditJob, deploymentChain } from "../storage/audit-events.ts";
import { AuditStore } from "../storage/d1/audit-store.ts";
import { forgetPending, outgrownChains, pendingEvents } from "../storage/d1/audit-upkeep.ts";
import { RealmStore } from "../storage/d1/realm-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { onEachRestingShard, type RestingShard } from "./each-shard.ts";

/** Appends a batch of the queue, each realm's in one transaction. A realm whose chain cannot be written holds up no other. */
export async function consumeAudit(batch: MessageBatch<unknown>, env: Bindings): Promise<void> {
  const realms = new RealmStore(databasesOf(env));
  const byRealm = Map.groupBy(batch.messages as readonly Message<AuditJob>[], ({ body }) => body.realmId);
  await Promise.all(
    [...byRealm].map(async ([realmId, messages]) => {
      try {
        const events = messages.map(({ body }) => body.event);
        await append(env, realms, realmId, events);
        for (const message of messages) message.ack();
      } catch (error) {
        const attempt = Math.max(...messages.map(({ attempts }) => attempts));
        const line = { level: "error", job: "audit", attempt, error: error instanceof Error ? error.name : "unknown" };
        console.error(JSON.stringify(line));
        for (const message of messages) message.retry({ delaySeconds: Math.min(2 ** message.attempts * 2, 600) });
      }
    }),
  );
}

/** What is a sign of theft goes on to its owner. An append that is repeated repeats that, and the notice knows its event. */
async function append(
  env: Bindings,
  realms: RealmStore,
  realmId: string,
  events: readonly AuditEvent[],
): Promise<void> {
  if (realmId === deploymentChain) await appendEvents(new AuditStore(env.DB, realmId), realmId, events);
  else await appendEventsOf(realms, realmId, events);
  await enqueueAll(
    env,
    events.filter(isTheftOf).map((event) => theftNotice(realmId, event)),
  );
}

const theftNotice = (realmId: string, { id, time, user, client }: AuditEvent & { user: string }): Job => ({
  type: "theft-notice",
  realmId,
  userId: Number(user),
  clientId: client ?? null,
  eventId: id,
  at: Date.parse(time),
});

/** Hourly: what was left by its request is appended, and what is too old is cut off. */
export async function tidyAudit(env: Bindings, now: number): Promise<void> {
  const realms = new RealmStore(databasesOf(env));
  await onEachRestingShard(env, async (shard) => {
    await appendPending(env, realms, shard, now);
    const { audit_retention_days: usualDays } = defaultRealmSettings;
    const chosenDays = await realms.chosenNumbers(shard.name, "audit_retention_days");
    // Whoever has something to hide cannot shorten the log and have it gone within the hour.
    const settled = await realms.chosenNumbers(shard.name, "audit_retention_days", now - limits.auditShorteningMs);
    const since = (days: number): number => now - days * dayMs;
    const keepFrom = {
      usual: since(usualDays),
      chosen: new Map(
        [...chosenDays].map(([id, days]) => [id, since(settled.has(id) ? days : Math.max(days, usualDays))]),
      ),
    };
    for (const { realmId, olderThan } of await outgrownChains(shard.db, keepFrom, limits.auditPrunedChainsAtOnce))
      if (!shard.aside.has(realmId)) await new AuditStore(shard.db, realmId).prune(olderThan, limits.auditPrunedAtOnce);
  });
}

const dayMs = 86_400_000;

async function appendPending(
  env: Bindings,
  realms: RealmStore,
  { db, aside }: RestingShard,
  now: number,
): Promise<void> {
  const pending = await pendingEvents(db, now - limits.auditPendingMs, limits.auditPendingAtOnce);
  for (const [realmId, left] of Map.groupBy(pending, (one) => one.realmId)) {
    if (aside.has(realmId)) continue;
    const events = left.map(({ event }) => event);
    await append(env, realms, realmId, events);
    for (const { id } of events) await forgetPending(db, id);
  }
}
