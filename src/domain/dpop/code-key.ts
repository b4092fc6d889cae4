/** The key that an authorization code is bound to: RFC 9449 §10. */
import type { Parameters } from "../../lib/parameters.ts";
import type { Refuse } from "./proof.ts";

/**
 * Named by `dpop_jkt`, or by the proof of a pushed request, or by both, which must agree (§10.1). Null when the code is to be
 * bound to none. `proven` is the thumbprint of the key proven with the request itself.
 */
export function codeKeyOf(parameters: Parameters, proven: string | null, refuse: Refuse): string | null {
  const named = parameters.get("dpop_jkt");
  if (named === undefined) return proven;
  if (!/^[A-Za-z0-9_-]{43}$/.test(named)) refuse("dpop-jkt-malformed");
  if (proven !== null && proven !== named) refuse("dpop-jkt-differs");
  return named;
}
