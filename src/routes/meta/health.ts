/** GET /healthz and /readyz, on any host: whether requests can be served, and whether the stores answer. */
import { limits } from "../../config/limits.ts";
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import type { AppContext } from "../../http/env.ts";
import { InFlight } from "../../lib/in-flight.ts";
import { askStores, type Reached } from "../../storage/reach.ts";

export const health = (c: AppContext): Response => c.json({ status: "ok" });

/** By environment: what was found last, and when. */
const found = new WeakMap<object, { readonly at: number; readonly reached: Reached }>();
const beingAsked = new WeakMap<object, InFlight<Reached>>();

/** 503 when a store does not answer. Which one, and which version this is, the holder of the deployment's token is told. */
export async function ready(c: AppContext): Promise<Response> {
  const mayKnow = isOperator(c);
  const reached = mayKnow ? await ask(c) : (foundJustNow(c) ?? (await askTogether(c)));
  const isReady = Object.values(reached).every((answers) => answers);
  c.header("cache-control", "no-store");
  if (!isReady) c.header("retry-after", "5");
  const states = Object.entries(reached).map(([name, answers]) => [name, answers ? "ok" : "failing"]);
  const body = {
    status: isReady ? "ready" : "not-ready",
    ...(mayKnow ? { version: c.env.VERSION?.id ?? null, checks: Object.fromEntries(states) } : {}),
  };
  return c.json(body, isReady ? 200 : 503);
}

/** However often strangers ask, and however many stores there are, these are asked once a second, and not again while they are. */
function foundJustNow({ env }: AppContext): Reached | null {
  const last = found.get(env);
  return last !== undefined && Date.now() - last.at < limits.readinessAgeMs ? last.reached : null;
}

function askTogether(c: AppContext): Promise<Reached> {
  const known = beingAsked.get(c.env) ?? new InFlight<Reached>(limits.readinessTimeoutMs);
  beingAsked.set(c.env, known);
  return known.get("", () => ask(c));
}

async function ask(c: AppContext): Promise<Reached> {
  const reached = await askStores(c.env, c.get("config").newRealmsJurisdiction);
  found.set(c.env, { at: Date.now(), reached });
  return reached;
}

const isOperator = (c: AppContext): boolean =>
  equalInConstantTime(c.req.header("authorization") ?? "", `Bearer ${c.get("config").adminToken}`);
