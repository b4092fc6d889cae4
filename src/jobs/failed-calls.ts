import { type Bindings, parseEnv } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { keyRing } from "../crypto/key-ring.ts";
import type { Realm } from "../domain/realms/realm.ts";
import { RealmDirectory } from "../domain/realms/realm-directory.ts";
import type { Job } from "../http/jobs.ts";
import { type Message, writeMessage } from "../http/messages/message.ts";
import { systemClock } from "../lib/time.ts";
import { textsFor } from "../pages/texts/index.ts";
import { CallLogStore, type FailureRow, realmsWithFailures } from "../storage/d1/call-log-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { onEachRestingShard } from "./each-shard.ts";

/**
 * Tells each realm's operator of calls that have failed in hours that are over. Whoever takes the failures reports them: a second run has
 * nothing to say. Given back when the queue does not take the mail.
 */
export async function reportFailedCalls(env: Bindings, now: number): Promise<void> {
  const config = parseEnv(env);
  const directory = new RealmDirectory(databasesOf(env), config, keyRing(config), systemClock);
  await onEachRestingShard(env, (shard, _name, aside) => reportOn(shard, aside, directory, env, now));
}

async function reportOn(
  shard: D1Database,
  aside: ReadonlySet<string>,
  directory: RealmDirectory,
  env: Bindings,
  now: number,
): Promise<void> {
  for (const realmId of await realmsWithFailures(shard, now)) {
    if (aside.has(realmId)) continue;
    const log = new CallLogStore(shard, realmId);
    const failures = await log.takeFailures(now);
    const realm = failures.length === 0 ? null : await directory.findById(realmId);
    const message = realm === null ? null : reportOf(realm, failures, now);
    if (message === null) continue;
    try {
      await env.JOBS.send({ type: "send-message", message } satisfies Job);
    } catch (error) {
      await log.giveBackFailures(now);
      throw error;
    }
  }
}

/** Null when the realm has nobody to tell. */
function reportOf(realm: Realm, rows: readonly FailureRow[], now: number): Message | null {
  const { mail, languages } = realm.settings;
  if (mail.operator_address === undefined) return null;
  const worst = rows.toSorted((one, other) => other.count - one.count);
  const failures = worst.slice(0, limits.vaultDigestLines).map((row) => ({
    provider: row.provider,
    clientId: row.clientId,
    code: row.code,
    count: row.count,
    statusCode: row.lastStatusCode,
    lastCallId: row.lastCallId,
  }));
  const to = { kind: "email", value: mail.operator_address } as const;
  const more = worst.length - failures.length;
  return writeMessage(
    realm,
    textsFor(undefined, undefined, languages),
    { type: "failed-calls", to, failures, more },
    now,
  );
}
