import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What is known of a provider, whether it stands or has been deleted. */
export const providerColumns = {
  realmId: text("realm_id").notNull(),
  name: text("name").notNull(),
  type: text("type", { enum: ["oidc", "oauth2", "oauth1", "api_key"] }).notNull(),
  purposes: text("purposes", { mode: "json" }).$type<string[]>().notNull(),
  clientId: text("client_id").notNull(),
  /** AES-GCM under a key-encryption key that it names; bound to realm and provider. */
  sealedClientSecret: text("sealed_client_secret"),
  /** What the operator has set, as parsed by domain/federation/provider-settings.ts; a preset gives the rest. */
  settings: text("settings", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
  disabledAt: integer("disabled_at"),
  version: integer("version").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
};

/** Upstream providers of a realm: where its users have accounts, to sign in with or for the token vault to call. */
export const providers = sqliteTable("providers", providerColumns, (table) => [
  primaryKey({ columns: [table.realmId, table.name] }),
]);
