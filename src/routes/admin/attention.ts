/** GET /admin/v1/realms/:realm/attention: what a realm's operators should look at. */
import * as z from "zod";
import { attentionKinds, attentionOf } from "../../domain/admin/attention.ts";
import type { AppContext } from "../../http/env.ts";
import { validate } from "../../http/validate.ts";
import { AttentionStore } from "../../storage/d1/attention-store.ts";
import { DailyCountStore } from "../../storage/d1/daily-count-store.ts";
import { shardOf } from "./deployment.ts";
import { nullableTimeJson, timeSchema } from "./time-json.ts";

export const attentionQuerySchema = z.object({
  domains: z
    .enum(["called", "known"])
    .default("called")
    .describe("`known` calls no domain, and answers at once by what is known of them."),
});

export const attentionSchema = z.object({
  items: z.array(
    z.object({
      kind: z.enum(attentionKinds),
      subject: z
        .string()
        .describe(
          "The domain, the webhook's id, the provider's name, `mail` or `sms`, an API key's owner, a key's id.",
        ),
      detail: z.string().nullable().describe("What a domain met, where a webhook leads, how an API key begins."),
      owner_type: z.enum(["source", "client"]).nullable().describe("Whose an API key is."),
      count: z
        .int()
        .nullable()
        .describe("Of deliveries that were given up; of messages that reached nobody, since yesterday."),
      at: timeSchema.nullable().describe("When an API key expires; since when a signing key signs."),
    }),
  ),
  domains_unchecked: z.array(z.string()).describe("Domains of which nothing is known: only with `domains=known`."),
});

export type AttentionView = z.output<typeof attentionSchema>["items"][number];

export async function getAttention(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { domains } = validate(attentionQuerySchema, c.req.query(), "query-invalid");
  const [shard, { id }] = [shardOf(c), context.realm];
  const stores = { attention: new AttentionStore(shard, id), counts: new DailyCountStore(shard, id) };
  const { items, uncheckedDomains } = await attentionOf(context, stores, domains === "called");
  return c.json({
    domains_unchecked: [...uncheckedDomains],
    items: items.map(({ at, ownerType, ...rest }) => ({ ...rest, owner_type: ownerType, at: nullableTimeJson(at) })),
  } satisfies z.output<typeof attentionSchema>);
}
