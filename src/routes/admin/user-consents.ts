/** /admin/v1/realms/:realm/users/:user/consents: see and take back what a user has granted to applications. */
import * as z from "zod";
import { type Operator, requireRankOver } from "../../domain/admin/operator.ts";
import { namedConsents } from "../../domain/consent/named-consents.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const userConsentsAnswerSchema = z.object({
  consents: z.array(
    z.object({
      client_id: z.string(),
      client_name: z.string().nullable().describe("Null when the client is gone."),
      client_host: z.string().nullable(),
      scopes: z.array(z.string()),
      granted_at: timeSchema,
      last_used_at: timeSchema.nullable(),
    }),
  ),
});

export async function getUserConsents(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { id } = await userOfPath(c);
  const consents = (await context.objects.call(id, (object) => object.consents(null))) ?? [];
  const answer: z.output<typeof userConsentsAnswerSchema> = {
    consents: (await namedConsents(context, consents)).map((consent) => ({
      client_id: consent.clientId,
      client_name: consent.clientName,
      client_host: consent.clientHost,
      scopes: [...consent.scopes],
      granted_at: timeJson(consent.grantedAt),
      last_used_at: nullableTimeJson(consent.lastUsedAt),
    })),
  };
  return c.json(answer);
}

export async function removeUserConsent(c: AppContext, operator: Operator): Promise<Response> {
  const context = c.get("realm");
  const user = await userOfPath(c);
  requireRankOver(operator, user);
  const reference = c.req.param("client") ?? "";
  const clientId = (await context.clients.find(reference))?.clientId ?? reference;
  c.set("auditClient", clientId);
  const outcome = await context.objects.call(user.id, (object) => object.revokeConsent(null, clientId));
  if (outcome === "unknown") throw new Problem("consent-unknown");
  return c.body(null, 204);
}
