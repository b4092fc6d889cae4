import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** What happened in a realm, each entry chained to the one before (docs/audit.md). Rows are added, and the oldest cut off; none changes. */
export const auditEvents = sqliteTable(
  "audit_events",
  {
    realmId: text("realm_id").notNull(),
    /** From 1, without gaps. The primary key lets one of those who append at once win. */
    seq: integer("seq").notNull(),
    /** Sorts by time. Unique, so that an event that is sent twice is kept once. */
    id: text("id").notNull(),
    at: integer("at").notNull(),
    type: text("type").notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id"),
    userId: text("user_id"),
    clientId: text("client_id"),
    /** The event in canonical JSON, as it was hashed. */
    body: text("body").notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.seq] }),
    uniqueIndex("audit_events_by_id").on(table.realmId, table.id),
    index("audit_events_by_user").on(table.realmId, table.userId, table.seq),
  ],
);

/** Where a chain begins whose oldest entries were cut off. */
export const auditAnchors = sqliteTable("audit_anchors", {
  realmId: text("realm_id").primaryKey(),
  /** The last that was cut off, and its hash. */
  seq: integer("seq").notNull(),
  hash: text("hash").notNull(),
});

/** Changes that were begun, until they are in the chain; and events that the queue did not take. */
export const auditPending = sqliteTable(
  "audit_pending",
  {
    id: text("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    body: text("body").notNull(),
    notedAt: integer("noted_at").notNull(),
  },
  (table) => [index("audit_pending_by_age").on(table.notedAt)],
);

/** How often something happened in a realm on a day (UTC). Counted when the event is chained, in the same transaction. */
export const dailyCounts = sqliteTable(
  "daily_counts",
  {
    realmId: text("realm_id").notNull(),
    /** YYYY-MM-DD. */
    day: text("day").notNull(),
    metric: text("metric").notNull(),
    label: text("label").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.day, table.metric, table.label] })],
);
