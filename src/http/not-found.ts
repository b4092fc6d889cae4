import type { Hono } from "hono";
import { Problem } from "../errors/errors.ts";
import type { AppContext, AppEnv } from "./env.ts";

/** An address that exists for other methods answers 405 and names them (RFC 9110 §15.5.6); anything else 404. */
export function notFound(app: () => Hono<AppEnv>) {
  let known: { method: string; pattern: RegExp }[] | undefined;
  return (c: AppContext): never => {
    known ??= app()
      .routes.filter((route) => route.method !== "ALL" && !route.path.endsWith("*"))
      .map((route) => ({ method: route.method, pattern: patternOf(route.path) }));
    const path = c.req.path;
    const methods = new Set(known.filter((route) => route.pattern.test(path)).map((route) => route.method));
    if (methods.size === 0 || methods.has(c.req.method)) throw new Problem("not-found");
    c.header("allow", [...methods].join(", "));
    throw new Problem("method-not-allowed");
  };
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.+^$()|[\]\\]/g, "\\$&").replaceAll(/:[A-Za-z]+(?:\\?\{[^}]*\})?/g, "[^/]+")}$`);
