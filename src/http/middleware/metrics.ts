import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { RealmContext } from "../../domain/realm-context.ts";
import type { AppContext, AppEnv } from "../env.ts";

/**
 * One data point a request in the deployment's Analytics Engine, if it has one: which endpoint, whose realm, how it ended, how long it took.
 * The endpoint's pattern, never the path; nothing about the person. docs/operating.md names the columns.
 */
export const metrics = createMiddleware<AppEnv>(async (c, next) => {
  const dataset = c.env.METRICS;
  if (dataset === undefined) return next();
  const begunAt = Date.now();
  await next();
  const context: RealmContext | undefined = c.get("realm");
  const answer = {
    method: c.req.method,
    endpoint: endpointOf(c),
    status: c.res.status,
    refusal: c.get("refusal") ?? "",
  };
  writeDataPoint(dataset, context?.realm.id ?? "none", answer, begunAt);
});

export interface Answered {
  readonly method: string;
  /** The pattern of its path. */
  readonly endpoint: string;
  readonly status: number;
  /** The wire code, or nothing. */
  readonly refusal: string;
}

/** `begunAt`: milliseconds since the epoch. */
export function writeDataPoint(
  dataset: AnalyticsEngineDataset,
  realmId: string,
  { method, endpoint, status, refusal }: Answered,
  begunAt: number,
): void {
  dataset.writeDataPoint({
    indexes: [realmId],
    blobs: [method, endpoint, `${Math.floor(status / 100)}xx`, refusal],
    doubles: [Date.now() - begunAt, status],
  });
}

/** The first of what matches that is an endpoint and no middleware. */
const endpointOf = (c: AppContext): string => matchedRoutes(c).find(({ path }) => !path.endsWith("*"))?.path ?? "none";
