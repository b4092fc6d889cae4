/** /api/v1/mappings: an application's methods over several providers, as it writes them (contract §6, S3.8). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import type { Client } from "../../domain/clients/client.ts";
import type { RealmContext } from "../../domain/realm-context.ts";
import {
  checkMapping,
  getMapping,
  type Mapping,
  mappingFileSchema,
  mappingName,
  mappingOf,
  mappingSchema,
} from "../../domain/vault/mapping.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { isRecord } from "../../lib/json.ts";
import type { MappingRow } from "../../storage/d1/mapping-store.ts";
import { requireMatch, sendVersion } from "../admin/entity-tag.ts";
import { timeJson, timeSchema } from "../admin/time-json.ts";
import { requireVaultClient } from "./caller.ts";

export const mappingAnswerSchema = z.object({
  name: z.string(),
  client_id: z.string(),
  ...mappingSchema.partial().shape,
  ...mappingFileSchema.partial().shape,
  created_at: timeSchema,
  updated_at: timeSchema,
});
export const mappingsAnswerSchema = z.object({ mappings: z.array(mappingAnswerSchema) });

export type MappingJson = Pick<z.output<typeof mappingAnswerSchema>, "interface" | "interfaces">;

export const mappingJson = (row: MappingRow) => ({
  name: row.name,
  client_id: row.clientId,
  ...mappingOf(row),
  created_at: timeJson(row.createdAt),
  updated_at: timeJson(row.updatedAt),
});

export const putMapping = async (c: AppContext): Promise<Response> =>
  writeMapping(c, await requireVaultClient(c), c.req.param("name") ?? "");

export const getMappingOfPath = async (c: AppContext): Promise<Response> =>
  sendMapping(c, await requireVaultClient(c), c.req.param("name") ?? "");

export const deleteMapping = async (c: AppContext): Promise<Response> =>
  eraseMapping(c, await requireVaultClient(c), c.req.param("name") ?? "");

/** Makes the mapping that the body describes, or puts it in the place of what has its name, and answers it. Throws Problem. */
export async function writeMapping(c: AppContext, client: Client, name: string): Promise<Response> {
  const context = c.get("realm");
  if (!mappingName.test(name))
    throw new Problem("body-invalid", { fields: { name: "must be letters, digits, - and _" } });
  const mapping = parseMapping(name, await readJson(c, limits.vaultMappingBytes));
  const known = await context.mappings.find(client.clientId, name);
  requireMatch(c, known ?? { version: 0 });
  await checkMapping(context, client, name, mapping);
  const row = known === null ? await insert(context, client, name, mapping) : await replace(context, known, mapping);
  sendVersion(c, row);
  return c.json(mappingJson(row), known === null ? 201 : 200);
}

async function insert(
  { mappings, clock }: RealmContext,
  { clientId }: Client,
  name: string,
  mapping: Mapping,
): Promise<MappingRow> {
  const row = await mappings.insert(clientId, name, mapping, { most: limits.vaultMappingsPerClient, now: clock.now() });
  if (row !== null) return row;
  throw new Problem((await mappings.find(clientId, name)) === null ? "mappings-too-many" : "version-outdated");
}

async function replace(
  { mappings, clock }: RealmContext,
  { clientId, name, version }: MappingRow,
  mapping: Mapping,
): Promise<MappingRow> {
  const row = await mappings.replace(clientId, name, version, mapping, clock.now());
  if (row === null) throw new Problem("version-outdated");
  return row;
}

/** Throws Problem, 404. */
export async function sendMapping(c: AppContext, client: Client, name: string): Promise<Response> {
  const row = await getMapping(c.get("realm"), client, name);
  sendVersion(c, row);
  return c.json(mappingJson(row));
}

/** Throws Problem. */
export async function eraseMapping(c: AppContext, client: Client, name: string): Promise<Response> {
  const context = c.get("realm");
  const row = await getMapping(context, client, name);
  requireMatch(c, row);
  await context.mappings.delete(client.clientId, row.name);
  return c.body(null, 204);
}

export async function getMappings(c: AppContext): Promise<Response> {
  const { clientId } = await requireVaultClient(c);
  const rows = await c.get("realm").mappings.list(clientId);
  return c.json({ mappings: rows.map(mappingJson) });
}

/**
 * Contract §6 may be read in several ways: `{interface: {provider: …}}`, the same under the mapping's own name, and a file of interfaces
 * by name. Throws Problem.
 */
export function parseMapping(name: string, body: Record<string, unknown>): Mapping {
  if ("interfaces" in body) return validate(mappingFileSchema, body);
  const byName = Object.entries(body).filter(([key]) => !Object.hasOwn(mappingSchema.shape, key));
  const [first, ...others] = byName;
  if ("interface" in body || first === undefined) return validate(mappingSchema, body);
  if (others.length === 0 && first[0] === name) {
    const { [name]: own, ...rest } = body;
    return validate(mappingSchema, { ...rest, interface: own });
  }
  if (byName.length < Object.keys(body).length) return validate(mappingSchema, body);
  return validate(mappingFileSchema, {
    interfaces: Object.fromEntries(byName.map(([key, value]) => [key, isWhole(value) ? value : { interface: value }])),
  });
}

/** With its schemas, and not only its providers. */
const isWhole = (value: unknown): boolean =>
  isRecord(value) && isRecord(value.interface) && !("url" in value.interface);
