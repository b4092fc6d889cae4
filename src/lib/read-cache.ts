import { BoundedCache } from "./bounded-cache.ts";
import { InFlight } from "./in-flight.ts";
import type { Clock } from "./time.ts";

/** A cache that is filled by reading: once for all who miss the same at the same time. Null is not kept. */
export class ReadCache<Value> {
  readonly #kept: BoundedCache<Value>;
  readonly #reads = new InFlight<Value | null>();
  #forgotten = 0;

  constructor(maxEntries: number, maxAgeMs: number) {
    this.#kept = new BoundedCache(maxEntries, maxAgeMs);
  }

  /** What is at hand, without waiting. `now`: milliseconds since the epoch. */
  known(key: string, now: number): Value | undefined {
    return this.#kept.get(key, now);
  }

  /** Its age counts from before it was read, and it is not kept when something was forgotten meanwhile: it may be from before that change. */
  read<Found extends Value | null>(key: string, clock: Clock, read: () => Promise<Found>): Promise<Found> {
    return this.#reads.get(key, async () => {
      const [forgotten, readAt] = [this.#forgotten, clock.now()];
      const value = await read();
      if (value !== null && forgotten === this.#forgotten) this.#kept.set(key, value, readAt);
      return value;
    }) as Promise<Found>;
  }

  delete(key: string): void {
    this.#forgotten += 1;
    this.#kept.delete(key);
    this.#reads.delete(key);
  }

  clear(): void {
    this.#forgotten += 1;
    this.#kept.clear();
    this.#reads.clear();
  }
}
