import { limits } from "../../config/limits.ts";
import { ReadCache } from "../../lib/read-cache.ts";
import type { Clock } from "../../lib/time.ts";
import { ProviderStore } from "../../storage/d1/provider-store.ts";
import { isOpenForSignIn, type Provider, providerOf } from "./provider.ts";

/** A realm's providers, as those ask who sign people in, and those who call for them. */
interface Providers {
  readonly open: readonly Provider[];
  readonly byName: ReadonlyMap<string, Provider>;
}

const cache = new ReadCache<Providers>(limits.cachedRealms, limits.realmCacheAgeMs);

/** Finds one realm's providers. */
export class ProviderDirectory {
  readonly store: ProviderStore;
  readonly #realmId: string;
  readonly #clock: Clock;

  constructor(db: D1Database, realmId: string, clock: Clock) {
    this.store = new ProviderStore(db, realmId);
    this.#realmId = realmId;
    this.#clock = clock;
  }

  /** Those that the pages offer. What the isolate knows is used for at most `limits.realmCacheAgeMs`. */
  async listOpen(): Promise<readonly Provider[]> {
    return (await this.#all()).open;
  }

  /** Straight from the database: one that was disabled a moment ago signs nobody in. */
  async find(name: string): Promise<Provider | null> {
    if (!providerName.test(name)) return null;
    const row = await this.store.find(name);
    return row === null ? null : providerOf(row);
  }

  /** The same for one that may have been deleted meanwhile: to give back to it what it gave. `since`: when it was made. */
  async findOnce(name: string, since: number): Promise<Provider | null> {
    const current = await this.find(name);
    if (current?.createdAt === since) return current;
    const row = await this.store.findRetired(name, since);
    return row === null ? null : providerOf(row);
  }

  /** For calls of the token vault, of which there are many: as old as `listOpen`. */
  async findForCall(name: string): Promise<Provider | null> {
    return (await this.#all()).byName.get(name) ?? null;
  }

  async #all(): Promise<Providers> {
    const known = cache.known(this.#realmId, this.#clock.now());
    return known ?? (await cache.read(this.#realmId, this.#clock, () => this.#read()));
  }

  async #read(): Promise<Providers> {
    const all = (await this.store.list()).map(providerOf);
    return { open: all.filter(isOpenForSignIn), byName: new Map(all.map((one) => [one.name, one])) };
  }

  /** After a change, this isolate forgets at once; the others within `limits.realmCacheAgeMs`. */
  forget(): void {
    cache.delete(this.#realmId);
  }
}

/** What a provider may be called. */
export const providerName = /^[a-z][a-z0-9_-]{0,31}$/;
