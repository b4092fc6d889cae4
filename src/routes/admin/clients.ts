/** /admin/v1/realms/:realm/clients: register, list, read, change and delete clients, and give them new secrets. */
import * as z from "zod";
import { applyMergePatch } from "../../domain/admin/merge-patch.ts";
import type { Operator } from "../../domain/admin/operator.ts";
import { type Client, clientOf } from "../../domain/clients/client.ts";
import { changeClient, deleteClient, registerClient, rotateSecret } from "../../domain/clients/register-client.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import {
  clientBodySchema,
  clientJson,
  clientPatchSchema,
  clientSchema,
  registrationJson,
  registrationOf,
  secretSchema,
} from "./client-json.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { nextCursor, nextCursorSchema, readNumberedPage } from "./paging.ts";

export const clientsAnswerSchema = z.object({ clients: z.array(clientSchema), next_cursor: nextCursorSchema });
export const newSecretSchema = z.object({ client_id: z.string(), client_secret: secretSchema });

export async function postClient(c: AppContext, operator: Operator): Promise<Response> {
  const body = validate(clientBodySchema, await readJson(c));
  const { client, secret } = await registerClient(c.get("realm"), operator, registrationOf(body));
  sendVersion(c, client);
  return c.json({ ...clientJson(client), ...(secret === null ? {} : { client_secret: secret }) }, 201);
}

export async function getClients(c: AppContext): Promise<Response> {
  const { limit, after } = readNumberedPage(c);
  const rows = await c.get("realm").clients.store.list(after, limit);
  return c.json({
    clients: rows.map((row) => clientJson(clientOf(row))),
    ...nextCursor(
      rows.map((row) => row.integrationId),
      limit,
    ),
  });
}

export async function getClient(c: AppContext): Promise<Response> {
  const client = await clientOfPath(c);
  sendVersion(c, client);
  return c.json(clientJson(client));
}

export async function patchClient(c: AppContext, operator: Operator): Promise<Response> {
  const client = await clientOfPath(c);
  requireMatch(c, client);
  const patch = validate(clientPatchSchema, await readJson(c));
  const wanted = validate(clientBodySchema, applyMergePatch(registrationJson(client), patch));
  const changed = await changeClient(c.get("realm"), operator, client, registrationOf(wanted));
  sendVersion(c, changed);
  return c.json(clientJson(changed));
}

export async function removeClient(c: AppContext, operator: Operator): Promise<Response> {
  const client = await clientOfPath(c);
  requireMatch(c, client);
  await deleteClient(c.get("realm"), operator, client);
  return c.body(null, 204);
}

export async function postSecret(c: AppContext, operator: Operator): Promise<Response> {
  const client = await clientOfPath(c);
  const secret = await rotateSecret(c.get("realm"), operator, client);
  return c.json({ client_id: client.clientId, client_secret: secret });
}

/** By client_id or integration id. Throws Problem, 404. */
export async function clientOfPath(c: AppContext): Promise<Client> {
  const client = await c.get("realm").clients.findStored(c.req.param("client") ?? "");
  if (client === null) throw new Problem("client-record-unknown");
  c.set("auditClient", client.clientId);
  return client;
}
