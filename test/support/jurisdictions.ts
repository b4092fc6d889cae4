import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Jurisdiction } from "../../src/config/jurisdictions.ts";

/** An object that was asked for: by which name, and through which jurisdiction's namespace. */
export interface Asked {
  readonly within: Jurisdiction | null;
  readonly name: string;
}

/**
 * Does what the platform does and workerd does not: a name stands for another object in each jurisdiction. All code of the isolate
 * meets it, jobs and the test itself too. Undone by `vi.restoreAllMocks()`.
 */
export function withJurisdictions(): Asked[] {
  const asked: Asked[] = [];
  const namespaces: DurableObjectNamespace = Object.getPrototypeOf(env.USERS);
  const stubOf = namespaces.getByName;
  vi.spyOn(namespaces, "getByName").mockImplementation(function (this: DurableObjectNamespace, name) {
    asked.push({ within: null, name });
    return stubOf.call(this, name);
  });
  vi.spyOn(namespaces, "jurisdiction").mockImplementation(function (this: DurableObjectNamespace, within) {
    const getByName = (name: string) => {
      asked.push({ within: within as Jurisdiction, name });
      return stubOf.call(this, `${within}/${name}`);
    };
    return { getByName } as unknown as DurableObjectNamespace;
  });
  return asked;
}

/** Those of one realm, by what they stand for: `user`, `client`, `devices` … each with the namespaces it was asked through. */
export function namespacesOf(asked: readonly Asked[], realmId: string): Record<string, (Jurisdiction | null)[]> {
  const own = asked.filter(({ name }) => name.startsWith(`${realmId}:`));
  const kinds = Map.groupBy(own, ({ name }) => {
    const kind = name.slice(realmId.length + 1).split(":")[0] ?? "";
    return /^\d+$/.test(kind) ? "user" : kind;
  });
  return Object.fromEntries([...kinds].map(([kind, calls]) => [kind, [...new Set(calls.map(({ within }) => within))]]));
}
