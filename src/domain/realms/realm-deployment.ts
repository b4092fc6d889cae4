import type { Config } from "../../config/env.ts";
import type { Jurisdiction } from "../../config/jurisdictions.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { Problem } from "../../errors/errors.ts";
import type { Clock } from "../../lib/time.ts";
import type { RealmStore } from "../../storage/d1/realm-store.ts";
import type { RealmDirectory } from "./realm-directory.ts";

/** What the rules about realms themselves may use: all of them, where a RealmContext reaches one. */
export interface RealmDeployment {
  readonly realms: RealmStore;
  readonly directory: RealmDirectory;
  readonly config: Config;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** Whether this deployment's objects can be kept within it. */
  readonly offersJurisdiction: (jurisdiction: Jurisdiction) => boolean;
}

/** Lists of hosts by the field of the request that they came in. */
export type HostsByField = Readonly<Record<string, readonly string[]>>;

/** Throws Problem when another realm has one of the hosts, and says which. `exceptId`: the realm that may. */
export async function requireFreeHosts(
  { realms }: RealmDeployment,
  wanted: HostsByField,
  exceptId: string | null,
): Promise<void> {
  const taken = await realms.takenHosts(Object.values(wanted).flat(), exceptId);
  if (taken.length === 0) return;
  const faults = Object.entries(wanted)
    .map(([field, hosts]) => [field, hosts.filter((host) => taken.includes(host))] as const)
    .filter(([, hosts]) => hosts.length > 0)
    .map(([field, hosts]) => [field, `taken: ${hosts.join(", ")}`]);
  throw new Problem("domain-already-in-realm", { fields: Object.fromEntries(faults) });
}
