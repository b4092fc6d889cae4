/** GET /healthz and /readyz, on any host: whether requests can be served, and whether the stores answer. */
import { mainShard } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
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

type States = Readonly<Record<string, "ok" | "failing">>;

/** By environment: what was found last, and when. */
const found = new WeakMap<object, { readonly at: number; readonly states: States }>();

/** 503 when one does not answer. Which one, and which version this is, the holder of the deployment's token is told. */
export async function ready(c: AppContext): Promise<Response> {
  const mayKnow = isOperator(c);
  const states = (mayKnow ? null : foundJustNow(c)) ?? (await ask(c));
  const isReady = Object.values(states).every((state) => state === "ok");
  c.header("cache-control", "no-store");
  if (!isReady) c.header("retry-after", "5");
  const body = {
    status: isReady ? "ready" : "not-ready",
    ...(mayKnow ? { version: c.env.VERSION?.id ?? null, checks: states } : {}),
  };
  return c.json(body, isReady ? 200 : 503);
}

/** However often strangers ask, and however many databases there are, these are asked about once a second. */
function foundJustNow({ env }: AppContext): States | null {
  const last = found.get(env);
  return last !== undefined && Date.now() - last.at < limits.readinessAgeMs ? last.states : null;
}

async function ask(c: AppContext): Promise<States> {
  const asked = await Promise.all(
    Object.entries({ ...databaseChecks(c), ...checks }).map(async ([name, check]) => {
      const isThere = await check(c).then(
        () => true,
        () => false,
      );
      return [name, isThere ? "ok" : "failing"] as const;
    }),
  );
  const states: States = Object.fromEntries(asked);
  found.set(c.env, { at: Date.now(), states });
  return states;
}

const isOperator = (c: AppContext): boolean =>
  equalInConstantTime(c.req.header("authorization") ?? "", `Bearer ${c.get("config").adminToken}`);
