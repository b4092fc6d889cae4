import { mainShard } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { type RewrapOutcome, rewrap } from "../../crypto/rewrap.ts";
import {
  type KeySweepRow,
  type KeySweepStore,
  type SealedColumnName,
  sealedColumns,
} from "../../storage/d1/key-sweep-store.ts";
import type { ObjectsOwner, UserMethods } from "../../storage/user-object/handle.ts";
import { clientSecretPurpose } from "../clients/client-secret.ts";
import { providerSecretPurpose } from "../federation/provider.ts";
import { signingKeyPurpose } from "../keys/realm-keys.ts";
import { sourceSecretPurpose } from "../sources/source.ts";
import { webhookSecretPurpose } from "../webhooks/webhook.ts";

const purposes: Readonly<Record<SealedColumnName, string>> = {
  signing_keys: signingKeyPurpose,
  client_secrets: clientSecretPurpose,
  provider_secrets: providerSecretPurpose,
  retired_provider_secrets: providerSecretPurpose,
  source_secrets: sourceSecretPurpose,
  webhook_secrets: webhookSecretPurpose,
  old_webhook_secrets: webhookSecretPurpose,
};

const columns = Object.keys(sealedColumns) as SealedColumnName[];
/** What is gone over, and in which database: as a sweep's note names it, and in the order of the sweep. */
interface Stage {
  readonly name: string;
  readonly what: SealedColumnName | "users";
  readonly shard: string;
}

/** First what is sealed in each database, last the objects of users by each database's list. */
function stagesOf({ shards }: KeySweepStore): Stage[] {
  const on = (shard: string, what: Stage["what"]): Stage => ({
    name: shard === mainShard ? what : `${what}@${shard}`,
    what,
    shard,
  });
  return [
    ...shards.flatMap((shard) => columns.map((column) => on(shard, column))),
    ...shards.map((shard) => on(shard, "users")),
  ];
}

