/** /api/v1/mappings: an application's methods over several providers, as it writes them (contract §6, S3.8). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { checkMapping, definitionOf, getMapping, mappingName, mappingSchema } from "../../domain/vault/mapping.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import type { MappingRow } from "../../storage/d1/mapping-store.ts";
import { requireMatch, sendVersion } from "../admin/entity-tag.ts";
import { timeJson, timeSchema } from "../admin/time-json.ts";
import { requireVaultClient } from "./caller.ts";

export const mappingAnswerSchema = z.object({
  name: z.string(),
  client_id: z.string(),
  ...mappingSchema.shape,
  created_at: timeSchema,
  updated_at: timeSchema,
});
export const mappingsAnswerSchema = z.object({ mappings: z.array(mappingAnswerSchema) });

export const mappingJson = (row: MappingRow) => ({
  name: row.name,
  client_id: row.clientId,
  ...definitionOf(row),
  created_at: timeJson(row.createdAt),
  updated_at: timeJson(row.updatedAt),
});

export async function putMapping(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const client = await requireVaultClient(c);
  const name = c.req.param("name") ?? "";
  if (!mappingName.test(name))
    throw new Problem("body-invalid", { fields: { name: "must be letters, digits, - and _" } });
  const mapping = validate(mappingSchema, named(name, await readJson(c, limits.vaultMappingBytes)));
  const known = await context.mappings.find(client.clientId, name);
  if (known !== null) requireMatch(c, known);
  await checkMapping(context, client, mapping);
  if (known === null && (await context.mappings.count(client.clientId)) >= limits.vaultMappingsPerClient)
    throw new Problem("mappings-too-many");
  const row = await context.mappings.put(client.clientId, name, known?.version ?? 0, mapping, context.clock.now());
  if (row === null) throw new Problem("version-outdated");
  sendVersion(c, row);
  return c.json(mappingJson(row), known === null ? 201 : 200);
}

/** Contract §6 may be read in two ways: the interface may also stand under its own name. */
function named(name: string, { [name]: own, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (own === undefined) return rest;
  return name in mappingSchema.shape || "interface" in rest ? { ...rest, [name]: own } : { ...rest, interface: own };
}

export async function getMappingOfPath(c: AppContext): Promise<Response> {
  const client = await requireVaultClient(c);
  const row = await getMapping(c.get("realm"), client, c.req.param("name") ?? "");
  sendVersion(c, row);
  return c.json(mappingJson(row));
}

export async function getMappings(c: AppContext): Promise<Response> {
  const { clientId } = await requireVaultClient(c);
  const rows = await c.get("realm").mappings.list(clientId);
  return c.json({ mappings: rows.map(mappingJson) });
}

export async function deleteMapping(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const client = await requireVaultClient(c);
  const row = await getMapping(context, client, c.req.param("name") ?? "");
  requireMatch(c, row);
  await context.mappings.delete(client.clientId, row.name);
  return c.body(null, 204);
}
