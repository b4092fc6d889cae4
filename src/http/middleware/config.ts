import { createMiddleware } from "hono/factory";
import { parseEnv } from "../../config/env.ts";
import type { AppEnv } from "../env.ts";

/** First of all: without usable secrets nothing is served. */
export const config = createMiddleware<AppEnv>(async (c, next) => {
  c.set("config", parseEnv(c.env));
  await next();
});
