/** /admin/v1/realms/:realm/sources: set, list, read and delete main products (contract §5, §7). */
import * as z from "zod";
import { handOverAlgorithms } from "../../crypto/hand-over-token.ts";
import { deleteSource, putSource, type WantedSource } from "../../domain/sources/change-source.ts";
import { findSource, getSource, type Source, sourceOf } from "../../domain/sources/source.ts";
import { sourceSettingsSchema, userIdModes } from "../../domain/sources/source-settings.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { timeJson, timeSchema } from "./time-json.ts";

const issuerSchema = z
  .string()
  .regex(/^[\x20-\x7E]{1,512}$/, "must be a line of ASCII")
  .describe("The `iss` of its tokens; no two sources of a realm share one.");
const algorithmSchema = z.enum(handOverAlgorithms).describe("The only one its tokens may be signed with.");
const modeSchema = z
  .enum(userIdModes)
  .describe(
    "`unified`: its user ids are the `external_id` of users here; all sources of the realm that say so mean the same people by the same ids. `linked`: its users are linked to users here.",
  );

export const sourceBodySchema = z.strictObject({
  issuer: issuerSchema,
  algorithm: algorithmSchema,
  secret: z
    .string()
    .max(8192)
    .nullish()
    .describe("For HS256, 32 bytes or more of UTF-8. Never read back. Left out, the one there is stays."),
  user_id_mode: modeSchema.default("linked"),
  disabled: z.boolean().default(false).describe("Signs nobody in, and its keys are worth nothing."),
  ...sourceSettingsSchema.shape,
});

export const sourceSchema = z.object({
  name: z.string(),
  issuer: issuerSchema,
  algorithm: algorithmSchema,
  secret_set: z.boolean(),
  user_id_mode: modeSchema,
  disabled: z.boolean(),
  ...sourceSettingsSchema.shape,
  version: z.int(),
  created_at: timeSchema,
  updated_at: timeSchema,
});

export const sourcesAnswerSchema = z.object({ sources: z.array(sourceSchema) });

const sourceJson = (source: Source): z.output<typeof sourceSchema> => ({
  name: source.name,
  issuer: source.issuer,
  algorithm: source.algorithm,
  secret_set: source.sealedSecret !== null,
  user_id_mode: source.userIdMode,
  disabled: source.disabled,
  ...source.settings,
  version: source.version,
  created_at: timeJson(source.createdAt),
  updated_at: timeJson(source.updatedAt),
});

export async function getSources(c: AppContext): Promise<Response> {
  const rows = await c.get("realm").sources.list();
  return c.json({ sources: rows.map((row) => sourceJson(sourceOf(row))) });
}

export async function getSourceOfPath(c: AppContext): Promise<Response> {
  const source = await sourceOfPath(c);
  sendVersion(c, source);
  return c.json(sourceJson(source));
}

export async function putSourceOfPath(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const name = c.req.param("source") ?? "";
  const existing = await findSource(context, name);
  requireMatch(c, existing ?? { version: 0 });
  const body = validate(sourceBodySchema, await readJson(c));
  if (body.secret) c.set("auditDetails", { secrets: { secret: "set" } });
  const source = await putSource(context, name, existing, wantedSource(body));
  sendVersion(c, source);
  return c.json(sourceJson(source), existing === null ? 201 : 200);
}

export async function removeSource(c: AppContext): Promise<Response> {
  const source = await sourceOfPath(c);
  requireMatch(c, source);
  await deleteSource(c.get("realm"), source.name);
  return c.body(null, 204);
}

/** Throws Problem, 404. */
export const sourceOfPath = (c: AppContext): Promise<Source> => getSource(c.get("realm"), c.req.param("source") ?? "");

function wantedSource(body: z.output<typeof sourceBodySchema>): WantedSource {
  const { issuer, algorithm, secret, user_id_mode, disabled, ...settings } = body;
  return { issuer, algorithm, secret: secret ?? null, userIdMode: user_id_mode, disabled, settings };
}
