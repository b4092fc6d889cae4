import type { Config } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { InFlight } from "../../lib/in-flight.ts";
import type { Clock } from "../../lib/time.ts";
import { type FoundRealm, findRealmByHost, findRealmById } from "../../storage/d1/found-realm.ts";
import { type Fresh, forgetBookmarks, readFromCopies } from "../../storage/d1/fresh-reads.ts";
import { RealmStore } from "../../storage/d1/realm-store.ts";
import type { Databases } from "../../storage/d1/shards.ts";
import { type Realm, realmOf } from "./realm.ts";

const byHost = new BoundedCache<Realm>(limits.cachedRealms, limits.realmCacheAgeMs);
const unknownHosts = new BoundedCache<true>(limits.cachedUnknownHosts, limits.unknownHostCacheAgeMs);
const beingRead = new InFlight<Realm | null>();
/** How often something was forgotten. What was asked for before is not kept: it may be from before the change. */
let forgotten = 0;

/** What the isolate has in hand, without waiting. `now`: milliseconds since the epoch. */
export const knownRealm = (host: string, now: number): Realm | undefined => byHost.get(host, now);

/** Finds realms. What the isolate knows is used for at most `limits.realmCacheAgeMs`. */
export class RealmDirectory {
  readonly #databases: Databases;
  readonly #config: Config;
  readonly #ring: KeyRing;
  readonly #clock: Clock;

  constructor(databases: Databases, config: Config, ring: KeyRing, clock: Clock) {
    this.#databases = databases;
    this.#config = config;
    this.#ring = ring;
    this.#clock = clock;
  }

  /** What the isolate has in hand, without waiting. */
  known(host: string): Realm | undefined {
    return knownRealm(host, this.#clock.now());
  }

  /** Those who ask for the same host while it is being read have it read once. */
  async findByHost(host: string): Promise<Realm | null> {
    const now = this.#clock.now();
    const known = byHost.get(host, now);
    if (known !== undefined) return known;
    if (unknownHosts.get(host, now)) return null;
    return beingRead.get(host, async () => {
      const before = forgotten;
      const { value: record, asOf } = await this.#read(host);
      if (record !== null) return this.#keep(record, before, asOf);
      if (before === forgotten) unknownHosts.set(host, true, this.#clock.now());
      return null;
    });
  }

  /** By id, straight from the database; for operators. */
  async findById(id: string): Promise<Realm | null> {
    const [before, now] = [forgotten, this.#clock.now()];
    const record = await findRealmById(this.#databases, id);
    return record === null ? null : this.#keep(record, before, now);
  }

  /** A deleted realm, for what it has still to say to others: without hosts and keys. */
  async findRetired(id: string): Promise<Realm | null> {
    const realm = await new RealmStore(this.#databases).findRetired(id);
    return realm === null ? null : realmOf({ realm, hosts: [], keys: [] }, this.#config, this.#ring);
  }

  async #read(host: string): Promise<Fresh<FoundRealm | null>> {
    const now = () => this.#clock.now();
    if (!this.#config.directoryReplicas) return { asOf: now(), value: await findRealmByHost(this.#databases, host) };
    return readFromCopies(this.#databases.directory, now, (source) => findRealmByHost(this.#databases, host, source));
  }

  #keep(record: FoundRealm, before: number, asOf: number): Realm {
    const realm = realmOf(record, this.#config, this.#ring);
    if (before === forgotten) for (const host of realm.hosts) byHost.set(host, realm, asOf);
    return realm;
  }
}

/** After a change, this isolate forgets at once; the others within `limits.realmCacheAgeMs`. */
export function forgetHosts(hosts: readonly string[]): void {
  forgotten += 1;
  forgetBookmarks();
  for (const host of hosts) {
    byHost.delete(host);
    unknownHosts.delete(host);
    beingRead.delete(host);
  }
}
