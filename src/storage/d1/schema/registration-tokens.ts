import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Initial access tokens: who holds one may register clients (RFC 7591 §3). */
export const registrationTokens = sqliteTable(
  "registration_tokens",
  {
    id: text("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    tokenHash: text("token_hash").notNull(),
    note: text("note"),
    usesLeft: integer("uses_left").notNull(),
    expiresAt: integer("expires_at").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("registration_tokens_by_hash").on(table.tokenHash),
    index("registration_tokens_by_realm").on(table.realmId, table.id),
  ],
);
