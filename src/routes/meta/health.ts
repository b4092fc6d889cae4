/** GET /healthz and /readyz, on any host: whether requests can be served, and whether the stores answer. */
import { mainShard } from "../../config/env.ts";
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import type { AppContext } from "../../http/env.ts";
import { databasesOf } from "../../storage/d1/shards.ts";
import { UserObjects } from "../../storage/user-object/handle.ts";

export const health = (c: AppContext): Response => c.json({ status: "ok" });

type Check = (c: AppContext) => Promise<unknown>;

/** A question to each store that changes nothing. The queue has none that costs nothing; what it does not take is kept elsewhere. */
const checks: Readonly<Record<"key_value" | "objects", Check>> = {
  key_value: (c) => c.env.GRANTS.get("readyz"),
  objects: (c) =>
    new UserObjects(c.env.USERS, { id: "readyz", jurisdiction: null }).callStranger("AA", (object) =>
      object.isSpent("readyz"),
    ),
};

/** `database` is the directory, and the first shard; the others go by their names, too. */
const databaseChecks = (c: AppContext): Readonly<Record<string, Check>> =>
  Object.fromEntries(
    [...databasesOf(c.env).shards].map(([name, shard]) => [
      name === mainShard ? "database" : `database_${name}`,
      () => shard.prepare("select 1 from realms limit 1").run(),
    ]),
  );

/** 503 when one does not answer. Which one, and which version this is, the holder of the deployment's token is told. */
export async function ready(c: AppContext): Promise<Response> {
  const states = await Promise.all(
    Object.entries({ ...databaseChecks(c), ...checks }).map(async ([name, check]) => {
      const isThere = await check(c).then(
        () => true,
        () => false,
      );
      return [name, isThere ? "ok" : "failing"] as const;
    }),
  );
  const isReady = states.every(([, state]) => state === "ok");
  c.header("cache-control", "no-store");
  if (!isReady) c.header("retry-after", "5");
  const body = {
    status: isReady ? "ready" : "not-ready",
    ...(isOperator(c) ? { version: c.env.VERSION?.id ?? null, checks: Object.fromEntries(states) } : {}),
  };
  return c.json(body, isReady ? 200 : 503);
}

const isOperator = (c: AppContext): boolean =>
  equalInConstantTime(c.req.header("authorization") ?? "", `Bearer ${c.get("config").adminToken}`);
