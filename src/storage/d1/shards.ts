import { type Bindings, mainShard, shardNames } from "../../config/env.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";

/** The deployment's databases. Every one has all tables; which rows lie where, `Databases` says. */
export interface Databases {
  /** What is found without knowing the realm: realms, their domains and signing keys, the deployment's audit chain and its sweep. */
  readonly directory: D1Database;
  /** Everything else of a realm lies in the one of these that its row names. The directory is among them, as `main`. */
  readonly shards: ReadonlyMap<string, D1Database>;
}

const known = new WeakMap<object, Databases>();

export function databasesOf(env: Bindings): Databases {
  const made = known.get(env);
  if (made?.directory === env.DB) return made;
  const others = shardNames(env).flatMap((name): [string, D1Database][] => {
    const database = env[`DB_${name.toUpperCase()}`];
    return database === undefined ? [] : [[name, database]];
  });
  const databases = { directory: env.DB, shards: new Map([[mainShard, env.DB], ...others]) };
  known.set(env, databases);
  return databases;
}

/** Throws StorageUnavailable when the deployment does not bind it: a realm whose rows are out of reach has not lost them. */
export function shardNamed({ shards }: Databases, name: string): D1Database {
  const shard = shards.get(name);
  if (shard === undefined) throw new StorageUnavailable("shard", new Error(`no binding for the shard ${name}`));
  return shard;
}

/** Runs it on each shard, and holds up none because another fails. Throws the first failure when all have had their turn. */
export async function onEachShard(
  { shards }: Databases,
  run: (database: D1Database, name: string) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled([...shards].map(([name, database]) => run(database, name)));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
