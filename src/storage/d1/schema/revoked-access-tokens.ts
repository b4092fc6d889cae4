import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Revoked access tokens that no user stands behind (client_credentials). A user's are kept in the user's object. */
export const revokedAccessTokens = sqliteTable(
  "revoked_access_tokens",
  {
    realmId: text("realm_id").notNull(),
    tokenId: text("token_id").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.tokenId] })],
);
