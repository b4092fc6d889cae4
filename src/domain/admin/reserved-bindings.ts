import { Problem } from "../../errors/errors.ts";
import { isRecord } from "../../lib/json.ts";
import type { Operator } from "./operator.ts";

/**
 * A service binding is the deployment's and leads past the internet to the Worker it was made for, perhaps another realm's. A realm's own
 * operators name those only that the realm has been given. Both are settings, or a patch of them. Throws Problem.
 */
export function requireMayBind(operator: Operator, given: unknown, wanted: unknown): void {
  if (operator.kind === "deployment") return;
  const known = new Set(bindingsIn(given));
  if (!bindingsIn(wanted).every((binding) => known.has(binding))) throw new Problem("gateway-binding-reserved");
}

function bindingsIn(settings: unknown): unknown[] {
  const gateway = isRecord(settings) ? settings.gateway : undefined;
  const services = isRecord(gateway) ? gateway.services : undefined;
  if (!isRecord(services)) return [];
  return Object.values(services).flatMap((service) =>
    isRecord(service) && typeof service.binding === "string" ? [service.binding] : [],
  );
}
