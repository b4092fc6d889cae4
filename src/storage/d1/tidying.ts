// What the hourly job looks for on a shard, and what it forgets there. By itself, since no request needs any of it (docs/decisions/0027).
import { and, desc, eq, isNull, lt, lte, ne, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import type { ProviderOnce } from "../provider-once.ts";
import { firstCallIdOf } from "./call-log-store.ts";
import { openDatabase } from "./database.ts";
import { retiredProviders, vaultCalls, vaultConnections, vaultTallies, webhookDeliveries } from "./schema/index.ts";
import type { WebhookDeliveryJob } from "./webhook-delivery-store.ts";

const hourMs = 3_600_000;

/** Forgets old deliveries, and of webhooks that have very many the oldest that are done with, in all realms. Safe to run twice. */
export async function deleteOldDeliveries(binding: D1Database, before: number, most: number): Promise<void> {
  const db = openDatabase(binding);
  await guarded("webhookDeliveries.deleteOld", async () => {
    await db.delete(webhookDeliveries).where(lt(webhookDeliveries.createdAt, before)).run();
    const crowded = await db
      .select({ webhookId: webhookDeliveries.webhookId })
      .from(webhookDeliveries)
      .where(ne(webhookDeliveries.state, "pending"))
      .groupBy(webhookDeliveries.webhookId)
      .having(sql`count(*) > ${most}`);
    for (const { webhookId } of crowded)
      await db
        .delete(webhookDeliveries)
        .where(
          and(
            eq(webhookDeliveries.webhookId, webhookId),
            ne(webhookDeliveries.state, "pending"),
            sql`${webhookDeliveries.eventId} <= (select d.event_id from webhook_deliveries as d where d.webhook_id = ${webhookId} and d.state <> 'pending' order by d.event_id desc limit 1 offset ${most})`,
          ),
        )
        .run();
  });
}

/** Deliveries of all realms that should have been tried before `before` and were not: their jobs are lost. */
export async function overdueDeliveries(
  binding: D1Database,
  before: number,
  most: number,
): Promise<WebhookDeliveryJob[]> {
  const rows = await guarded("webhookDeliveries.overdue", () =>
    openDatabase(binding)
      .select({
        realmId: webhookDeliveries.realmId,
        webhookId: webhookDeliveries.webhookId,
        eventId: webhookDeliveries.eventId,
      })
      .from(webhookDeliveries)
      .where(lte(webhookDeliveries.nextAttemptAt, before))
      .orderBy(webhookDeliveries.nextAttemptAt)
      .limit(most),
  );
  return rows.map((row) => ({ type: "webhook-delivery", ...row }));
}

/** Forgets calls from before `before`, and of each realm the oldest beyond `most`, with what is left of deleted realms. Safe to run twice. */
export async function deleteOldCalls(binding: D1Database, before: number, most: number): Promise<void> {
  const db = openDatabase(binding);
  await guarded("callLog.deleteOld", async () => {
    await db
      .delete(vaultTallies)
      .where(lt(vaultTallies.hour, Math.floor(before / hourMs)))
      .run();
    const known = await db.selectDistinct({ realmId: vaultCalls.realmId }).from(vaultCalls);
    for (const { realmId } of known) {
      const [last] = await db
        .select({ id: vaultCalls.id })
        .from(vaultCalls)
        .where(eq(vaultCalls.realmId, realmId))
        .orderBy(desc(vaultCalls.id))
        .limit(1)
        .offset(most);
      const oldest = firstCallIdOf(before);
      const bound = last !== undefined && last.id > oldest ? last.id : oldest;
      await db
        .delete(vaultCalls)
        .where(and(eq(vaultCalls.realmId, realmId), lte(vaultCalls.id, bound)))
        .run();
    }
  });
}

/** Realms that have tallies of hours that are over, and no report of them yet. */
export async function realmsWithTallies(binding: D1Database, now: number): Promise<string[]> {
  const rows = await guarded("callLog.realmsWithTallies", () =>
    openDatabase(binding)
      .selectDistinct({ realmId: vaultTallies.realmId })
      .from(vaultTallies)
      .where(and(lt(vaultTallies.hour, Math.floor(now / hourMs)), isNull(vaultTallies.reportedAt))),
  );
  return rows.map(({ realmId }) => realmId);
}

/** Deleted providers, of all realms, with which somebody still has connections. */
export function providersToEnd(
  binding: D1Database,
  before: number,
  most: number,
): Promise<(ProviderOnce & { realmId: string })[]> {
  const { realmId, name: provider, createdAt: since, retiredAt } = retiredProviders;
  const held = sql`exists (select 1 from ${vaultConnections} where ${vaultConnections.realmId} = ${realmId}
    and ${vaultConnections.provider} = ${provider} and ${vaultConnections.providerSince} = ${since})`;
  return guarded("connectionHolders.toEnd", () =>
    openDatabase(binding)
      .select({ realmId, provider, since })
      .from(retiredProviders)
      .where(and(lt(retiredAt, before), held))
      .limit(most),
  );
}

/** What was kept of providers that were deleted before `before`, their secrets too. */
export async function forgetRetiredProviders(binding: D1Database, before: number): Promise<void> {
  await guarded("retiredProviders.forget", () =>
    openDatabase(binding).delete(retiredProviders).where(lt(retiredProviders.retiredAt, before)).run(),
  );
}
