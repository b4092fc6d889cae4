import { and, asc, eq, lte } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { openDatabase } from "./database.ts";
import { users } from "./schema/index.ts";

export interface Guest {
  readonly realmId: string;
  readonly id: number;
  readonly createdAt: number;
}

/** Guests of a shard's realms that it is time to look at, the longest due first. */
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

/**
 * Clients of a shard's realms that registered themselves, have never got a token, and are older than their realm wants to wait: so many
 * days as it has chosen, or the usual number; 0 for ever.
 */
export async function unusedClients(
  shard: D1Database,
  days: { readonly usual: number; readonly chosen: ReadonlyMap<string, number> },
  now: number,
  most: number,
): Promise<UnusedClient[]> {
  const { results } = await guarded("clients.unused", () =>
    shard
      .prepare(
        `select realm_id, integration_id, client_id, ?1 - days * 86400000 as quiet_since from (
           select realm_id, integration_id, client_id, updated_at,
             coalesce(json_extract(?3, '$."' || realm_id || '"'), ?2) as days
           from clients
           where registration_token_hash is not null and used_at is null and updated_at <= ?1 - 86400000)
         where days > 0 and updated_at <= ?1 - days * 86400000 order by updated_at limit ?4`,
      )
      .bind(now, days.usual, JSON.stringify(Object.fromEntries(days.chosen)), most)
      .all<{ realm_id: string; integration_id: number; client_id: string; quiet_since: number }>(),
  );
  return results.map((row) => ({
    realmId: row.realm_id,
    integrationId: row.integration_id,
    clientId: row.client_id,
    quietSince: row.quiet_since,
  }));
}
