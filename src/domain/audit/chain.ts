import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { InFlight } from "../../lib/in-flight.ts";
import type { AuditEvent } from "../../storage/audit-events.ts";
import { AuditStore, type ChainLink, type NewLink } from "../../storage/d1/audit-store.ts";
import type { RealmStore } from "../../storage/d1/realm-store.ts";
import { countsOf } from "./counts.ts";

/** The hash of an entry: SHA-256, in base64url, of its realm, its number, the hash before it and the event, a line each (docs/audit.md). */
const linkHash = (realmId: string, seq: number, previousHash: string, body: string): Promise<string> =>
  sha256(`${realmId}\n${seq}\n${previousHash}\n${body}`);

/** What one caller wants appended; how that ended is null until it has. */
interface Waiting {
  readonly events: readonly AuditEvent[];
  end: "appended" | "failed-together" | { readonly error: unknown } | null;
}

/** By chain, in the order in which they came. */
const lines = new Map<string, Set<Waiting>>();
const appending = new InFlight<void>(limits.auditAppendPatienceMs);

/**
 * Appends to one realm's chain what is not in it yet. One caller of an isolate appends at a time, and takes along all who wait: they do
 * not race each other for the next number. Where that fails each tries its own, for another's events or database may have been the reason.
 * Throws StorageUnavailable.
 */
export async function appendEvents(store: AuditStore, realmId: string, events: readonly AuditEvent[]): Promise<void> {
  const line = lines.get(realmId) ?? new Set();
  lines.set(realmId, line);
  const mine: Waiting = { events, end: null };
  line.add(mine);
  while (mine.end === null) await appending.get(realmId, () => appendLine(store, realmId, line));
  if (mine.end === "failed-together") await append(store, realmId, events);
  else if (mine.end !== "appended") throw mine.end.error;
}

/** Whoever is in the line stays there until it has ended: the request that appends may be gone before. */
async function appendLine(store: AuditStore, realmId: string, line: Set<Waiting>): Promise<void> {
  const together = firstOf(line);
  const end = await append(
    store,
    realmId,
    together.flatMap(({ events }) => events),
  ).then(
    () => "appended" as const,
    (error: unknown) => (together.length === 1 ? { error } : "failed-together"),
  );
  for (const one of together) {
    one.end = end;
    line.delete(one);
  }
  if (line.size === 0 && lines.get(realmId) === line) lines.delete(realmId);
}

function firstOf(line: Iterable<Waiting>): Waiting[] {
  const first: Waiting[] = [];
  let count = 0;
  for (const one of line) {
    count += one.events.length;
    if (first.length > 0 && count > limits.auditAppendedAtOnce) break;
    first.push(one);
  }
  return first;
}

const mostTries = 12;

/**
 * Whoever appends at the same time in another isolate finds the next number taken and begins again from the new head, so nothing is lost or
 * doubled however often an event is sent.
 */
async function append(store: AuditStore, realmId: string, events: readonly AuditEvent[]): Promise<void> {
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
