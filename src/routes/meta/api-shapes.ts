import type * as z from "zod";
import { clientSchema } from "../admin/client-json.ts";
import { keySchema } from "../admin/keys.ts";
import { problemSchema } from "../admin/problem-json.ts";
import { providerSchema } from "../admin/provider-json.ts";
import { realmSchema } from "../admin/realm-json.ts";
import { sourceSchema } from "../admin/sources.ts";
import { userSchema as adminUserSchema } from "../admin/user-json.ts";
import { webhookSchema } from "../admin/webhook-json.ts";
import { userSchema } from "../session/user-schemas.ts";
import { mappingAnswerSchema } from "../vault-calls/mappings.ts";
import { rowsSchema } from "../vault-calls/rows.ts";

/** What several endpoints speak of has a name in the OpenAPI document, and stands there once. */
export const apiShapes = {
  Problem: problemSchema,
  Realm: realmSchema,
  Client: clientSchema,
  Provider: providerSchema,
  AdminUser: adminUserSchema,
  User: userSchema,
  Source: sourceSchema,
  Webhook: webhookSchema,
  SigningKey: keySchema,
  Mapping: mappingAnswerSchema,
  Rows: rowsSchema,
} satisfies Record<string, z.ZodType>;
