import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../env.ts";

/** RFC 6749 §5.1. Set before the answer is made, so that errors carry it too. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  c.header("cache-control", "no-store");
  await next();
});
