import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { base64 } from "../../crypto/foreign-password-hash.ts";
import { totpSecretOf } from "../../crypto/totp.ts";
import { metadataSchema, nameSchema } from "../session/profile-fields.ts";
import { nextCursorSchema } from "./paging.ts";
import { newUserSchema, rolesSchema, userSchema } from "./user-json.ts";

const bytesSchema = (least: number, most: number) =>
  z
    .string()
    .refine((text) => {
      const length = base64(text)?.byteLength ?? -1;
      return length >= least && length <= most;
    }, `must be base64 of ${least} to ${most} bytes`)
    .transform((text) => base64(text) ?? new Uint8Array());

/** What a Firebase project's console shows as its hash parameters. */
const firebaseSchema = z.strictObject({
  signer_key: bytesSchema(16, 128).describe("In base64. It is used while this call lasts, and not kept."),
  salt_separator: bytesSchema(0, 64),
  rounds: z.int().min(1).max(120),
  mem_cost: z.int().min(1).max(20),
});

const linkSchema = z.strictObject({
  source: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be the name of a provider or source"),
  source_id: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, "must not contain control characters")
    .describe("What it calls the account, for ever: a `sub`, never an address."),
});

/** One user. What is left out gets its default for somebody new, and stays as it is for somebody who is there. */
export const importLineSchema = newUserSchema.extend({
  email_verified: z.boolean().optional(),
  phone_verified: z.boolean().optional().describe("Of somebody new."),
  roles: rolesSchema.optional(),
  metadata: metadataSchema.optional(),
  disabled: z.boolean().optional(),
  external_id: nameSchema.nullish(),
  password: z
    .string()
    .nullish()
    .describe(`In clear, of somebody new: at most ${limits.importPlainPasswords} a call, for each has to be hashed.`),
  password_hash: z
    .union([z.string().max(2_000), z.record(z.string(), z.unknown())])
    .nullish()
    .describe(
      "Of bcrypt, PBKDF2, scrypt, argon2 or salted SHA as text; or an object: a credential of Keycloak, `{hash, salt}` of Firebase. See docs/importing-users.md.",
    ),
  totp_secret: z
    .string()
    .max(128)
    .refine((text) => totpSecretOf(text) !== null, "must be base32 of 10 to 64 bytes")
    .transform((text) => totpSecretOf(text) ?? new Uint8Array())
    .optional()
    .describe("Of an authenticator app, in base32: SHA-1, six digits, thirty seconds."),
  linked_accounts: z.array(linkSchema).max(20).optional(),
  created_at: z.iso.datetime({ offset: true }).optional(),
});

const onConflictSchema = z
  .enum(["skip", "update"])
  .default("skip")
  .describe("What becomes of a line whose user is there already: known by external_id, else e-mail, username, phone.");

/** The options of a call whose body is one user a line. */
export const importQuerySchema = z.object({
  on_conflict: onConflictSchema.describe("For a body of one user a line (application/x-ndjson)."),
});

/** The envelope: each user in it is validated by itself. */
export const importBodySchema = z.strictObject({
  users: z.array(z.unknown()).min(1).max(limits.importLines),
  on_conflict: onConflictSchema,
  firebase: firebaseSchema.optional(),
});

/** The same as it is described. */
export const importDocumentSchema = importBodySchema.extend({
  users: z.array(importLineSchema).min(1).max(limits.importLines),
});

const counts = { created: z.int(), updated: z.int(), skipped: z.int(), failed: z.int() };

export const importAnswerSchema = z.object({
  ...counts,
  results: z.array(
    z.object({
      line: z.int().describe("Which of the users sent, from 1."),
      outcome: z.enum(["created", "updated", "skipped", "error"]),
      id: z.int().optional(),
      code: z.string().optional().describe("Of an error."),
      field: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});

export const exportQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(limits.exportPageSize).default(limits.exportPageSize),
  cursor: z.string().max(200).optional().describe("`next_cursor` of the page before."),
  password_hashes: z
    .enum(["true", "false"])
    .default("false")
    .describe("With the password hashes as well. For the deployment's operators only, and written down."),
});

/** As an import takes it, with the id and the times that the user has here. */
export const exportedUserSchema = userSchema.omit({ temporary_password_expires_at: true, version: true }).extend({
  linked_accounts: z.array(z.object({ source: z.string(), source_id: z.string() })),
  password_hash: z.string().nullable().optional(),
});

export const exportAnswerSchema = z.object({ users: z.array(exportedUserSchema), next_cursor: nextCursorSchema });
