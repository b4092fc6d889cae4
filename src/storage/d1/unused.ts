import { and, asc, eq, lte } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { openDatabase } from "./database.ts";
import { users } from "./schema/index.ts";

export interface Guest {
  readonly realmId: string;
  readonly id: number;
  readonly createdAt: number;
}

/** Guests of all realms that it is time to look at, the longest due first. */
export function dueGuests(binding: D1Database, now: number, most: number): Promise<Guest[]> {
  return guarded("guests.due", () =>
    openDatabase(binding)
      .select({ realmId: users.realmId, id: users.id, createdAt: users.createdAt })
      .from(users)
      .where(lte(users.guestCheckAt, now))
      .orderBy(asc(users.guestCheckAt))
      .limit(most),
  );
}

/** Null for one that is no guest any more. */
export async function lookAgainAt(binding: D1Database, { realmId, id }: Guest, at: number | null): Promise<void> {
  await guarded("guests.lookAgainAt", () =>
    openDatabase(binding)
      .update(users)
      .set({ guestCheckAt: at })
      .where(and(eq(users.realmId, realmId), eq(users.id, id)))
      .run(),
  );
}

export interface UnusedClient {
  readonly realmId: string;
  readonly integrationId: number;
  readonly clientId: string;
  /** Milliseconds since the epoch: nothing was heard of it since then at the latest. */
  readonly quietSince: number;
}

/** Clients of all realms that registered themselves, have never got a token, and are older than their realm wants to wait. */
export async function unusedClients(
  binding: D1Database,
  defaultDays: number,
  now: number,
  most: number,
): Promise<UnusedClient[]> {
  const { results } = await guarded("clients.unused", () =>
    binding
      .prepare(
        `select realm_id, integration_id, client_id, quiet_since from (
           select c.realm_id, c.integration_id, c.client_id, c.updated_at,
             coalesce(json_extract(r.settings, '$.registration_unused_days'), ?2) as days,
             ?1 - coalesce(json_extract(r.settings, '$.registration_unused_days'), ?2) * 86400000 as quiet_since
           from clients c join realms r on r.id = c.realm_id
           where c.registration_token_hash is not null and c.used_at is null and c.updated_at <= ?1 - 86400000)
         where days > 0 and updated_at <= quiet_since order by updated_at limit ?3`,
      )
      .bind(now, defaultDays, most)
      .all<{ realm_id: string; integration_id: number; client_id: string; quiet_since: number }>(),
  );
  return results.map((row) => ({
    realmId: row.realm_id,
    integrationId: row.integration_id,
    clientId: row.client_id,
    quietSince: row.quiet_since,
  }));
}
