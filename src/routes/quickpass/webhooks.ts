/** /api/v1/webhooks: a main product's server sets where it hears of events (contract §5). */
import { deleteWebhook, getWebhook } from "../../domain/webhooks/webhook.ts";
import { requireApiKey } from "../../http/api-key.ts";
import type { AppContext } from "../../http/env.ts";
import type { WebhookOwner, WebhookRow } from "../../storage/d1/webhook-store.ts";
import { addWebhook, sendDeliveries, sendNewSecret, sendReplay, sendWebhooks } from "../admin/webhooks.ts";

export const postOwnWebhook = async (c: AppContext): Promise<Response> => addWebhook(c, await ownerOfKey(c));

export const getOwnWebhooks = async (c: AppContext): Promise<Response> => sendWebhooks(c, await ownerOfKey(c));

export async function deleteOwnWebhook(c: AppContext): Promise<Response> {
  await deleteWebhook(c.get("realm"), await ownWebhook(c));
  return c.body(null, 204);
}

export const rotateOwnSecret = async (c: AppContext): Promise<Response> => sendNewSecret(c, await ownWebhook(c));

export const getOwnDeliveries = async (c: AppContext): Promise<Response> => sendDeliveries(c, await ownWebhook(c));

export const replayOwn = async (c: AppContext): Promise<Response> => sendReplay(c, await ownWebhook(c));

async function ownerOfKey(c: AppContext): Promise<WebhookOwner> {
  const { ownerType, owner } = await requireApiKey(c, "webhooks:manage");
  return { ownerType, owner };
}

async function ownWebhook(c: AppContext): Promise<WebhookRow> {
  const owner = await ownerOfKey(c);
  return getWebhook(c.get("realm"), c.req.param("webhook") ?? "", owner);
}
