import { Problem } from "../errors/errors.ts";
import { guarded } from "../storage/guarded.ts";
import { addressKey, callerAddress } from "./address.ts";
import type { AppContext } from "./env.ts";

/** Calls a minute that the binding allows each key (wrangler.toml). */
const allowedPerKey = 10;

/**
 * A first gate before expensive work: about `perMinute` calls from one address, per realm and kind. The binding has one fixed limit,
 * so an address is spread over as many keys as add up to the realm's own. Exact counts, per account, are kept in the user's object.
 * A limiter that does not answer lets nobody through.
 */
export function limitPerAddress(c: AppContext, kind: string, perMinute: number): Promise<void> {
  return limitInScope(c, c.get("realm").realm.id, kind, perMinute);
}

/** The same for the deployment as a whole, on whichever host it is asked. */
export function limitPerAddressAnywhere(c: AppContext, kind: string, perMinute: number): Promise<void> {
  return limitInScope(c, "deployment", kind, perMinute);
}

async function limitInScope(c: AppContext, scope: string, kind: string, perMinute: number): Promise<void> {
  if (perMinute === 0) return;
  const keys = Math.ceil(perMinute / allowedPerKey);
  const spread = Math.floor(Math.random() * keys);
  const key = `${scope}|${kind}|${addressKey(callerAddress(c))}|${spread}`;
  const { success } = await guarded("address limiter", () => c.env.ADDRESS_LIMITER.limit({ key }));
  if (!success) throw new Problem("rate-limited", { retryAfterSeconds: 60 });
}
