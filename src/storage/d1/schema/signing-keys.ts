import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Signing keys of a realm: next (published, not yet used) → active → retired (published until the last token is over). */
export const signingKeys = sqliteTable(
  "signing_keys",
  {
    kid: text("kid").primaryKey(),
    realmId: text("realm_id").notNull(),
    algorithm: text("algorithm").notNull(),
    status: text("status", { enum: ["next", "active", "retired"] }).notNull(),
    publicJwk: text("public_jwk", { mode: "json" }).$type<Record<string, string>>().notNull(),
    /** AES-GCM under a key-encryption key that it names; bound to realm and kid. */
    sealedPrivateJwk: text("sealed_private_jwk").notNull(),
    createdAt: integer("created_at").notNull(),
    activatedAt: integer("activated_at"),
    retiredAt: integer("retired_at"),
    /** When a retired key leaves the key set. */
    expiresAt: integer("expires_at"),
  },
  (table) => [index("signing_keys_by_realm").on(table.realmId)],
);
