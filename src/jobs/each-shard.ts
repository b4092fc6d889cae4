import type { Bindings } from "../config/env.ts";
import { RealmMoveStore } from "../storage/d1/realm-move-store.ts";
import { databasesOf, onEachShard } from "../storage/d1/shards.ts";

/**
 * Runs an hourly job on each shard, but for those that take no changes of a realm which is being moved: their turn is in an hour.
 * `aside`: realms whose rows on this shard are a copy, or were left behind, and are nobody's business.
 */
export async function onEachRestingShard(
  env: Bindings,
  run: (shard: D1Database, name: string, aside: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  const databases = databasesOf(env);
  const { fenced, aside } = await new RealmMoveStore(databases.directory).underWay();
  const shards = new Map([...databases.shards].filter(([name]) => !fenced.has(name)));
  await onEachShard({ ...databases, shards }, (shard, name) => run(shard, name, aside(name)));
}
