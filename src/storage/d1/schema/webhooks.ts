import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Addresses that hear of what happens in a realm. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: text("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    ownerType: text("owner_type", { enum: ["realm", "source", "client"] }).notNull(),
    /** The source's name, the client's client_id, or "" for the realm's operators. */
    owner: text("owner").notNull(),
    url: text("url").notNull(),
    /** Null for all of them, those of later days included. */
    events: text("events", { mode: "json" }).$type<string[]>(),
    description: text("description"),
    /** AES-GCM under a key-encryption key that it names; bound to realm and webhook. */
    sealedSecret: text("sealed_secret").notNull(),
    /** The one before; it signs as well until `oldSecretUntil`. */
    sealedOldSecret: text("sealed_old_secret"),
    oldSecretUntil: integer("old_secret_until"),
    disabledAt: integer("disabled_at"),
    disabledReason: text("disabled_reason", { enum: ["operator", "gone", "failing"] }),
    /** Since when nothing was taken; null while deliveries succeed. */
    failingSince: integer("failing_since"),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("webhooks_by_realm").on(table.realmId)],
);

/** One event for one webhook, until it is old. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    webhookId: text("webhook_id").notNull(),
    /** Sorts by time. */
    eventId: text("event_id").notNull(),
    realmId: text("realm_id").notNull(),
    type: text("type").notNull(),
    /** What is sent, to the byte. */
    body: text("body").notNull(),
    state: text("state", { enum: ["pending", "delivered", "dead"] }).notNull(),
    /** Failed ones since it was last begun. */
    attempts: integer("attempts").notNull(),
    log: text("log", { mode: "json" }).$type<WebhookAttempt[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    /** Only of pending ones. */
    nextAttemptAt: integer("next_attempt_at"),
  },
  (table) => [
    primaryKey({ columns: [table.webhookId, table.eventId] }),
    index("webhook_deliveries_by_age").on(table.createdAt),
    index("webhook_deliveries_due").on(table.nextAttemptAt),
  ],
);

/** What became of one attempt: a status, or the reason why there was none. Nothing of what the endpoint said. */
export interface WebhookAttempt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
}
