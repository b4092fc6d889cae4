import { type Bindings, mainShard } from "../config/env.ts";
import type { Jurisdiction } from "../config/jurisdictions.ts";
import { limits } from "../config/limits.ts";
import { RealmStore } from "./d1/realm-store.ts";
import { databasesOf } from "./d1/shards.ts";
import { UserObjects } from "./user-object/handle.ts";

/** Whether each store answered, by its name: `database`, `database_<shard>`, `key_value`, `objects`, `objects_<jurisdiction>`. */
export type Reached = Readonly<Record<string, boolean>>;
type Questions = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * Asks every store that the deployment is made of something that changes nothing: each database, KV, and an object within each jurisdiction that
 * a realm has, or new ones are to have. What has not answered in time does not answer. The queues have
 * no question that costs nothing; what they do not take is kept elsewhere.
 */
export async function askStores(
  env: Bindings,
  newRealmsJurisdiction: Jurisdiction | null,
  timeoutMs: number = limits.readinessTimeoutMs,
): Promise<Reached> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, timeoutMs);
  const ask = async (questions: Questions): Promise<Reached> => {
    const asked = Object.entries(questions).map(async ([name, question]): Promise<[string, boolean]> => {
      const answer = async () => question();
      return Promise.race([answer(), tooLate]).then(
        () => [name, true],
        () => [name, false],
      );
    });
    return Object.fromEntries(await Promise.all(asked));
  };
  const databases = databasesOf(env);
  const used = new RealmStore(databases).jurisdictionsInUse();
  const others = [...databases.shards].filter(([name]) => name !== mainShard);
  const within = async (): Promise<Reached> => {
    const inUse = await Promise.race([used, tooLate]).catch(() => []);
    const regions = new Set([...inUse, ...(newRealmsJurisdiction === null ? [] : [newRealmsJurisdiction])]);
    return ask(Object.fromEntries([...regions].map((region) => [`objects_${region}`, () => askObject(env, region)])));
  };
  try {
    const answers = await Promise.all([
      ask({
        database: () => used,
        ...Object.fromEntries(
          others.map(([name, shard]) => [
            `database_${name}`,
            () => shard.prepare("select 1 from realms limit 1").run(),
          ]),
        ),
        key_value: () => env.GRANTS.get("readyz"),
        objects: () => askObject(env, null),
      }),
      within(),
    ]);
    return Object.assign({}, ...answers);
  } finally {
    clearTimeout(timer);
  }
}

const askObject = (env: Bindings, jurisdiction: Jurisdiction | null): Promise<boolean> =>
  new UserObjects(env.USERS, { id: "readyz", jurisdiction }).callStranger("AA", (object) => object.isSpent("readyz"));
