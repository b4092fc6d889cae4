import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Providers that were deleted, as long as tokens are given back to them. */
export const retiredProviders = sqliteTable(
  "retired_providers",
  {
    realmId: text("realm_id").notNull(),
    name: text("name").notNull(),
    type: text("type", { enum: ["oidc", "oauth2", "oauth1", "api_key"] }).notNull(),
    purposes: text("purposes", { mode: "json" }).$type<string[]>().notNull(),
    clientId: text("client_id").notNull(),
    sealedClientSecret: text("sealed_client_secret"),
    settings: text("settings", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    disabledAt: integer("disabled_at"),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    retiredAt: integer("retired_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.name, table.createdAt] }),
    index("retired_providers_by_time").on(table.retiredAt),
  ],
);
