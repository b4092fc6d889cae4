import { createMiddleware } from "hono/factory";
import type { Config } from "../../config/env.ts";
import type { AppEnv } from "../env.ts";

/** On every answer. Pages add a content security policy of their own (http/page.ts). */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  for (const [name, value] of c.get("config").scheme === "https" ? listOverTls : listOverAny) c.header(name, value);
  await next();
});

export const securityHeadersOf = ({ scheme }: Config): Readonly<Record<string, string>> =>
  scheme === "https" ? overTls : overAny;

const overAny = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

const overTls = { ...overAny, "strict-transport-security": "max-age=63072000; includeSubDomains" } as const;

const listOverAny = Object.entries(overAny);
const listOverTls = Object.entries(overTls);
