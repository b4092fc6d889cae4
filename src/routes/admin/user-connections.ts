/** /admin/v1/realms/:realm/users/:user/connections: what applications may use of a user's accounts elsewhere, and how well that goes. */
import * as z from "zod";
import { type Operator, requireRankOver } from "../../domain/admin/operator.ts";
import { disconnect, listConnections } from "../../domain/vault/connections.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readQuery } from "../../http/read-body.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const removeConnectionQuerySchema = z.object({
  client_id: z.string().optional().describe("That application's alone; every application's when left out."),
});

export const userConnectionsAnswerSchema = z.object({
  connections: z.array(
    z.object({
      oauth_id: z.string(),
      provider: z.string(),
      client_id: z.string(),
      client_name: z.string(),
      status: z.enum(["active", "expired"]).describe("`expired`: the user has to agree anew."),
      scopes: z.array(z.string()),
      needs_consent: z.boolean().describe("The provider is asked for more by now than was granted."),
      connected_at: timeSchema,
      refreshed_at: timeSchema.nullable(),
      expires_at: timeSchema.nullable().describe("Of the access token."),
      last_error: z
        .object({ at: timeSchema, code: z.string() })
        .nullable()
        .describe("Since the last refresh that worked."),
    }),
  ),
});

export async function getUserConnections(c: AppContext): Promise<Response> {
  const { id } = await userOfPath(c);
  const listed = (await listConnections(c.get("realm"), id, null)) ?? [];
  const answer: z.output<typeof userConnectionsAnswerSchema> = {
    connections: listed.map((connection) => ({
      oauth_id: connection.oauthId,
      provider: connection.provider,
      client_id: connection.clientId,
      client_name: connection.clientName,
      status: connection.status,
      scopes: [...connection.scopes],
      needs_consent: connection.needsConsent,
      connected_at: timeJson(connection.connectedAt),
      refreshed_at: nullableTimeJson(connection.refreshedAt),
      expires_at: nullableTimeJson(connection.expiresAt),
      last_error:
        connection.lastError === null
          ? null
          : { at: timeJson(connection.lastError.at), code: connection.lastError.code },
    })),
  };
  return c.json(answer);
}

export async function removeUserConnection(c: AppContext, operator: Operator): Promise<Response> {
  const context = c.get("realm");
  const user = await userOfPath(c);
  requireRankOver(operator, user);
  const provider = c.req.param("provider") ?? "";
  const reference = readQuery(c).get("client_id");
  const clientId = reference === undefined ? null : ((await context.clients.find(reference))?.clientId ?? reference);
  const all = (await listConnections(context, user.id, clientId)) ?? [];
  const meant = all.filter((connection) => connection.provider === provider);
  if (meant.length === 0) throw new Problem("connection-unknown");
  for (const connection of meant) await disconnect(context, user.id, provider, connection.clientId);
  return c.body(null, 204);
}
