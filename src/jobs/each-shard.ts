import type { Bindings } from "../config/env.ts";
import { RealmMoveStore } from "../storage/d1/realm-move-store.ts";
import { databasesOf, onEachShard } from "../storage/d1/shards.ts";

/** A shard on which no realm is closed to changes. */
export interface RestingShard {
  readonly db: D1Database;
  readonly name: string;
  /** Realms whose rows here are a copy, or were left behind, and are nobody's business. */
  readonly aside: ReadonlySet<string>;
}

/** Runs an hourly job on each shard, but for those that take no changes of a realm which is being moved: their turn is in an hour. */
export async function onEachRestingShard(env: Bindings, run: (shard: RestingShard) => Promise<void>): Promise<void> {
  const databases = databasesOf(env);
  const { fenced, aside } = await new RealmMoveStore(databases.directory).underWay();
  const shards = new Map([...databases.shards].filter(([name]) => !fenced.has(name)));
  await onEachShard({ ...databases, shards }, (db, name) => run({ db, name, aside: aside(name) }));
}
