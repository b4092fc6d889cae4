import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** An application's methods over providers of the token vault. */
export const vaultMappings = sqliteTable(
  "vault_mappings",
  {
    realmId: text("realm_id").notNull(),
    clientId: text("client_id").notNull(),
    name: text("name").notNull(),
    /** As the application wrote it, parsed by domain/vault/mapping.ts. */
    definition: text("definition", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.clientId, table.name] })],
);
