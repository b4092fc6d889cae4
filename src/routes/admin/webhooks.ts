/** /admin/v1/realms/:realm/webhooks, and what main products may do with theirs: make, list, change and delete them, and see what became of events (contract §5, §7). */
import type * as z from "zod";
import {
  changeWebhook,
  deleteWebhook,
  getWebhook,
  makeWebhook,
  replay,
  rotateSecret,
} from "../../domain/webhooks/webhook.ts";
import type { AppContext } from "../../http/env.ts";
import { enqueueAll } from "../../http/jobs.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import type { WebhookOwner, WebhookRow } from "../../storage/d1/webhook-store.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { nextCursor, readPage } from "./paging.ts";
import {
  deliveriesQuerySchema,
  deliveryJson,
  newWebhookSchema,
  webhookJson,
  webhookPatchSchema,
} from "./webhook-json.ts";

const operators: WebhookOwner = { ownerType: "realm", owner: "" };

export const postWebhook = (c: AppContext): Promise<Response> => addWebhook(c, operators);

export const getWebhooks = (c: AppContext): Promise<Response> => sendWebhooks(c, null);

export async function getWebhookOfPath(c: AppContext): Promise<Response> {
  const row = await webhookOfPath(c);
  sendVersion(c, row);
  return c.json(webhookJson(row));
}

export async function patchWebhook(c: AppContext): Promise<Response> {
  const row = await webhookOfPath(c);
  requireMatch(c, row);
  const { events, ...rest } = validate(webhookPatchSchema, await readJson(c));
  const wanted = { ...rest, ...(events === undefined ? {} : { events: listOf(events) }) };
  const changed = await changeWebhook(c.get("realm"), row, wanted);
  sendVersion(c, changed);
  return c.json(webhookJson(changed));
}

export async function removeWebhook(c: AppContext): Promise<Response> {
  const row = await webhookOfPath(c);
  requireMatch(c, row);
  await deleteWebhook(c.get("realm"), row);
  return c.body(null, 204);
}

export const postWebhookSecret = async (c: AppContext): Promise<Response> => sendNewSecret(c, await webhookOfPath(c));

export const getDeliveries = async (c: AppContext): Promise<Response> => sendDeliveries(c, await webhookOfPath(c));

export const postReplay = async (c: AppContext): Promise<Response> => sendReplay(c, await webhookOfPath(c));

const webhookOfPath = (c: AppContext): Promise<WebhookRow> =>
  getWebhook(c.get("realm"), c.req.param("webhook") ?? "", null);

// What the API of main products shares.

export async function addWebhook(c: AppContext, owner: WebhookOwner): Promise<Response> {
  const { events, ...rest } = validate(newWebhookSchema, await readJson(c));
  const { row, secret } = await makeWebhook(c.get("realm"), owner, { ...rest, events: listOf(events) });
  sendVersion(c, row);
  return c.json({ ...webhookJson(row), secret }, 201);
}

/** Those of one owner, or all. */
export async function sendWebhooks(c: AppContext, owner: WebhookOwner | null): Promise<Response> {
  const rows = await c.get("realm").webhooks.list();
  const shown = rows.filter(
    (row) => owner === null || (row.ownerType === owner.ownerType && row.owner === owner.owner),
  );
  return c.json({ webhooks: shown.map(webhookJson) });
}

export async function sendNewSecret(c: AppContext, webhook: WebhookRow): Promise<Response> {
  const { row, secret } = await rotateSecret(c.get("realm"), webhook);
  return c.json({ ...webhookJson(row), secret });
}

export async function sendDeliveries(c: AppContext, webhook: WebhookRow): Promise<Response> {
  const { limit, after } = readPage(c);
  const { state } = validate(deliveriesQuerySchema, c.req.query(), "query-invalid");
  const page = { state: state ?? null, before: after, limit };
  const rows = await c.get("realm").webhookDeliveries.list(webhook.id, page);
  const ids = rows.map(({ eventId }) => eventId);
  return c.json({ deliveries: rows.map(deliveryJson), ...nextCursor(ids, limit) });
}

/** Of the delivery that the path names, or of all dead ones. */
export async function sendReplay(c: AppContext, webhook: WebhookRow): Promise<Response> {
  const jobs = await replay(c.get("realm"), webhook, c.req.param("delivery") ?? null);
  await enqueueAll(c.env, jobs);
  return c.json({ replayed: jobs.length });
}

const listOf = (events: z.output<typeof newWebhookSchema>["events"]) => (events === "all" ? null : events);
