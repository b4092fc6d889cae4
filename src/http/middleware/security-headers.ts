import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../env.ts";

/** On every answer. Pages add a content security policy of their own (http/page.ts). */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "no-referrer");
  c.header("cross-origin-resource-policy", "same-origin");
  if (c.get("config").scheme === "https") c.header("strict-transport-security", "max-age=63072000; includeSubDomains");
  await next();
});
