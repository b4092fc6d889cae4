import { env } from "cloudflare:workers";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { canonicalJson, type Plain } from "../../src/lib/canonical-json.ts";
import type { AuditEvent } from "../../src/storage/audit-events.ts";
import { AuditStore } from "../../src/storage/d1/audit-store.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { deployment, type Json } from "../admin/support.ts";
import { request } from "../support/world.ts";

/** What the realm's log says, the oldest first. */
export async function loggedIn(realmId: string): Promise<AuditEvent[]> {
  const shard = (await new RealmStore(databasesOf(env)).findShard(realmId)) ?? env.DB;
  const rows = await new AuditStore(shard, realmId).list({}, 0, 1000);
  return rows.map(({ body }) => JSON.parse(body) as AuditEvent).reverse();
}

/** Waits for the queue until what is looked for is there. Throws after some seconds. */
export async function eventually(
  realmId: string,
  isWanted: (event: AuditEvent) => boolean,
  least = 1,
): Promise<AuditEvent[]> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    const events = await loggedIn(realmId);
    const found = events.filter(isWanted);
    if (found.length >= least) return found;
    if (waitedMs > 12_000) throw new Error(`not in the log: ${JSON.stringify(events.map(({ type }) => type))}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export interface Exported {
  readonly preface: { realm: string; anchor: { seq: number; hash: string }; head: { seq: number; hash: string } };
  readonly links: { seq: number; hash: string; event: { [name: string]: Plain } }[];
}

export async function exported(realmId: string, query = ""): Promise<Exported> {
  const response = await request(`https://operators.test/admin/v1/realms/${realmId}/events/export${query}`, {
    headers: deployment,
  });
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const [first, ...rest] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
  return { preface: first?.chain as Exported["preface"], links: rest as unknown as Exported["links"] };
}

/** The first number whose hash does not follow from what stands before it; null when all is well. Written from docs/audit.md alone. */
export function firstBroken({ preface, links }: Exported): number | null {
  let { seq, hash } = preface.anchor;
  for (const link of links) {
    const text = `${preface.realm}\n${seq + 1}\n${hash}\n${canonicalJson(link.event)}`;
    if (link.seq !== seq + 1 || encodeBase64Url(sha256(utf8(text))) !== link.hash) return seq + 1;
    ({ seq, hash } = link);
  }
  return seq === preface.head.seq && hash === preface.head.hash ? null : seq + 1;
}
