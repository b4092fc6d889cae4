import { integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Main products of a realm: they sign their users in here by tokens of their own. */
export const sources = sqliteTable(
  "sources",
  {
    realmId: text("realm_id").notNull(),
    /** The `source` of the accounts linked through it. */
    name: text("name").notNull(),
    /** The `iss` of its tokens. */
    issuer: text("issuer").notNull(),
    algorithm: text("algorithm", { enum: ["HS256", "RS256", "ES256"] }).notNull(),
    /** AES-GCM under a key-encryption key that it names; bound to realm and source. */
    sealedSecret: text("sealed_secret"),
    userIdMode: text("user_id_mode", { enum: ["unified", "linked"] }).notNull(),
    /** The rest of what the operator has set, as parsed by domain/sources/source-settings.ts. */
    settings: text("settings", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    disabledAt: integer("disabled_at"),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.name] }),
    uniqueIndex("sources_by_issuer").on(table.realmId, table.issuer),
  ],
);
