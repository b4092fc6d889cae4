import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Whose passkey an id is, for those who sign in without saying who they are. The passkey itself lies in the user's object. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    realmId: text("realm_id").notNull(),
    /** SHA-256 of the credential id, base64url. */
    idHash: text("id_hash").notNull(),
    userId: integer("user_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.idHash] }),
    index("passkeys_by_user").on(table.realmId, table.userId),
  ],
);
