/** /admin/v1/realms/:realm/clients/:client/mappings: an application's mappings in operators' hands: read, write, delete, try out (contract §6). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { type Operator, requireMayShape } from "../../domain/admin/operator.ts";
import type { Client } from "../../domain/clients/client.ts";
import { checkMapping, getMapping, type Mapping, mappingName, mappingOf } from "../../domain/vault/mapping.ts";
import { type Tried, tryMapping } from "../../domain/vault/try-mapping.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { eraseMapping, mappingJson, parseMapping, sendMapping, writeMapping } from "../vault-calls/mappings.ts";
import { dryRunSchema, requestJson } from "../vault-calls/method.ts";
import { clientOfPath } from "./clients.ts";

export const trialSchema = z.strictObject({
  mapping: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("As PUT takes it: tried in the place of the one that there is, and not kept."),
  interface: z.string().regex(mappingName).optional().describe("Of a file of several: which."),
  provider: z.string().max(100).optional().describe("Of several: at which."),
  arguments: z.record(z.string(), z.unknown()).default({}).describe("As a call of the method would send them."),
  answer: z.unknown().optional().describe("What the provider is taken to have answered: any JSON."),
});

export const trialAnswerSchema = z.object({
  interface: z.string(),
  provider: z.string(),
  request: dryRunSchema.shape.request.describe(
    "What would be sent. `[email]` and the like stand for what a macro says of a user; the credentials are not on it.",
  ),
  result: z.unknown().optional().describe("What the method makes of `answer`."),
  fault: z
    .object({ message: z.string(), errors: z.record(z.string(), z.string()) })
    .nullable()
    .describe("Why it makes nothing of it; a call would fail with 502 `API_ERROR`."),
});

const nameOf = (c: AppContext): string => c.req.param("mapping") ?? "";

export async function getClientMappings(c: AppContext): Promise<Response> {
  const { clientId } = await clientOfPath(c);
  const rows = await c.get("realm").mappings.list(clientId);
  return c.json({ mappings: rows.map(mappingJson) });
}

export const getClientMapping = async (c: AppContext): Promise<Response> =>
  sendMapping(c, await clientOfPath(c), nameOf(c));

export const putClientMapping = async (c: AppContext, operator: Operator): Promise<Response> =>
  writeMapping(c, await clientToChange(c, operator), nameOf(c));

export const removeClientMapping = async (c: AppContext, operator: Operator): Promise<Response> =>
  eraseMapping(c, await clientToChange(c, operator), nameOf(c));

export async function postMappingTrial(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const client = await clientOfPath(c);
  const body = validate(trialSchema, await readOptionalJson(c, limits.vaultTrialBytes));
  const mapping =
    body.mapping === undefined
      ? mappingOf(await getMapping(context, client, nameOf(c)))
      : await mappingIn(c, client, body.mapping);
  const tried = await tryMapping(context, client, nameOf(c), mapping, {
    interface: body.interface,
    provider: body.provider,
    arguments: body.arguments,
    ...("answer" in body ? { answer: { value: body.answer } } : {}),
  });
  return c.json(trialJson(tried));
}

/** Whoever writes a mapping says what an application does with its users' connections. Throws Problem. */
async function clientToChange(c: AppContext, operator: Operator): Promise<Client> {
  const client = await clientOfPath(c);
  requireMayShape(operator, client);
  return client;
}

/** Checked as PUT would. Throws Problem: what is wrong is below `mapping`. */
async function mappingIn(c: AppContext, client: Client, body: Record<string, unknown>): Promise<Mapping> {
  const name = nameOf(c);
  if (!mappingName.test(name))
    throw new Problem("body-invalid", { fields: { name: "must be letters, digits, - and _" } });
  try {
    const mapping = parseMapping(name, body);
    await checkMapping(c.get("realm"), client, name, mapping);
    return mapping;
  } catch (error) {
    if (!(error instanceof Problem) || error.fields === undefined) throw error;
    const fields = Object.entries(error.fields).map(([field, fault]) => [`mapping.${field}`, fault]);
    throw new Problem(error.reason, { fields: Object.fromEntries(fields) });
  }
}

function trialJson({ interface: method, provider, request, outcome }: Tried): z.output<typeof trialAnswerSchema> {
  const failure = outcome !== null && "failure" in outcome ? outcome.failure : null;
  return {
    interface: method,
    provider,
    request: requestJson(request),
    ...(outcome !== null && "result" in outcome ? { result: outcome.result ?? null } : {}),
    fault:
      failure === null ? null : { message: failure.detail ?? failure.publicMessage, errors: { ...failure.fields } },
  };
}
