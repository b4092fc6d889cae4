import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import type { Bindings } from "../../src/config/env.ts";

/** Told of each call that leaves the Worker, named `<binding>.<method>`. Whatever it throws, the Worker meets as that call's failure. */
export interface Watch {
  before(call: string): void;
  /** The call has done its work, its answer is on the way. */
  after?(call: string): void;
}

type Method = (...values: unknown[]) => unknown;

const executing = ["all", "raw", "run", "first"];

/**
 * The test's own bindings under watch. The Worker's caches are kept per environment and host, so a file makes one of these, and a
 * realm is forgotten (`forgetHosts`) before it is first used through it.
 */
export function watchedEnv(watch: Watch): Bindings {
  const call = async (name: string, run: () => unknown): Promise<unknown> => {
    watch.before(name);
    const answer = await run();
    watch.after?.(name);
    return answer;
  };

  const watched = <Target extends object>(
    target: Target,
    name: string,
    isWatched: (method: string) => boolean,
  ): Target =>
    new Proxy(target, {
      get(inner, property) {
        const value: unknown = Reflect.get(inner, property);
        if (typeof value !== "function") return value;
        const method = (...values: unknown[]): unknown => Reflect.apply(value as Method, inner, values);
        return isWatched(String(property))
          ? (...values: unknown[]) => call(`${name}.${String(property)}`, () => method(...values))
          : method;
      },
    });

  const originals = new WeakMap<object, D1PreparedStatement>();
  const watchedStatement = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = watched(
      new Proxy(statement, {
        get(inner, property) {
          if (property === "bind") return (...values: unknown[]) => watchedStatement(inner.bind(...values));
          const value: unknown = Reflect.get(inner, property);
          return typeof value === "function" ? value.bind(inner) : value;
        },
      }),
      "DB",
      (method) => executing.includes(method),
    );
    originals.set(proxy, statement);
    return proxy;
  };

  return {
    ...env,
    DB: new Proxy(env.DB, {
      get(inner, property) {
        if (property === "prepare") return (query: string) => watchedStatement(inner.prepare(query));
        if (property === "batch")
          return (statements: D1PreparedStatement[]) =>
            call("DB.batch", () => inner.batch(statements.map((statement) => originals.get(statement) ?? statement)));
        const value: unknown = Reflect.get(inner, property);
        return typeof value === "function" ? value.bind(inner) : value;
      },
    }),
    GRANTS: watched(env.GRANTS, "GRANTS", () => true),
    USERS: new Proxy(env.USERS, {
      get(inner, property) {
        if (property === "getByName") return (name: string) => watched(inner.getByName(name), "USERS", () => true);
        const value: unknown = Reflect.get(inner, property);
        return typeof value === "function" ? value.bind(inner) : value;
      },
    }),
    JOBS: watched(env.JOBS, "JOBS", () => true),
    ADDRESS_LIMITER: watched(env.ADDRESS_LIMITER, "ADDRESS_LIMITER", () => true),
  };
}

/** One request to the Worker in that environment, redirects not followed. */
export async function requestIn(bindings: Bindings, url: string, init: RequestInit = {}): Promise<Response> {
  const context = createExecutionContext();
  const response = await app.fetch(new Request(url, { redirect: "manual", ...init }), bindings, context);
  await waitOnExecutionContext(context);
  return response;
}
