import * as z from "zod";
import type { WebhookDeliveryRow } from "../../storage/d1/webhook-delivery-store.ts";
import type { WebhookRow } from "../../storage/d1/webhook-store.ts";
import { eventTypes } from "../../storage/events.ts";
import { pageQuerySchema } from "./paging.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";

const urlSchema = z
  .string()
  .min(1)
  .max(2_048)
  .describe("Where events are posted to: https on a public host. Redirects are not followed.");
const eventsSchema = z
  .union([z.literal("all"), z.array(z.enum(eventTypes)).min(1).max(eventTypes.length)])
  .describe("What it wants to hear of. `all` includes what is added later.");
const descriptionSchema = z.string().max(200).nullable().describe("What it is for.");

export const newWebhookSchema = z.strictObject({
  url: urlSchema,
  events: eventsSchema.default("all"),
  description: descriptionSchema.default(null),
  disabled: z.boolean().default(false).describe("Hears nothing."),
});

export const webhookPatchSchema = z.strictObject({
  url: urlSchema.optional(),
  events: eventsSchema.optional(),
  description: descriptionSchema.optional(),
  disabled: z.boolean().optional().describe("Enabled again, it hears of what happens from then on."),
});

export const webhookSchema = z.object({
  id: z.string(),
  source: z.string().optional().describe("The main product that made it; absent when an operator did."),
  url: z.string(),
  events: z.union([z.literal("all"), z.array(z.string())]),
  description: z.string().nullable(),
  disabled: z.boolean(),
  disabled_reason: z
    .enum(["operator", "gone", "failing"])
    .nullable()
    .describe("`gone`: it answered 410. `failing`: it took nothing for five days."),
  disabled_at: timeSchema.nullable(),
  failing_since: timeSchema.nullable().describe("Null while it takes what it is sent."),
  old_secret_until: timeSchema.nullable().describe("Until then the secret before the last rotation signs as well."),
  version: z.int(),
  created_at: timeSchema,
  updated_at: timeSchema,
});

export const madeWebhookSchema = webhookSchema.extend({
  secret: z.string().describe("`whsec_` and 32 bytes in base64, to check signatures with. Shown this once."),
});

export const webhooksAnswerSchema = z.object({ webhooks: z.array(webhookSchema) });

const states = ["pending", "delivered", "dead"] as const;

export const deliveriesQuerySchema = pageQuerySchema.extend({
  state: z.enum(states).optional().describe("`dead`: every try has failed. They can be replayed."),
});

const deliverySchema = z.object({
  id: z.string().describe("Of the event: `webhook-id` in every attempt."),
  type: z.string(),
  state: z.enum(states),
  created_at: timeSchema,
  next_attempt_at: timeSchema.nullable(),
  attempts: z
    .array(
      z.object({
        at: timeSchema,
        duration_ms: z.int(),
        status: z.int().nullable(),
        error: z.string().nullable().describe("Why there was no status."),
      }),
    )
    .describe("The last ones, the newest at the end."),
  payload: z.record(z.string(), z.unknown()).describe("What is sent."),
});

export const deliveriesAnswerSchema = z.object({
  deliveries: z.array(deliverySchema),
  next_cursor: z.string().optional().describe("Asks for the next page. Absent on the last one."),
});

export const replayAnswerSchema = z.object({
  replayed: z.int().describe("How many deliveries begin anew. There may be more when it is 500."),
});

export const webhookJson = (row: WebhookRow): z.output<typeof webhookSchema> => ({
  id: row.id,
  ...(row.ownerType === "source" ? { source: row.owner } : {}),
  url: row.url,
  events: row.events ?? "all",
  description: row.description,
  disabled: row.disabledAt !== null,
  disabled_reason: row.disabledReason,
  disabled_at: nullableTimeJson(row.disabledAt),
  failing_since: nullableTimeJson(row.failingSince),
  old_secret_until: nullableTimeJson(row.oldSecretUntil),
  version: row.version,
  created_at: timeJson(row.createdAt),
  updated_at: timeJson(row.updatedAt),
});

export const deliveryJson = (row: WebhookDeliveryRow): z.output<typeof deliverySchema> => ({
  id: row.eventId,
  type: row.type,
  state: row.state,
  created_at: timeJson(row.createdAt),
  next_attempt_at: nullableTimeJson(row.nextAttemptAt),
  attempts: row.log.map(({ at, durationMs, status, error }) => ({
    at: timeJson(at),
    duration_ms: durationMs,
    status,
    error,
  })),
  payload: JSON.parse(row.body) as Record<string, unknown>,
});
