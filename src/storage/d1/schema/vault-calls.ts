import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The token vault's log of calls: what was called, and what came of it. Nothing of what was sent or answered. */
export const vaultCalls = sqliteTable(
  "vault_calls",
  {
    realmId: text("realm_id").notNull(),
    /** Sorts by time. */
    id: text("id").notNull(),
    clientId: text("client_id").notNull(),
    userId: integer("user_id").notNull(),
    provider: text("provider").notNull(),
    /** The mapping that was run; null for a call by itself. */
    mapping: text("mapping"),
    method: text("method").notNull(),
    /** Of the query the names alone. Empty where there is no address to speak of. */
    url: text("url").notNull(),
    status: text("status", { enum: ["success", "error"] }).notNull(),
    code: text("code"),
    /** What the provider answered; 502 and 504 where it did not. Null when it was not called. */
    statusCode: integer("status_code"),
    tries: integer("tries").notNull(),
    durationMs: integer("duration_ms").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.id] })],
);

/** How calls over a connection have gone of late. */
export const vaultHealth = sqliteTable(
  "vault_health",
  {
    realmId: text("realm_id").notNull(),
    userId: integer("user_id").notNull(),
    provider: text("provider").notNull(),
    clientId: text("client_id").notNull(),
    lastSuccessAt: integer("last_success_at"),
    lastFailureAt: integer("last_failure_at"),
    lastFailure: text("last_failure"),
    lastStatusCode: integer("last_status_code"),
    /** Since the last success. */
    failures: integer("failures").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.userId, table.provider, table.clientId] })],
);

/** Failures of calls by the hour, for events, and both these and consents for the operator's report. */
export const vaultTallies = sqliteTable(
  "vault_tallies",
  {
    realmId: text("realm_id").notNull(),
    /** Hours since the epoch. */
    hour: integer("hour").notNull(),
    clientId: text("client_id").notNull(),
    provider: text("provider").notNull(),
    /** Of a consent the name of its event. */
    code: text("code").notNull(),
    count: integer("count").notNull(),
    lastAt: integer("last_at").notNull(),
    /** Null of consents. */
    lastCallId: text("last_call_id"),
    lastStatusCode: integer("last_status_code"),
    /** When a report took it; null until then. */
    reportedAt: integer("reported_at"),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.hour, table.clientId, table.provider, table.code] }),
    index("vault_tallies_by_hour").on(table.hour),
  ],
);
