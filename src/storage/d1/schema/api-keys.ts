import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Keys by which the servers of main products and applications call this one. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    ownerType: text("owner_type", { enum: ["source", "client"] }).notNull(),
    /** The source's name, or the client's client_id. */
    owner: text("owner").notNull(),
    /** How the key begins: enough to tell it from others, not to use it. */
    prefix: text("prefix").notNull(),
    keyHash: text("key_hash").notNull(),
    note: text("note"),
    scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
    expiresAt: integer("expires_at"),
  },
  (table) => [
    uniqueIndex("api_keys_by_hash").on(table.keyHash),
    index("api_keys_by_owner").on(table.realmId, table.ownerType, table.owner),
  ],
);
