/** GET /api/connection and DELETE /api/connection/:provider: for an application's server, and for whoever is signed in (contract §6). */
import * as z from "zod";
import { findVaultUser, vaultCaller } from "../../domain/vault/caller.ts";
import { disconnect, type ListedConnection, listConnections } from "../../domain/vault/connections.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { requireSession } from "../../http/session.ts";
import type { Parameters } from "../../lib/parameters.ts";

const time = z.iso.datetime();

export const connectionQuerySchema = z.object({
  public_key: z.string().optional().describe("The application's client_id. May be left out beside X-API-Key."),
  private_key: z.string().optional().describe("Its client secret."),
  user_id: z
    .string()
    .optional()
    .describe(
      "The user: the realm's id, or the external_id. Left out with a session, which is for its own user alone.",
    ),
});

const connectionSchema = z.object({
  oauthId: z.string(),
  provider: z.string(),
  label: z.string().describe("What people know the provider by."),
  clientId: z.string(),
  clientName: z.string(),
  status: z.enum(["active", "expired"]).describe("`expired`: the user has to agree anew."),
  scopes: z.array(z.string()).describe("What the provider has granted."),
  needsConsent: z.boolean().describe("The provider is asked for more by now than was granted."),
  connectedAt: time,
  refreshedAt: time.nullable(),
  expiresAt: time.nullable().describe("Of the access token, which is refreshed by itself where that can be done."),
  lastError: z.object({ at: time, code: z.string() }).nullable(),
});

export const connectionsAnswerSchema = z.object({ connections: z.array(connectionSchema) });

export async function getConnections(c: AppContext): Promise<Response> {
  const { userId, clientId, sid } = await askerOf(c);
  const listed = await listConnections(c.get("realm"), userId, clientId, sid);
  if (listed === null) throw new Problem("session-ended");
  return c.json({ connections: listed.map(connectionJson) });
}

export async function deleteConnection(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { userId, clientId, sid } = await askerOf(c);
  const provider = c.req.param("provider") ?? "";
  if (clientId !== null) await disconnect(context, userId, provider, clientId);
  else {
    const all = (await listConnections(context, userId, null, sid)) ?? [];
    const meant = all.filter((connection) => connection.provider === provider);
    if (meant.length === 0) throw new Problem("connection-none");
    for (const connection of meant) await disconnect(context, userId, provider, connection.clientId);
  }
  return c.body(null, 204);
}

interface Asker {
  readonly userId: number;
  /** Null for all applications. */
  readonly clientId: string | null;
  readonly sid: string | null;
}

/** An application that shows its keys, else whoever is signed in. Throws Problem. */
async function askerOf(c: AppContext): Promise<Asker> {
  const query = readQuery(c);
  if (query.repeated.size > 0) throw new Problem("parameter-repeated");
  const apiKey = c.req.header("x-api-key");
  if (apiKey !== undefined || query.get("private_key") !== undefined) return applicationOf(c, query, apiKey);
  if (c.req.method !== "GET") refuseForeignOrigin(c);
  const { claimed } = await requireSession(c);
  const named = query.get("user_id");
  const isOwn = named === undefined || (await findVaultUser(c.get("realm"), named))?.id === claimed.userId;
  if (!isOwn) throw new Problem("consent-of-another-user");
  const reference = query.get("public_key");
  const client = reference === undefined ? null : await c.get("realm").clients.find(reference);
  if (reference !== undefined && client === null) throw new Problem("vault-keys-wrong");
  return { ...claimed, clientId: client?.clientId ?? null };
}

async function applicationOf(c: AppContext, query: Parameters, apiKey: string | undefined): Promise<Asker> {
  const context = c.get("realm");
  try {
    const { client, user } = await vaultCaller(context, {
      publicKey: query.get("public_key"),
      privateKey: query.get("private_key"),
      apiKey,
      userId: query.get("user_id") ?? "",
      origin: c.req.header("origin") ?? null,
    });
    return { userId: user.id, clientId: client.clientId, sid: null };
  } catch (error) {
    const isWrong = error instanceof Problem && error.reason === "vault-keys-wrong";
    const { wrong_secrets_per_address_per_minute } = context.realm.settings.rate_limits;
    if (isWrong) await limitPerAddress(c, "wrong-secret", wrong_secrets_per_address_per_minute);
    throw error;
  }
}

const connectionJson = (connection: ListedConnection): z.output<typeof connectionSchema> => ({
  oauthId: connection.oauthId,
  provider: connection.provider,
  label: connection.label,
  clientId: connection.clientId,
  clientName: connection.clientName,
  status: connection.status,
  scopes: [...connection.scopes],
  needsConsent: connection.needsConsent,
  connectedAt: iso(connection.connectedAt),
  refreshedAt: connection.refreshedAt === null ? null : iso(connection.refreshedAt),
  expiresAt: connection.expiresAt === null ? null : iso(connection.expiresAt),
  lastError:
    connection.lastError === null ? null : { at: iso(connection.lastError.at), code: connection.lastError.code },
});

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
