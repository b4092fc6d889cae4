import type { Bindings } from "../../config/env.ts";
import type { Jurisdiction } from "../../config/jurisdictions.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";

type Namespace = Bindings["USERS"];

/**
 * The namespace whose objects stay within the jurisdiction. Throws StorageUnavailable where the runtime has no such thing, as workerd
 * on one's own machine: what is to stay within a region is made nowhere else instead.
 */
export function namespaceWithin(namespace: Namespace, jurisdiction: Jurisdiction | null): Namespace {
  if (jurisdiction === null) return namespace;
  try {
    return namespace.jurisdiction(jurisdiction);
  } catch (cause) {
    throw new StorageUnavailable("jurisdiction", cause);
  }
}

/** Whether objects can be kept within it here. Asks nobody. */
export function offersJurisdiction(namespace: Namespace, jurisdiction: Jurisdiction): boolean {
  try {
    namespaceWithin(namespace, jurisdiction);
    return true;
  } catch {
    return false;
  }
}
