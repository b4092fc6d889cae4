import * as z from "zod";
import { roles } from "../../domain/admin/operator.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { Session } from "../../storage/user-object/sessions.ts";
import { metadataSchema, nameSchema } from "../session/profile-fields.ts";
import { timeJson, timeSchema } from "./time-json.ts";

const text = nameSchema.nullish();
const identifier = z.string().max(320);

const emailSchema = identifier.nullish();
const usernameSchema = identifier.nullish().describe("A name to sign in with beside the e-mail address.");
const phoneSchema = z.string().max(40).nullish().describe("With its country code.");
const externalIdSchema = nameSchema
  .nullish()
  .describe("The user's identifier in your own system. Unique in the realm.");

export const rolesSchema = z
  .array(z.enum(roles))
  .min(1)
  .max(roles.length)
  .transform((held) => [...new Set(held)]);

export const newUserSchema = z.strictObject({
  email: emailSchema.describe("This, a username or a phone number is required."),
  username: usernameSchema,
  password: z.string().nullish().describe("Without one the account cannot be entered by password."),
  password_temporary: z
    .boolean()
    .default(false)
    .describe(
      "The password signs nobody in: it lets the user choose another, within `temporary_password_ttl_seconds`. For passwords that a person made up.",
    ),
  name: text,
  first_name: text,
  last_name: text,
  phone_number: phoneSchema,
  email_verified: z.boolean().default(false),
  roles: rolesSchema.default(["user"]),
  external_id: externalIdSchema,
  metadata: metadataSchema.nullish(),
  disabled: z.boolean().default(false),
});

export const userPatchSchema = z.strictObject({
  email: emailSchema.describe("Another one is unverified unless `email_verified` is sent with it."),
  username: usernameSchema,
  password: z
    .string()
    .optional()
    .describe(
      "Always temporary: its user chooses another at the next sign-in. Ends all sessions and tokens of the user.",
    ),
  name: text,
  first_name: text,
  last_name: text,
  phone_number: phoneSchema,
  email_verified: z.boolean().optional(),
  roles: rolesSchema.optional(),
  external_id: externalIdSchema,
  metadata: metadataSchema.optional().describe("Merged with what there is (RFC 7396): null removes a member."),
  disabled: z.boolean().optional().describe("True ends all sessions and tokens of the user at once."),
});

export const rolesBodySchema = z.strictObject({ roles: rolesSchema });

export const userSchema = z.object({
  id: z.int(),
  email: z.string().nullable(),
  email_verified: z.boolean(),
  username: z.string().nullable(),
  name: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  phone_number: z.string().nullable(),
  phone_verified: z.boolean(),
  external_id: z.string().nullable(),
  roles: z.array(z.string()),
  guest: z.boolean().describe("Has not said who it is: no role, and nothing to sign in with."),
  metadata: z.record(z.string(), z.unknown()),
  disabled: z.boolean(),
  temporary_password_expires_at: timeSchema
    .nullable()
    .describe("Where the password was set by somebody else: until then its user can choose another."),
  version: z.int(),
  created_at: timeSchema,
  updated_at: timeSchema,
});

export const userJson = (user: UserRow): z.output<typeof userSchema> => ({
  id: user.id,
  email: user.email,
  email_verified: user.emailVerified,
  username: user.username,
  name: user.name,
  first_name: user.firstName,
  last_name: user.lastName,
  phone_number: user.phoneNumber,
  phone_verified: user.phoneVerified,
  external_id: user.externalId,
  roles: user.roles,
  guest: user.guest,
  metadata: user.metadata,
  disabled: user.disabledAt !== null,
  temporary_password_expires_at: user.passwordExpiresAt === null ? null : timeJson(user.passwordExpiresAt),
  version: user.version,
  created_at: timeJson(user.createdAt),
  updated_at: timeJson(user.updatedAt),
});

export const userSessionSchema = z.object({
  id: z.string(),
  created_at: timeSchema,
  last_used_at: timeSchema,
  expires_at: timeSchema,
  user_agent: z.string().nullable(),
  ip: z.string().nullable(),
  client_id: z.string().nullable().describe("The application of a device that was let in; null for a browser."),
  client_name: z.string().nullable(),
});

export const userSessionJson = (session: Session): z.output<typeof userSessionSchema> => ({
  id: session.sid,
  created_at: timeJson(session.createdAt),
  last_used_at: timeJson(session.lastUsedAt),
  expires_at: timeJson(session.expiresAt),
  user_agent: session.userAgent,
  ip: session.ip,
  client_id: session.client?.id ?? null,
  client_name: session.client?.name ?? null,
});
