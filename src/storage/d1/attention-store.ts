import { and, asc, eq, isNotNull, isNull, lt, ne, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { apiKeys, providers, webhookDeliveries, webhooks } from "./schema/index.ts";

/** Rows of one kind that are told of one by one. */
const mostNamed = 20;

/** An enabled provider that was given no secret, and uses one. */
export const lacksSecret = and(
  isNull(providers.disabledAt),
  isNull(providers.sealedClientSecret),
  ne(providers.type, "api_key"),
  sql`coalesce(json_extract(${providers.settings}, '$.auth_style'), '') <> 'none'`,
);

/** A webhook that takes nothing, whether it still is tried or was given up. */
export const takesNothing = sql`(${and(isNotNull(webhooks.failingSince), isNull(webhooks.disabledAt))} or ${webhooks.disabledReason} in ('gone', 'failing'))`;

/** What one realm's operators should look at. */
export class AttentionStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  failingWebhooks(): Promise<{ id: string; url: string }[]> {
    return guarded("attention.webhooks", () =>
      this.#db
        .select({ id: webhooks.id, url: webhooks.url })
        .from(webhooks)
        .where(and(eq(webhooks.realmId, this.#realmId), takesNothing))
        .limit(mostNamed),
    );
  }

  /** How many deliveries were given up, by webhook. */
  deadDeliveries(): Promise<{ id: string; url: string; count: number }[]> {
    return guarded("attention.deliveries", () =>
      this.#db
        .select({ id: webhooks.id, url: webhooks.url, count: sql<number>`count(*)` })
        .from(webhooks)
        .innerJoin(webhookDeliveries, eq(webhookDeliveries.webhookId, webhooks.id))
        .where(and(eq(webhooks.realmId, this.#realmId), eq(webhookDeliveries.state, "dead")))
        .groupBy(webhooks.id)
        .limit(mostNamed),
    );
  }

  providersWithoutSecret(): Promise<{ name: string }[]> {
    return guarded("attention.providers", () =>
      this.#db
        .select({ name: providers.name })
        .from(providers)
        .where(and(eq(providers.realmId, this.#realmId), lacksSecret))
        .limit(mostNamed),
    );
  }

  /** API keys that are not valid after `before` (milliseconds since the epoch), those that are not any more included; the next to go first. */
  expiringKeys(before: number) {
    const { ownerType, owner, prefix, expiresAt } = apiKeys;
    return guarded("attention.apiKeys", () =>
      this.#db
        .select({ ownerType, owner, prefix, expiresAt: sql<number>`${expiresAt}` })
        .from(apiKeys)
        .where(and(eq(apiKeys.realmId, this.#realmId), lt(expiresAt, before)))
        .orderBy(asc(expiresAt))
        .limit(mostNamed),
    );
  }
}
