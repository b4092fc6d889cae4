import { Problem } from "../errors/errors.ts";
import { guarded } from "../storage/guarded.ts";
import { addressKey, callerAddress } from "./address.ts";
import type { Exchange } from "./env.ts";

/** Calls a minute that the binding allows each key (wrangler.toml). */
const allowedPerKey = 10;

/** Keys that are asked before a call is refused: chance fills one of many long before the realm's own limit is reached. */
const mostKeysAsked = 4;

/**
 * A first gate before expensive work: about `perMinute` calls from one address, per realm and kind. The binding has one fixed limit,
 * so an address is spread over as many keys as add up to the realm's own. Exact counts, per account, are kept in the user's object.
 * A limiter that does not answer lets nobody through.
 */
export function limitPerAddress(c: Exchange, kind: string, perMinute: number): Promise<void> {
  return limitInScope(c, c.get("realm").realm.id, kind, perMinute);
}

/** The same for the deployment as a whole, on whichever host it is asked. */
export function limitPerAddressAnywhere(c: Exchange, kind: string, perMinute: number): Promise<void> {
  return limitInScope(c, "deployment", kind, perMinute);
}

/** For whatever sends a mail or a text message: per caller, and for the realm as a whole. */
export async function limitMessages(c: Exchange): Promise<void> {
  const { id, settings } = c.get("realm").realm;
  const { messages_per_address_per_minute, messages_per_realm_per_minute } = settings.rate_limits;
  await limitInScope(c, id, "message", messages_per_address_per_minute);
  await limitKey(c, `${id}|messages`, messages_per_realm_per_minute);
}

/** For each document that is fetched because a stranger named it. */
export async function limitDocuments(c: Exchange): Promise<void> {
  const { id, settings } = c.get("realm").realm;
  const { client_documents_per_address_per_minute, client_documents_per_realm_per_minute } = settings.rate_limits;
  await limitInScope(c, id, "client-document", client_documents_per_address_per_minute);
  await limitKey(c, `${id}|client-documents`, client_documents_per_realm_per_minute);
}

/** For each account that is made for somebody who has not said who they are. */
export async function limitGuests(c: Exchange): Promise<void> {
  const { id, settings } = c.get("realm").realm;
  await limitInScope(c, id, "guest", settings.rate_limits.guests_per_address_per_minute);
  await limitKey(c, `${id}|guests`, settings.rate_limits.guests_per_realm_per_minute);
}

/** For whatever takes a one-time code or the token of a link: as often as one may try to sign in. */
export function limitCodes(c: Exchange): Promise<void> {
  return limitPerAddress(c, "code", c.get("realm").realm.settings.rate_limits.sign_in_per_address_per_minute);
}

/** For whatever tells whether an account has a name or an address: as often as one may try to sign up. */
export function limitIdentifiers(c: Exchange): Promise<void> {
  return limitPerAddress(c, "sign-up", c.get("realm").realm.settings.rate_limits.sign_up_per_address_per_minute);
}

/** For codes that are typed off a device's screen, in the realm as a whole. Exact counts, per account and address, are kept in objects. */
export function limitUserCodes(c: Exchange): Promise<void> {
  const { id, settings } = c.get("realm").realm;
  return limitKey(c, `${id}|user-codes`, settings.rate_limits.user_codes_per_realm_per_minute);
}

function limitInScope(c: Exchange, scope: string, kind: string, perMinute: number): Promise<void> {
  return limitKey(c, `${scope}|${kind}|${addressKey(callerAddress(c))}`, perMinute);
}

async function limitKey(c: Exchange, name: string, perMinute: number): Promise<void> {
  if (perMinute === 0) return;
  const keys = Math.ceil(perMinute / allowedPerKey);
  const first = Math.floor(Math.random() * keys);
  for (let asked = 0; asked < Math.min(keys, mostKeysAsked); asked++) {
    const key = `${name}|${(first + asked) % keys}`;
    const { success } = await guarded("address limiter", () => c.env.ADDRESS_LIMITER.limit({ key }));
    if (success) return;
  }
  throw new Problem("rate-limited", { retryAfterSeconds: 60 });
}
