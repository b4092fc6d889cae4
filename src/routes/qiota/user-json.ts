import * as z from "zod";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { timeJson, timeSchema } from "../admin/time-json.ts";

/** A user as partners know one. */
export const userSchema = z.object({
  id: z.int().describe("As a decimal string, it is the `sub` of tokens."),
  email: z.string().nullable(),
  email_verified: z.boolean(),
  name: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  roles: z.array(z.string()),
  created_at: timeSchema,
});

export const userJson = (user: UserRow): z.output<typeof userSchema> => ({
  id: user.id,
  email: user.email,
  email_verified: user.emailVerified,
  name: user.name,
  first_name: user.firstName,
  last_name: user.lastName,
  roles: user.roles,
  created_at: timeJson(user.createdAt),
});
