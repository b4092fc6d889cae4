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
  const { status } = c.res;
  const context: RealmContext | undefined = c.get("realm");
  dataset.writeDataPoint({
    indexes: [context?.realm.id ?? "none"],
    blobs: [c.req.method, endpointOf(c), `${Math.floor(status / 100)}xx`, c.get("refusal") ?? ""],
    doubles: [Date.now() - begunAt, status],
  });
});

/** The first of what matches that is an endpoint and no middleware. */
const endpointOf = (c: AppContext): string => matchedRoutes(c).find(({ path }) => !path.endsWith("*"))?.path ?? "none";
