import { sha256 } from "../../crypto/hash.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import type { AuditEvent } from "../../storage/audit-events.ts";
import { AuditStore, type ChainLink, type NewLink } from "../../storage/d1/audit-store.ts";
import type { RealmStore } from "../../storage/d1/realm-store.ts";
import { countsOf } from "./counts.ts";

/** The hash of an entry: SHA-256, in base64url, of its realm, its number, the hash before it and the event, a line each (docs/audit.md). */
const linkHash = (realmId: string, seq: number, previousHash: string, body: string): Promise<string> =>
  sha256(`${realmId}\n${seq}\n${previousHash}\n${body}`);

const mostTries = 12;

/**
 * Appends to one realm's chain what is not in it yet. Whoever appends at the same time finds the next number taken and begins again from
 * the new head, so nothing is lost or doubled however often an event is sent. Throws StorageUnavailable.
 */
export async function appendEvents(store: AuditStore, realmId: string, events: readonly AuditEvent[]): Promise<void> {
  const wanted = [...new Map(events.map((event) => [event.id, event])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (let tried = 1; ; tried++) {
    const { head, known } = await store.head(wanted.map(({ id }) => id));
    const missing = wanted.filter(({ id }) => !known.has(id));
    if (missing.length === 0) return;
    if (await store.append(await linked(realmId, head, missing), countsOf(missing))) return;
    if (tried === mostTries) throw new StorageUnavailable("audit.append", new Error("the chain is busy"));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** Math.min(tried, 6) * 5));
  }
}

/** The same for a realm of which nothing but the id is at hand. Of one that is gone nothing is kept. */
export async function appendEventsOf(
  realms: RealmStore,
  realmId: string,
  events: readonly AuditEvent[],
): Promise<void> {
  const shard = await realms.findShard(realmId);
  if (shard !== null) await appendEvents(new AuditStore(shard, realmId), realmId, events);
}

async function linked(realmId: string, head: ChainLink, events: readonly AuditEvent[]): Promise<NewLink[]> {
  const links: NewLink[] = [];
  let { seq, hash } = head;
  for (const event of events) {
    const body = canonicalJson(event);
    seq += 1;
    hash = await linkHash(realmId, seq, hash, body);
    links.push({ seq, hash, body, event });
  }
  return links;
}
