/** The keys that a client registered, or publishes at its `jwks_uri`: RFC 7591 §2. */
import { limits } from "../../config/limits.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { InFlight } from "../../lib/in-flight.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";

/** A client, or anybody else who registers public keys in the same two ways. */
export interface KeyOwner {
  readonly metadata: Pick<Client["metadata"], "jwks" | "jwks_uri">;
}

interface Published {
  readonly keys: readonly unknown[];
  /** Milliseconds since the epoch: when they were last asked for, in vain too. */
  readonly askedAt: number;
}

const mostKeys = 20;

const published = new BoundedCache<Published>(limits.cachedClients, limits.clientKeysAgeMs);
const asking = new InFlight<readonly unknown[]>(limits.outboundTimeoutMs);

/**
 * The client's keys; none when they cannot be had. `missing` says that the one looked for was not among them: then a published set is
 * read again, but no sooner than `limits.clientKeysPatienceMs` after the last time, as anybody can name a key that does not exist.
 */
export async function keysOfClient(
  context: RealmContext,
  { metadata }: KeyOwner,
  { missing }: { readonly missing: boolean },
): Promise<readonly unknown[]> {
  const { jwks, jwks_uri: address } = metadata;
  if (address === undefined) return jwks?.keys ?? [];
  const now = (): number => context.clock.now();
  const known = published.get(address, now());
  const isUseless = known === undefined || missing || known.keys.length === 0;
  if (known !== undefined && (!isUseless || now() - known.askedAt < limits.clientKeysPatienceMs)) return known.keys;
  return asking.get(address, async () => {
    const keys = await read(context, address);
    published.set(address, { keys, askedAt: now() }, now());
    return keys;
  });
}

/** What stands there now. An address that fails is taken for an empty set, so that it is not asked again at once. */
async function read({ config }: RealmContext, address: string): Promise<readonly unknown[]> {
  try {
    const init = { headers: { accept: "application/json, application/jwk-set+json" } };
    const options = { development: config.development, mostBytes: limits.clientKeysBytes };
    const response = await outboundFetch(address, init, options);
    const set = response.status === 200 ? parseJson(await response.text()) : undefined;
    return isRecord(set) && Array.isArray(set.keys) ? set.keys.slice(0, mostKeys) : [];
  } catch (error) {
    if (error instanceof OutboundError) return [];
    throw error;
  }
}
