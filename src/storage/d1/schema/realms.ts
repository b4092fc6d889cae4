import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { jurisdictions } from "../../../config/jurisdictions.ts";

export const realms = sqliteTable(
  "realms",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** Which of the deployment's databases holds the rest of what the realm has (storage/d1/shards.ts). */
    shard: text("shard").notNull(),
    /** Within which region its objects run and keep what they know; null for wherever. Never changes: a name is another object in each. */
    jurisdiction: text("jurisdiction", { enum: jurisdictions }),
    kind: text("kind", { enum: ["frontend", "editor"] }).notNull(),
    authDomain: text("auth_domain").notNull(),
    authenticationUrl: text("authentication_url"),
    allowedRedirectDomains: text("allowed_redirect_domains", { mode: "json" }).$type<string[]>().notNull(),
    /** What differs from the defaults of config/realm-settings.ts. */
    settings: text("settings", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** What the costliest password hash costs that was ever brought into the realm (crypto/password-schemes); 0 when all are ours. */
    passwordFloorKib: integer("password_floor_kib").notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** Set first when a realm is deleted; its rows and objects are then erased in the background. */
    deletedAt: integer("deleted_at"),
  },
  // Which are used at all is asked for each /readyz.
  (table) => [index("realms_by_jurisdiction").on(table.jurisdiction).where(sql`jurisdiction is not null`)],
);

/** A domain belongs to at most one realm: the host is the key. */
export const domains = sqliteTable(
  "domains",
  {
    host: text("host").primaryKey(),
    realmId: text("realm_id")
      .notNull()
      .references(() => realms.id),
  },
  (table) => [index("domains_by_realm").on(table.realmId)],
);
