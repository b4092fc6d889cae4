import * as z from "zod";
import { mergePatchOf } from "../../domain/admin/merge-patch.ts";
import type { Client } from "../../domain/clients/client.ts";
import { clientMetadataSchema } from "../../domain/clients/metadata.ts";
import type { ClientRegistration } from "../../domain/clients/register-client.ts";
import { labelSchema } from "./text-fields.ts";
import { timeJson, timeSchema } from "./time-json.ts";

const typeSchema = z.enum(["confidential", "public"]).describe("Whether it can keep a secret. Never changes.");
const firstPartySchema = z
  .boolean()
  .describe("The realm's own: users are not asked for consent, and its tokens may act for administrators.");
const disabledSchema = z.boolean().describe("Gets no codes and no tokens; those it has are worth nothing.");

export const clientBodySchema = z.strictObject({
  name: labelSchema,
  type: typeSchema.default("confidential"),
  first_party: firstPartySchema.default(false),
  disabled: disabledSchema.default(false),
  ...clientMetadataSchema.shape,
});

export const clientPatchSchema = mergePatchOf(clientBodySchema);

export const clientSchema = z.object({
  integration_id: z.int(),
  client_id: z.string(),
  name: z.string(),
  type: typeSchema,
  first_party: firstPartySchema,
  disabled: disabledSchema,
  self_registered: z.boolean().describe("Came by itself (RFC 7591): nobody of the house has looked at it."),
  ...clientMetadataSchema.shape,
  version: z.int(),
  created_at: timeSchema,
  updated_at: timeSchema,
});

export const secretSchema = z.string().describe("Shown this once: only its hash is kept.");

export const newClientSchema = clientSchema.extend({
  client_secret: secretSchema.optional().describe("For a confidential client; shown this once."),
});

/** What a patch is applied to. */
export const registrationJson = (client: Client) => ({
  name: client.name,
  type: client.type,
  first_party: client.firstParty,
  disabled: client.disabled,
  ...client.metadata,
});

export const clientJson = (client: Client): z.output<typeof clientSchema> => ({
  integration_id: client.integrationId,
  client_id: client.clientId,
  ...registrationJson(client),
  self_registered: client.selfRegistered,
  version: client.version,
  created_at: timeJson(client.createdAt),
  updated_at: timeJson(client.updatedAt),
});

export function registrationOf(body: z.output<typeof clientBodySchema>): ClientRegistration {
  const { name, type, first_party, disabled, ...metadata } = body;
  return { name, type, firstParty: first_party, disabled, metadata };
}
