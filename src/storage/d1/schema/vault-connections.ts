import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Who has connections with a provider, so that they can be ended with it. What they are is in the users' objects: somebody named here
 * may have none any more, and whoever has one is named.
 */
export const vaultConnections = sqliteTable(
  "vault_connections",
  {
    realmId: text("realm_id").notNull(),
    provider: text("provider").notNull(),
    /** When the provider was made: another of the same name is another. */
    providerSince: integer("provider_since").notNull(),
    userId: integer("user_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.provider, table.providerSince, table.userId] })],
);
