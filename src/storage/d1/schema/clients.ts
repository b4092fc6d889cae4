import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** OAuth applications. `integration_id` is the small number that Bridgekeeper's callers know. */
export const clients = sqliteTable(
  "clients",
  {
    integrationId: integer("integration_id").primaryKey({ autoIncrement: true }),
    clientId: text("client_id").notNull(),
    realmId: text("realm_id").notNull(),
    name: text("name").notNull(),
    type: text("type", { enum: ["confidential", "public"] }).notNull(),
    firstParty: integer("first_party", { mode: "boolean" }).notNull(),
    secretHash: text("secret_hash"),
    /** AES-GCM, bound to realm and client_id: integration tokens are signed with the secret itself. */
    sealedSecret: text("sealed_secret"),
    /** Set for a client that registered itself: whoever holds the token may change or delete the registration (RFC 7592). */
    registrationTokenHash: text("registration_token_hash"),
    /** When it was first given a token; kept of clients that registered themselves only. */
    usedAt: integer("used_at"),
    /** Everything else that was registered, as parsed by domain/clients/metadata.ts. */
    metadata: text("metadata", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    disabledAt: integer("disabled_at"),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("clients_by_client_id").on(table.clientId),
    index("clients_by_realm").on(table.realmId, table.integrationId),
    index("clients_never_used").on(table.updatedAt).where(sql`registration_token_hash is not null and used_at is null`),
  ],
);

/** Origins from which a browser may call the token endpoint: those of the clients' registered addresses. */
export const clientOrigins = sqliteTable(
  "client_origins",
  {
    realmId: text("realm_id").notNull(),
    origin: text("origin").notNull(),
    clientId: text("client_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.realmId, table.origin, table.clientId] })],
);
