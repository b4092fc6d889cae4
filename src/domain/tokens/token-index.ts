/** Which token is whose, by its hash alone (contract §5): written where a server may ask, and nowhere else. */
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { IndexedToken } from "../../storage/kv/token-index-store.ts";
import type { RealmContext } from "../realm-context.ts";

const indexed = new BoundedCache<true>(limits.cachedIndexedTokens, limits.indexedTokenMemoryMs);

/**
 * `expiresAt` in milliseconds since the epoch. Nobody is kept from signing in when it does not work: the token is then unknown to those
 * who ask, until it is used.
 */
export function indexToken(
  context: RealmContext,
  token: string,
  whose: IndexedToken,
  expiresAt: number,
): Promise<void> | null {
  const { sessionsIndexedSince, indexesAccessTokens } = context.realm;
  const isIndexed = whose.kind === "session" ? sessionsIndexedSince !== null : indexesAccessTokens;
  return isIndexed ? putIndexed(context, token, whose, expiresAt) : null;
}

async function putIndexed(context: RealmContext, token: string, whose: IndexedToken, expiresAt: number): Promise<void> {
  try {
    await context.tokenIndex.put(await sha256(token), whose, expiresAt, context.clock.now());
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
  }
}

/** Whether a session's token is from before every isolate knew that somebody may ask. `issuedAt`: seconds since the epoch. */
export function isFromBefore({ realm }: RealmContext, issuedAt: number): boolean {
  const since = realm.sessionsIndexedSince;
  return since !== null && issuedAt * 1000 < since + 2 * limits.realmCacheAgeMs;
}

/** Sessions live long: one from before is indexed when it is used, once by each isolate. `expiresAt`: seconds since the epoch. */
export async function indexEarlierToken(
  context: RealmContext,
  token: string,
  session: { readonly userId: number; readonly sid: string },
  expiresAt: number,
): Promise<void> {
  const key = `${context.realm.id}|${session.sid}|${token.slice(-43)}`;
  const now = context.clock.now();
  if (indexed.get(key, now) !== undefined) return;
  indexed.set(key, true, now);
  await indexToken(context, token, { kind: "session", ...session }, expiresAt * 1000);
}
