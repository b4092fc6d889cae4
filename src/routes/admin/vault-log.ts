/** /admin/v1/realms/:realm/calls, /mappings and …/users/:user/connection-health: how the token vault's calls go (contract §6). */
import * as z from "zod";
import type { AppContext } from "../../http/env.ts";
import { validate } from "../../http/validate.ts";
import { callsQuerySchema, sendCalls } from "../vault-calls/calls.ts";
import { mappingJson } from "../vault-calls/mappings.ts";
import { nullableTimeJson, timeSchema } from "./time-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const realmCallsQuerySchema = callsQuerySchema.extend({ client_id: z.string().max(64).optional() });

export const connectionHealthSchema = z.object({
  connections: z.array(
    z.object({
      provider: z.string(),
      client_id: z.string(),
      last_success_at: timeSchema.nullable().describe("To the minute, while all is well."),
      last_failure_at: timeSchema.nullable(),
      last_failure: z.string().nullable().describe("Its code."),
      last_status_code: z.int().nullable(),
      failures_in_a_row: z.int(),
    }),
  ),
});

export function getCalls(c: AppContext): Promise<Response> {
  const { client_id } = validate(realmCallsQuerySchema, c.req.query(), "query-invalid");
  return sendCalls(c, client_id ?? null);
}

export async function getRealmMappings(c: AppContext): Promise<Response> {
  const rows = await c.get("realm").mappings.list(null);
  return c.json({ mappings: rows.map(mappingJson) });
}

/** Of connections that have been called over. */
export async function getConnectionHealth(c: AppContext): Promise<Response> {
  const { id } = await userOfPath(c);
  const rows = await c.get("realm").callLog.healthOf(id);
  const answer: z.output<typeof connectionHealthSchema> = {
    connections: rows.map((row) => ({
      provider: row.provider,
      client_id: row.clientId,
      last_success_at: nullableTimeJson(row.lastSuccessAt),
      last_failure_at: nullableTimeJson(row.lastFailureAt),
      last_failure: row.lastFailure,
      last_status_code: row.lastStatusCode,
      failures_in_a_row: row.failures,
    })),
  };
  return c.json(answer);
}
