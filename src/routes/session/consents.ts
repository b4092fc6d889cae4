/** GET /api/auth/v1/users/consents and DELETE /api/auth/v1/users/consents/:client-id: what one has granted to applications. */

import * as z from "zod";
import { recordEvent } from "../../domain/audit/record-event.ts";
import { namedConsents } from "../../domain/consent/named-consents.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { explainEnd, requireClaimedSession } from "../../http/session.ts";

const epochMs = z.int().describe("Milliseconds since the epoch.");

export const consentsAnswerSchema = z.object({
  consents: z.array(
    z.object({
      "client-id": z.string(),
      "client-name": z.string().nullable().describe("Null when the application is gone."),
      "client-host": z.string().nullable().describe("Where it sends its users back to."),
      scopes: z.array(z.string()),
      "granted-at": epochMs,
      "last-used-at": epochMs.nullable().describe("When it last got tokens by it."),
    }),
  ),
});

export async function listConsents(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const claimed = await requireClaimedSession(c);
  const consents = await context.objects.call(claimed.userId, (user) => user.consents(claimed.sid));
  if (consents === null) throw await explainEnd(c, claimed);
  const answer: z.output<typeof consentsAnswerSchema> = {
    consents: (await namedConsents(context, consents)).map((consent) => ({
      "client-id": consent.clientId,
      "client-name": consent.clientName,
      "client-host": consent.clientHost,
      scopes: [...consent.scopes],
      "granted-at": consent.grantedAt,
      "last-used-at": consent.lastUsedAt,
    })),
  };
  return c.json(answer);
}

export async function withdrawConsent(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const claimed = await requireClaimedSession(c);
  const reference = c.req.param("client") ?? "";
  const clientId = (await context.clients.find(reference))?.clientId ?? reference;
  const outcome = await context.objects.call(claimed.userId, (user) => user.revokeConsent(claimed.sid, clientId));
  if (outcome === "session-ended") throw await explainEnd(c, claimed);
  if (outcome === "unknown") throw new Problem("consent-unknown");
  recordEvent(context, { type: "consent.revoked", user: claimed.userId, client: clientId });
  return c.body(null, 204);
}
