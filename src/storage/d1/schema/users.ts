import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Who exists. Sessions and everything else of one user lie in the user's object. */
export const users = sqliteTable(
  "users",
  {
    id: integer("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    email: text("email"),
    emailVerified: integer("email_verified", { mode: "boolean" }).notNull(),
    username: text("username"),
    phoneNumber: text("phone_number"),
    phoneVerified: integer("phone_verified", { mode: "boolean" }).notNull(),
    externalId: text("external_id"),
    passwordHash: text("password_hash"),
    /** Somebody else set the password, and it is good until then, for choosing another; null for the owner's own. */
    passwordExpiresAt: integer("password_expires_at"),
    /** SHA-256 of the password hash that came with the last import: what comes again changes nothing. */
    importedHash: text("imported_hash"),
    name: text("name"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    slug: text("slug"),
    avatarUrl: text("avatar_url"),
    avatarS3Key: text("avatar_s3_key"),
    communicationEmail: text("communication_email"),
    /** The language that its owner has chosen for pages and mails (BCP 47). */
    locale: text("locale"),
    /** Nobody has said who this is: an account without a name to sign in with, held by its tokens alone. */
    guest: integer("guest", { mode: "boolean" }).notNull(),
    /** When to look whether anybody comes back for the guest; null for all others. */
    guestCheckAt: integer("guest_check_at"),
    roles: text("roles", { mode: "json" }).$type<string[]>().notNull(),
    metadata: text("metadata", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    disabledAt: integer("disabled_at"),
    /** Sessions and grants from before this moment are worth nothing, whatever a restored object believes. */
    notBefore: integer("not_before").notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("users_by_email").on(table.realmId, table.email),
    uniqueIndex("users_by_username").on(table.realmId, table.username),
    uniqueIndex("users_by_phone_number").on(table.realmId, table.phoneNumber),
    uniqueIndex("users_by_external_id").on(table.realmId, table.externalId),
    index("users_by_realm").on(table.realmId, table.id),
    index("users_guests_to_check").on(table.guestCheckAt).where(sql`guest_check_at is not null`),
  ],
);
