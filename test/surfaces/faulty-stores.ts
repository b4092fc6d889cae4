import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import type { Bindings } from "../../src/config/env.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";

/** An error in place of the call, or after it: the work is done, and the answer lost. */
export type Fault = (binding: string, operation: string) => Error | { readonly afterwards: Error } | null;

/** The binding with faults in it. */
function faulty<Value extends object>(value: Value, name: string, fault: Fault): Value {
  return new Proxy(value, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) => {
        const error = fault(name, String(property));
        if (error instanceof Error) throw error;
        const result: unknown = Reflect.apply(member, target, parameters);
        if (error !== null) return Promise.resolve(result).then(() => Promise.reject(error.afterwards));
        const isMore = typeof result === "object" && result !== null && !(result instanceof Promise);
        return isMore ? faulty(result, name, fault) : result;
      };
    },
  });
}

/** Sends one request to the app with faults in its stores. The realm is read anew, so that it uses them. */
export async function requestWith(
  context: RealmContext,
  fault: Fault,
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  forgetHosts(context.realm.hosts);
  const bindings: Bindings = {
    ...(env as Bindings),
    DB: faulty(env.DB, "DB", fault),
    GRANTS: faulty(env.GRANTS, "GRANTS", fault),
    USERS: faulty(env.USERS, "USERS", fault),
  };
  const execution = createExecutionContext();
  const response = await app.fetch(new Request(url, { redirect: "manual", ...init }), bindings, execution);
  await waitOnExecutionContext(execution);
  forgetHosts(context.realm.hosts);
  return response;
}

export const broken =
  (...names: string[]): Fault =>
  (binding) =>
    names.includes(binding) ? new Error(`D1_ERROR: canary of ${binding}: SQLITE_BUSY`) : null;

/** The first call of D1 after those that read the realm: one statement, prepared, bound and asked. */
export const afterTheRealm = 4;

/** Breaks the nth and all later calls to a binding. Each call to an object takes two. */
export function brokenFrom(name: string, first: number): Fault {
  let calls = 0;
  return (binding) => (binding === name && ++calls >= first ? new Error(`canary of ${name}`) : null);
}
