/** GET /api/v1/calls, and /admin/v1/realms/:realm/calls: the log of the token vault (contract §6, S3.11, S3.12). */
import * as z from "zod";
import { findVaultUser } from "../../domain/vault/caller.ts";
import type { AppContext } from "../../http/env.ts";
import { validate } from "../../http/validate.ts";
import type { CallRow } from "../../storage/d1/call-log-store.ts";
import { nextCursor, nextCursorSchema, pageQuerySchema, readPage } from "../admin/paging.ts";
import { timeJson, timeSchema } from "../admin/time-json.ts";
import { requireVaultClient } from "./caller.ts";

const moment = z.iso.datetime({ offset: true }).optional();

export const callsQuerySchema = pageQuerySchema.extend({
  user_id: z.string().max(255).optional().describe("The realm's id of the user, or the external_id."),
  provider: z.string().max(100).optional(),
  status: z.enum(["success", "error"]).optional(),
  from: moment.describe("Not before: ISO 8601."),
  to: moment.describe("Before."),
});

const callSchemaJson = z.object({
  call_id: z.string(),
  at: timeSchema,
  client_id: z.string(),
  user_id: z.string(),
  provider: z.string(),
  method_name: z.string().nullable().describe("The mapping that was run."),
  method: z.string(),
  url: z.string().describe("Of the query the names alone. Empty where the call had no address to speak of."),
  status: z.enum(["success", "error"]),
  code: z.string().nullable(),
  status_code: z.int().nullable().describe("The provider's; 502 and 504 where there was no answer to go by."),
  tries: z.int().describe("Requests that were sent for it."),
  duration_ms: z.int(),
});
export const callsAnswerSchema = z.object({ calls: z.array(callSchemaJson), next_cursor: nextCursorSchema });

const callJson = (row: CallRow): z.output<typeof callSchemaJson> => ({
  call_id: row.id,
  at: timeJson(row.createdAt),
  client_id: row.clientId,
  user_id: String(row.userId),
  provider: row.provider,
  method_name: row.mapping,
  method: row.method,
  url: row.url,
  status: row.status,
  code: row.code,
  status_code: row.statusCode,
  tries: row.tries,
  duration_ms: row.durationMs,
});

export async function getOwnCalls(c: AppContext): Promise<Response> {
  const { clientId } = await requireVaultClient(c);
  return sendCalls(c, clientId);
}

/** Those of one application, or all of the realm's. */
export async function sendCalls(c: AppContext, clientId: string | null): Promise<Response> {
  const context = c.get("realm");
  const { limit, after: before } = readPage(c);
  const { user_id, provider, status, from, to } = validate(callsQuerySchema, c.req.query(), "query-invalid");
  const user = user_id === undefined ? undefined : await findVaultUser(context, user_id);
  if (user === null) return c.json({ calls: [] } satisfies z.output<typeof callsAnswerSchema>);
  const rows = await context.callLog.list({
    clientId,
    userId: user?.id ?? null,
    provider: provider ?? null,
    status: status ?? null,
    from: from === undefined ? null : Date.parse(from),
    to: to === undefined ? null : Date.parse(to),
    before,
    limit,
  });
  const ids = rows.map(({ id }) => id);
  return c.json({ calls: rows.map(callJson), ...nextCursor(ids, limit) } satisfies z.output<typeof callsAnswerSchema>);
}
