import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Who somebody elsewhere is here: an account at a source (a provider's name, a main product, …) belongs to one user of the realm. */
export const linkedAccounts = sqliteTable(
  "linked_accounts",
  {
    realmId: text("realm_id").notNull(),
    source: text("source").notNull(),
    /** What the source calls the account, for ever: a `sub`, never an address. */
    sourceId: text("source_id").notNull(),
    userId: integer("user_id").notNull(),
    status: text("status", { enum: ["active", "disabled"] }).notNull(),
    metadata: text("metadata", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    linkedAt: integer("linked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.source, table.sourceId] }),
    index("linked_accounts_by_user").on(table.realmId, table.userId),
  ],
);
