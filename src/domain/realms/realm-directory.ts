import type { Config } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { Clock } from "../../lib/time.ts";
import { type FoundRealm, RealmStore } from "../../storage/d1/realm-store.ts";
import type { Databases } from "../../storage/d1/shards.ts";
import { type Realm, realmOf } from "./realm.ts";

const byHost = new BoundedCache<Realm>(limits.cachedRealms, limits.realmCacheAgeMs);
const unknownHosts = new BoundedCache<true>(limits.cachedUnknownHosts, limits.unknownHostCacheAgeMs);

/** What the isolate has in hand, without waiting. `now`: milliseconds since the epoch. */
export const knownRealm = (host: string, now: number): Realm | undefined => byHost.get(host, now);

/** Finds realms. What the isolate knows is used for at most `limits.realmCacheAgeMs`. */
export class RealmDirectory {
  readonly #store: RealmStore;
  readonly #config: Config;
  readonly #ring: KeyRing;
  readonly #clock: Clock;

  constructor(databases: Databases, config: Config, ring: KeyRing, clock: Clock) {
    this.#store = new RealmStore(databases);
    this.#config = config;
    this.#ring = ring;
    this.#clock = clock;
  }

  /** What the isolate has in hand, without waiting. */
  known(host: string): Realm | undefined {
    return knownRealm(host, this.#clock.now());
  }

  async findByHost(host: string): Promise<Realm | null> {
    const now = this.#clock.now();
    const known = byHost.get(host, now);
    if (known !== undefined) return known;
    if (unknownHosts.get(host, now)) return null;
    const record = await this.#store.findByHost(host);
    if (record !== null) return this.#keep(record);
    unknownHosts.set(host, true, now);
    return null;
  }

  /** By id, straight from the database; for operators. */
  async findById(id: string): Promise<Realm | null> {
    const record = await this.#store.findById(id);
    return record === null ? null : this.#keep(record);
  }

  #keep(record: FoundRealm): Realm {
    const realm = realmOf(record, this.#config, this.#ring);
    const now = this.#clock.now();
    for (const host of realm.hosts) byHost.set(host, realm, now);
    return realm;
  }
}

/** After a change, this isolate forgets at once; the others within `limits.realmCacheAgeMs`. */
export function forgetHosts(hosts: readonly string[]): void {
  for (const host of hosts) {
    byHost.delete(host);
    unknownHosts.delete(host);
  }
}
