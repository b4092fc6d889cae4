import { Problem } from "../../errors/errors.ts";
import { isRecord } from "../../lib/json.ts";
import type { Operator } from "./operator.ts";

/**
 * Some settings name what is the deployment's and serves other realms as well: a service binding leads past the internet to the Worker it
 * was made for, and whoever may send mails from a domain may speak for it. A realm's own operators choose among what the realm has been
 * given. Both are settings, or a patch of them. Throws Problem.
 */
export function requireMaySet(operator: Operator, given: unknown, wanted: unknown): void {
  if (operator.kind === "deployment") return;
  const known = new Set(bindingsIn(given));
  if (!bindingsIn(wanted).every((binding) => known.has(binding))) throw new Problem("gateway-binding-reserved");
  const domain = mailDomainIn(wanted);
  if (domain !== null && domain !== mailDomainIn(given)) throw new Problem("mail-domain-reserved");
}

function mailDomainIn(settings: unknown): string | null {
  const mail = isRecord(settings) ? settings.mail : undefined;
  const address = isRecord(mail) ? mail.from_address : undefined;
  return typeof address === "string" ? address.slice(address.lastIndexOf("@") + 1).toLowerCase() : null;
}

function bindingsIn(settings: unknown): unknown[] {
  const gateway = isRecord(settings) ? settings.gateway : undefined;
  const services = isRecord(gateway) ? gateway.services : undefined;
  if (!isRecord(services)) return [];
  return Object.values(services).flatMap((service) =>
    isRecord(service) && typeof service.binding === "string" ? [service.binding] : [],
  );
}
