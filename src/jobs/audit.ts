import type { Bindings } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { defaultRealmSettings } from "../config/realm-settings.ts";
import { appendEvents } from "../domain/audit/chain.ts";
import { isTheftOf } from "../domain/audit/record-theft.ts";
import { enqueueAll, type Job } from "../http/jobs.ts";
import type { AuditEvent, AuditJob } from "../storage/audit-events.ts";
import { AuditStore, forgetPending, outgrownChains, pendingEvents } from "../storage/d1/audit-store.ts";

/** Appends a batch of the queue, each realm's in one transaction. A realm whose chain cannot be written holds up no other. */
export async function consumeAudit(batch: MessageBatch<unknown>, env: Bindings): Promise<void> {
  const byRealm = Map.groupBy(batch.messages as readonly Message<AuditJob>[], ({ body }) => body.realmId);
  await Promise.all(
    [...byRealm].map(async ([realmId, messages]) => {
      try {
        const events = messages.map(({ body }) => body.event);
        await append(env, realmId, events);
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
async function append(env: Bindings, realmId: string, events: readonly AuditEvent[]): Promise<void> {
  await appendEvents(new AuditStore(env.DB, realmId), realmId, events);
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
  const pending = await pendingEvents(env.DB, now - limits.auditPendingMs, limits.auditPendingAtOnce);
  for (const [realmId, left] of Map.groupBy(pending, (one) => one.realmId))
    await appendLeft(
      env,
      realmId,
      left.map(({ event }) => event),
    );
  const outgrown = await outgrownChains(
    env.DB,
    defaultRealmSettings.audit_retention_days,
    now,
    limits.auditPrunedChainsAtOnce,
  );
  for (const { realmId, olderThan } of outgrown)
    await new AuditStore(env.DB, realmId).prune(olderThan, limits.auditPrunedAtOnce);
}

async function appendLeft(env: Bindings, realmId: string, events: readonly AuditEvent[]): Promise<void> {
  await append(env, realmId, events);
  for (const { id } of events) await forgetPending(env.DB, id);
}
