type Outcome<Value> = { readonly value: Value } | { readonly error: unknown };

/** Something that is being fetched; how it ended is null until it has. */
interface Flight<Value> {
  outcome: Outcome<Value> | null;
}

/** Longer than a read from far away takes. */
const usualPatienceMs = 500;
const lookEveryMs = 4;

/**
 * Has what several requests want at the same time fetched once. The runtime lets no request wait for a promise of another's, and ends what a request has begun
 * when that ends: so those who wait look every few milliseconds whether the answer is there, and fetch it themselves after `patienceMs`.
 */
export class InFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>();
  readonly #patienceMs: number;

  constructor(patienceMs = usualPatienceMs) {
    this.#patienceMs = patienceMs;
  }

  /** What `fetch` answers, here or where it has been begun for this key. Throws what it throws. */
  async get(key: string, fetch: () => Promise<Value>): Promise<Value> {
    for (;;) {
      const flight = this.#flights.get(key);
      if (flight === undefined) return this.#begin(key, fetch);
      const outcome = await this.#end(flight);
      if (outcome === null) this.#forget(key, flight);
      else if ("error" in outcome) throw outcome.error;
      else return outcome.value;
    }
  }

  /** Whoever asks from now on does not get what was asked for before. */
  delete(key: string): void {
    this.#flights.delete(key);
  }

  clear(): void {
    this.#flights.clear();
  }

  async #begin(key: string, fetch: () => Promise<Value>): Promise<Value> {
    const flight: Flight<Value> = { outcome: null };
    this.#flights.set(key, flight);
    try {
      const value = await fetch();
      flight.outcome = { value };
      return value;
    } catch (error) {
      flight.outcome = { error };
      throw error;
    } finally {
      this.#forget(key, flight);
    }
  }

  async #end(flight: Flight<Value>): Promise<Outcome<Value> | null> {
    for (let waitedMs = 0; flight.outcome === null && waitedMs < this.#patienceMs; waitedMs += lookEveryMs)
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    return flight.outcome;
  }

  #forget(key: string, flight: Flight<Value>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