/** What a sweep goes over the deployment with. */
export interface Sweeping {
  readonly store: KeySweepStore;
  readonly ring: KeyRing;
  readonly callUser: <Value>(
    user: { readonly id: number; readonly realm: ObjectsOwner },
    run: (object: UserMethods) => Promise<Value>,
  ) => Promise<Value>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One step of the sweep, named so that the same one delivered twice is known. */
export interface SweepJob {
  readonly type: "rewrap";
  readonly keyId: string;
  readonly round: number;
  readonly stage: string;
  readonly after: number;
}

const jobOf = ({ keyId, round, stage, after }: KeySweepRow): SweepJob => ({
  type: "rewrap",
  keyId,
  round,
  stage,
  after,
});

const firstRow = (keyId: string, since: number, round: number, now: number): KeySweepRow => ({
  id: 1,
  keyId,
  since,
  round,
  roundBegunAt: now,
  roundEndedAt: null,
  stage: columns[0] ?? "users",
  after: 0,
  users: 0,
  rewrapped: 0,
  lost: 0,
  movedAt: now,
});

/**
 * What the hourly job does about the sweep: begins it when another key seals than before, begins the second round a day later, and
 * takes up one that has not moved for long. Null when there is nothing to do. `wanted`: an operator asks for one more round.
 */
export async function nextSweepJob({ store, ring, now }: Sweeping, wanted = false): Promise<SweepJob | null> {
  const row = await store.find();
  const next = whatNow(row, ring.currentKeyId, now, wanted);
  if (next === null) return null;
  if (!ring.hasOlderKeys) {
    // What lies under another key cannot be opened anyhow: it is only written down since when this one seals.
    if (row?.keyId !== next.keyId) await store.replace(row, { ...next, round: 2, roundEndedAt: now });
    return null;
  }
  return next === row || (await store.replace(row, next)) ? jobOf(next) : null;
}

function whatNow(row: KeySweepRow | null, keyId: string, now: number, wanted: boolean): KeySweepRow | null {
  if (row === null || row.keyId !== keyId) return firstRow(keyId, now, 1, now);
  if (row.roundEndedAt === null) return wanted || now - row.movedAt >= limits.keySweepPatienceMs ? row : null;
  const isSecondDue = row.round === 1 && now - row.since >= limits.keySweepSecondRoundMs;
  return wanted || isSecondDue ? firstRow(keyId, row.since, row.round + 1, now) : null;
}

/**
 * One step: a page of values is sealed anew, each only if nobody has replaced it meanwhile; then the note moves on. Killed in between,
 * the step is done again and finds nothing to do. Answers the next one; null at the end, and to a step that is not the sweep's any more.
 */
export async function sweepOn(sweeping: Sweeping, job: SweepJob): Promise<SweepJob | null> {
  const { store, ring, now } = sweeping;
  const row = await store.find();
  const isDue =
    row !== null &&
    row.roundEndedAt === null &&
    row.keyId === ring.currentKeyId &&
    row.keyId === job.keyId &&
    row.round === job.round &&
    row.stage === job.stage &&
    row.after === job.after;
  if (!isDue) return null;
  const stages = stagesOf(store);
  const known = stages.findIndex(({ name }) => name === row.stage);
  // A database that was taken from the deployment meanwhile: the round begins anew.
  const [at, after] = known < 0 ? [0, 0] : [known, row.after];
  const { what, shard } = stages[at] ?? { what: "users", shard: mainShard };
  const page =
    what === "users" ? await rewrapUsers(sweeping, shard, after) : await rewrapRows(sweeping, shard, what, after);
  const nextStage = stages[at + 1]?.name;
  const next: KeySweepRow = {
    ...row,
    users: row.users + page.users,
    rewrapped: row.rewrapped + page.rewrapped,
    lost: row.lost + page.lost,
    movedAt: now,
    ...(page.after !== null
      ? { after: page.after }
      : nextStage === undefined
        ? { roundEndedAt: now }
        : { stage: nextStage, after: 0 }),
  };
  if (!(await store.replace(row, next))) return null;
  return next.roundEndedAt === null ? jobOf(next) : null;
}

/** `after`: where the next page begins; null when there is none. */
interface Page {
  readonly users: number;
  readonly rewrapped: number;
  readonly lost: number;
  readonly after: number | null;
}

async function rewrapRows(
  { store, ring }: Sweeping,
  shard: string,
  column: SealedColumnName,
  after: number,
): Promise<Page> {
  const values = await store.sealedByOthers(shard, column, ring.currentKeyId, after, limits.keySweepRows);
  const outcomes: RewrapOutcome[] = [];
  for (const value of values)
    outcomes.push(
      await rewrap(ring, purposes[column], value.context, value.sealed, (sealed) =>
        store.rewrap(shard, column, value, sealed),
      ),
    );
  const isLast = values.length < limits.keySweepRows;
  return {
    users: 0,
    rewrapped: outcomes.filter((outcome) => outcome === "rewrapped").length,
    lost: outcomes.filter((outcome) => outcome === "lost").length,
    after: isLast ? null : (values.at(-1)?.rowId ?? null),
  };
}

async function rewrapUsers({ store, callUser }: Sweeping, shard: string, after: number): Promise<Page> {
  const page = await store.usersAfter(shard, after, limits.keySweepUsers);
  const done = await Promise.all(
    page.map(({ id, realm }) =>
      realm === null
        ? { rewrapped: 0, lost: 0 }
        : callUser({ id, realm }, (object) => object.rewrapSecrets(`${realm.id}|${id}`)),
    ),
  );
  const isLast = page.length < limits.keySweepUsers;
  return {
    users: page.length,
    rewrapped: done.reduce((sum, { rewrapped }) => sum + rewrapped, 0),
    lost: done.reduce((sum, { lost }) => sum + lost, 0),
    after: isLast ? null : (page.at(-1)?.id ?? null),
  };
}
