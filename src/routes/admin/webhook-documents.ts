import { badPage, ifMatch, invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import type { Address } from "./rights.ts";
import {
  deliveriesAnswerSchema,
  deliveriesQuerySchema,
  madeWebhookSchema,
  newWebhookSchema,
  replayAnswerSchema,
  webhookPatchSchema,
  webhookSchema,
  webhooksAnswerSchema,
} from "./webhook-json.ts";

const tooMany = problem("`webhook-limit-reached`");
const notNow = problem("`webhook-disabled`, or `delivery-pending`: it is on its way already.");

/** Without their security, which differs with the surface. */
export const webhookTexts = {
  post: {
    tag: "Webhooks",
    summary: "Make a webhook",
    description:
      "Events are posted to it as JSON, {id, type, timestamp, data}, signed as Standard Webhooks has it: see docs/webhooks.md. At least once, each time with the same `webhook-id`.",
    body: json(newWebhookSchema),
    responses: {
      201: { description: "The webhook, and its secret, this once.", schema: madeWebhookSchema },
      409: tooMany,
      ...invalid,
    },
  },
  list: {
    tag: "Webhooks",
    summary: "List webhooks",
    description: "Without their secrets.",
    responses: { 200: { description: "The oldest first.", schema: webhooksAnswerSchema } },
  },
  remove: {
    tag: "Webhooks",
    summary: "Delete a webhook",
    description: "With its deliveries, also those that are pending.",
    responses: none,
  },
  rotate: {
    tag: "Webhooks",
    summary: "Make another secret",
    description: "For 24 hours the old one signs as well: the header carries both signatures.",
    responses: {
      200: { description: "The webhook, and its new secret, this once.", schema: madeWebhookSchema },
      ...outdated,
    },
  },
  deliveries: {
    tag: "Webhooks",
    summary: "List deliveries",
    description: "For 30 days, with every attempt's status and duration.",
    query: deliveriesQuerySchema,
    responses: { 200: { description: "The newest first.", schema: deliveriesAnswerSchema }, ...badPage },
  },
  replayOne: {
    tag: "Webhooks",
    summary: "Deliver an event once more",
    description: "One that is dead, was delivered, or waits for its next try.",
    responses: { 200: { description: "It is on its way.", schema: replayAnswerSchema }, 409: notNow },
  },
  replayDead: {
    tag: "Webhooks",
    summary: "Deliver all dead events once more",
    description: "Up to 500 at once, the oldest first.",
    responses: { 200: { description: "They are on their way.", schema: replayAnswerSchema }, 409: notNow },
  },
} satisfies Record<string, Subject>;

const forSysadmins = <Text extends Subject>(text: Text): Text => ({
  ...text,
  description: `${text.description} For system administrators.`,
});

export const webhookSubjects = {
  "POST /realms/:realm/webhooks": forSysadmins(webhookTexts.post),
  "GET /realms/:realm/webhooks": forSysadmins({
    ...webhookTexts.list,
    description: "Those of main products, too. Without their secrets.",
  }),
  "GET /realms/:realm/webhooks/:webhook": forSysadmins({
    tag: "Webhooks",
    summary: "Read a webhook",
    description: "Without its secret.",
    responses: { 200: { description: "The webhook.", schema: webhookSchema } },
  }),
  "PATCH /realms/:realm/webhooks/:webhook": forSysadmins({
    tag: "Webhooks",
    summary: "Change a webhook",
    description: `Also to enable one that was switched off. ${ifMatch}`,
    body: json(webhookPatchSchema),
    responses: { 200: { description: "The webhook, as it is now.", schema: webhookSchema }, ...outdated, ...invalid },
  }),
  "DELETE /realms/:realm/webhooks/:webhook": forSysadmins({
    ...webhookTexts.remove,
    responses: { ...none, ...outdated },
  }),
  "POST /realms/:realm/webhooks/:webhook/rotate-secret": forSysadmins(webhookTexts.rotate),
  "GET /realms/:realm/webhooks/:webhook/deliveries": forSysadmins(webhookTexts.deliveries),
  "POST /realms/:realm/webhooks/:webhook/deliveries/replay": forSysadmins(webhookTexts.replayDead),
  "POST /realms/:realm/webhooks/:webhook/deliveries/:delivery/replay": forSysadmins(webhookTexts.replayOne),
} satisfies Partial<Record<Address, Subject>>;
