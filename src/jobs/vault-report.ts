import { type Bindings, parseEnv } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { keyRing } from "../crypto/key-ring.ts";
import type { VaultTallies } from "../domain/mail/notice.ts";
import type { Realm } from "../domain/realms/realm.ts";
import { RealmDirectory } from "../domain/realms/realm-directory.ts";
import type { Job } from "../http/jobs.ts";
import { type Message, writeMessage } from "../http/messages/message.ts";
import { systemClock } from "../lib/time.ts";
import { textsFor } from "../pages/texts/index.ts";
import { CallLogStore, type TallyRow } from "../storage/d1/call-log-store.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { realmsWithTallies } from "../storage/d1/tidying.ts";
import { consentEvents } from "../storage/events.ts";
import { onEachRestingShard, type RestingShard } from "./each-shard.ts";

/**
 * Tells each realm's operator of calls that have failed in hours that are over, and of consents (contract §6). Whoever takes the tallies
 * reports them: a second run has nothing to say. Given back when the queue does not take the mail.
 */
export async function reportOnVaults(env: Bindings, now: number): Promise<void> {
  const config = parseEnv(env);
  const directory = new RealmDirectory(databasesOf(env), config, keyRing(config), systemClock);
  await onEachRestingShard(env, (shard) => reportOn(env, shard, directory, now));
}

async function reportOn(
  env: Bindings,
  { db, aside }: RestingShard,
  directory: RealmDirectory,
  now: number,
): Promise<void> {
  for (const realmId of await realmsWithTallies(db, now)) {
    if (aside.has(realmId)) continue;
    const log = new CallLogStore(db, realmId);
    const tallies = await log.takeTallies(now);
    const realm = tallies.length === 0 ? null : await directory.findById(realmId);
    const message = realm === null ? null : reportOf(realm, tallies, now);
    if (message === null) continue;
    try {
      await env.JOBS.send({ type: "send-message", realmId, kind: "vault-report", message } satisfies Job);
    } catch (error) {
      await log.giveBackTallies(now);
      throw error;
    }
  }
}

/** Null when the realm has nobody to tell. */
function reportOf(realm: Realm, rows: readonly TallyRow[], now: number): Message | null {
  const { mail, languages } = realm.settings;
  if (mail.operator_address === undefined) return null;
  const failures = linesOf(rows.filter((row) => !isConsent(row)));
  const consents = linesOf(rows.filter(isConsent));
  const to = { kind: "email", value: mail.operator_address } as const;
  const texts = textsFor(undefined, undefined, languages);
  return writeMessage(realm, texts, { type: "vault-report", to, failures, consents }, now);
}

const isConsent = ({ code }: TallyRow): boolean => consentEvents.some((event) => event === code);

/** The most frequent first; of many kinds the rest is a number. */
function linesOf(rows: readonly TallyRow[]): VaultTallies {
  const sorted = rows.toSorted((one, other) => other.count - one.count);
  const lines = sorted.slice(0, limits.vaultDigestLines).map((row) => ({
    provider: row.provider,
    clientId: row.clientId,
    code: row.code,
    count: row.count,
    statusCode: row.lastStatusCode,
    lastCallId: row.lastCallId,
  }));
  return { lines, more: sorted.length - lines.length };
}
