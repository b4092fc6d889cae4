/** What the hourly job asks of all chains of a shard at once. */
import { asc, eq, lt } from "drizzle-orm";
import { type AuditEvent, deploymentChain } from "../audit-events.ts";
import { guarded } from "../guarded.ts";
import { openDatabase } from "./database.ts";
import { auditPending } from "./schema/index.ts";

/** Forgets what was pending of a realm that is gone. */
export async function forgetPending(binding: D1Database, id: string): Promise<void> {
  await guarded("audit.forgetPending", () =>
    openDatabase(binding).delete(auditPending).where(eq(auditPending.id, id)).run(),
  );
}

/** What was noted before then and is in no chain yet, the oldest first. */
export async function pendingEvents(
  binding: D1Database,
  notedBefore: number,
  most: number,
): Promise<{ realmId: string; event: AuditEvent }[]> {
  const rows = await guarded("audit.pendingEvents", () =>
    openDatabase(binding)
      .select({ realmId: auditPending.realmId, body: auditPending.body })
      .from(auditPending)
      .where(lt(auditPending.notedAt, notedBefore))
      .orderBy(asc(auditPending.notedAt))
      .limit(most),
  );
  return rows.map(({ realmId, body }) => ({ realmId, event: JSON.parse(body) as AuditEvent }));
}

/** Of the realms, those whose oldest entry is from before they want to keep any. `keepFrom`: since when they do, by realm. */
export async function outgrownChains(
  binding: D1Database,
  keepFrom: { readonly usual: number; readonly chosen: ReadonlyMap<string, number> },
  most: number,
): Promise<{ realmId: string; olderThan: number }[]> {
  const { results } = await guarded("audit.outgrownChains", () =>
    binding
      .prepare(
        `with recursive chains(realm_id) as (
           select min(realm_id) from audit_events
           union all
           select (select min(e.realm_id) from audit_events e where e.realm_id > chains.realm_id) from chains
           where chains.realm_id is not null)
         select realm_id, older_than from (
           select c.realm_id, coalesce(json_extract(?2, '$."' || c.realm_id || '"'), ?1) as older_than,
             (select at from audit_events e where e.realm_id = c.realm_id order by seq limit 1) as oldest
           from chains c
           where c.realm_id is not null and c.realm_id <> ?3)
         where oldest < older_than limit ?4`,
      )
      .bind(keepFrom.usual, JSON.stringify(Object.fromEntries(keepFrom.chosen)), deploymentChain, most)
      .all<{ realm_id: string; older_than: number }>(),
  );
  return results.map(({ realm_id: realmId, older_than: olderThan }) => ({ realmId, olderThan }));
}
