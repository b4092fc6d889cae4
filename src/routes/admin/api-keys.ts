/** /admin/v1/realms/:realm/sources/:source/api-keys and …/clients/:client/api-keys: the keys of their servers (contract §5, §7). */
import * as z from "zod";
import { makeApiKey, rotateApiKey, scopesOf } from "../../domain/api-keys/api-key.ts";
import { apiKeyScopeNames, scopesOfOwner } from "../../domain/api-keys/scopes.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import type { ApiKeyRow, KeyOwner } from "../../storage/d1/api-key-store.ts";
import { clientOfPath } from "./clients.ts";
import { sourceOfPath } from "./sources.ts";
import { labelSchema } from "./text-fields.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";

const newKeySchema = (owner: KeyOwner["ownerType"]) =>
  z.strictObject({
    note: labelSchema.nullish().describe("What it is for."),
    name: labelSchema.nullish().describe("Another word for `note`."),
    scopes: z
      .array(z.enum(scopesOfOwner[owner]))
      .min(1)
      .max(scopesOfOwner[owner].length)
      .default([...scopesOfOwner[owner]])
      .describe("What it may be used for; all of these when left out."),
    expires_in_seconds: z
      .int()
      .min(60)
      .max(315_360_000)
      .nullish()
      .describe("Left out, it is good until it is deleted."),
  });

export const newSourceKeySchema = newKeySchema("source");
export const newClientKeySchema = newKeySchema("client");

export const rotateApiKeySchema = z.strictObject({
  overlap_seconds: z.int().min(0).max(2_592_000).default(86_400).describe("How long the old key is still good."),
});

const apiKeySchema = z.object({
  id: z.string(),
  prefix: z.string().describe("How the key begins."),
  note: z.string().nullable(),
  scopes: z.array(z.enum(apiKeyScopeNames)),
  created_at: timeSchema,
  last_used_at: timeSchema.nullable(),
  expires_at: timeSchema.nullable(),
});

export const madeApiKeySchema = apiKeySchema.extend({
  api_key: z.string().describe("Shown this once: only its hash is kept."),
});

export const apiKeysAnswerSchema = z.object({ api_keys: z.array(apiKeySchema) });

export async function postApiKey(c: AppContext): Promise<Response> {
  const owner = await ownerOfPath(c);
  const sent = await readOptionalJson(c);
  const body = owner.ownerType === "source" ? validate(newSourceKeySchema, sent) : validate(newClientKeySchema, sent);
  const context = c.get("realm");
  const wanted = {
    note: body.note ?? body.name ?? null,
    scopes: [...new Set(body.scopes)],
    expiresAt: body.expires_in_seconds ? context.clock.now() + body.expires_in_seconds * 1000 : null,
  };
  const { row, key } = await makeApiKey(context, owner, wanted);
  return c.json({ ...apiKeyJson(row), api_key: key }, 201);
}

export async function getApiKeys(c: AppContext): Promise<Response> {
  const { apiKeys, clock } = c.get("realm");
  const rows = await apiKeys.listOf(await ownerOfPath(c), clock.now());
  return c.json({ api_keys: rows.map(apiKeyJson) });
}

export async function removeApiKey(c: AppContext): Promise<Response> {
  const owner = await ownerOfPath(c);
  if (!(await c.get("realm").apiKeys.delete(owner, c.req.param("key") ?? ""))) throw new Problem("api-key-unknown");
  return c.body(null, 204);
}

export async function postApiKeyRotation(c: AppContext): Promise<Response> {
  const owner = await ownerOfPath(c);
  const { overlap_seconds } = validate(rotateApiKeySchema, await readOptionalJson(c));
  const { row, key } = await rotateApiKey(c.get("realm"), owner, c.req.param("key") ?? "", overlap_seconds);
  return c.json({ ...apiKeyJson(row), api_key: key }, 201);
}

/** Throws Problem, 404, when there is no such source or client. */
async function ownerOfPath(c: AppContext): Promise<KeyOwner> {
  return c.req.param("source") === undefined
    ? { ownerType: "client", owner: (await clientOfPath(c)).clientId }
    : { ownerType: "source", owner: (await sourceOfPath(c)).name };
}

const apiKeyJson = (row: ApiKeyRow): z.output<typeof apiKeySchema> => ({
  id: row.id,
  prefix: row.prefix,
  note: row.note,
  scopes: scopesOf(row),
  created_at: timeJson(row.createdAt),
  last_used_at: nullableTimeJson(row.lastUsedAt),
  expires_at: nullableTimeJson(row.expiresAt),
});
