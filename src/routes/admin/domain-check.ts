/** /admin/v1/realms/:realm/domains/:domain/check: whether a domain really leads here. */
import * as z from "zod";
import { checkDomain, domainStates } from "../../domain/realms/domain-check.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";

export const domainCheckSchema = z.object({
  domain: z.string(),
  state: z.enum(domainStates).describe("What a request to the domain met."),
  status: z.int().nullable().describe("The HTTP status; null when nothing answered."),
  seen: z.string().nullable().describe("Where a redirect leads, or what another server calls itself."),
});

/** Only of the realm's own domains: others are nobody's to have called. */
export async function postDomainCheck(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const domain = (c.req.param("domain") ?? "").toLowerCase();
  if (!context.realm.hosts.includes(domain)) throw new Problem("domain-unknown");
  const { state, status, seen } = await checkDomain(context, domain);
  return c.json({ domain, state, status, seen } satisfies z.output<typeof domainCheckSchema>);
}
