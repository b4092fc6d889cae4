// A model of the deployment: operations are calls in a row, each to something that serves one after another or to something that only takes time.
// Seeded, so that the same run says the same.

/** @param {number} seed @returns {() => number} from 0 to 1 (mulberry32) */
export function randomBy(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const exponential = (random, mean) => -Math.log(1 - random()) * mean;

/**
 * Which of `count` things, the first the likeliest: the n-th is asked n^-exponent as often (Zipf), by the inverse of the continuous distribution.
 * @returns {number} from 0
 */
export function zipf(random, count, exponent) {
  const power = 1 - exponent;
  const drawn = power === 0 ? (count + 1) ** random() : (1 + random() * ((count + 1) ** power - 1)) ** (1 / power);
  return Math.min(count - 1, Math.floor(drawn) - 1);
}

/** The earliest first. */
class Agenda {
  #entries = [];

  get size() {
    return this.#entries.length;
  }

  add(at, entry) {
    const entries = this.#entries;
    entry.at = at;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (entries[parent].at <= at) break;
      entries[index] = entries[parent];
      index = parent;
    }
    entries[index] = entry;
  }

  next() {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (entries.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && entries[child + 1].at < entries[child].at) child += 1;
      if (entries[child].at >= last.at) break;
      entries[index] = entries[child];
      index = child;
    }
    entries[index] = last;
    return first;
  }
}

/**
 * @typedef {object} Call
 * @property {string} [server] what serves one after another: `user:17`, `shard:3`. Without one, the call only takes its time
 * @property {number} serviceMs how long it is served
 * @property {number} [turnMs] what it costs the server to look for who waits: paid once for all whom it finds
 * @property {number} [awayMs] the way there and back, besides
 * @property {boolean} [unawaited] nobody waits for it
 *
 * @typedef {object} Operation
 * @property {string} name
 * @property {number} at ms
 * @property {readonly Call[]} calls
 */

/**
 * Serves operations in the order of time. A server that has `mostWaitingMs` of work before it refuses, as the platform does (`overloaded`).
 * @param {Iterable<Operation>} operations need not be in order
 * @param {{ mostWaitingMs?: number, onDone?: (operation: Operation, at: number) => Operation | undefined }} [options] `onDone` may answer what follows
 */
export function simulate(operations, { mostWaitingMs = 10_000, onDone } = {}) {
  const agenda = new Agenda();
  for (const operation of operations) agenda.add(operation.at, { operation, step: 0 });
  /** @type {Map<string, { turnAt: number, freeAt: number, busyMs: number, calls: number, longestWaitMs: number }>} */
  const servers = new Map();
  const latencies = new Map();
  const refused = new Map();
  let [from, until] = [Number.POSITIVE_INFINITY, 0];
  while (agenda.size > 0) {
    const entry = agenda.next();
    const { operation, at: now } = entry;
    const call = operation.calls[entry.step];
    from = Math.min(from, now);
    until = Math.max(until, now);
    if (call === undefined) {
      const { name } = operation;
      if (!latencies.has(name)) latencies.set(name, []);
      latencies.get(name).push(now - operation.at);
      const following = onDone?.(operation, now);
      if (following !== undefined) agenda.add(following.at, { operation: following, step: 0 });
      continue;
    }
    entry.step += 1;
    const { server, serviceMs, turnMs = 0, awayMs = 0, unawaited = false } = call;
    let doneAt = now + serviceMs + awayMs;
    if (server !== undefined) {
      let state = servers.get(server);
      if (state === undefined) {
        state = { turnAt: 0, freeAt: 0, busyMs: 0, calls: 0, longestWaitMs: 0 };
        servers.set(server, state);
      }
      const waitMs = Math.max(0, state.freeAt - now);
      if (waitMs > mostWaitingMs) {
        refused.set(operation.name, (refused.get(operation.name) ?? 0) + 1);
        continue;
      }
      state.longestWaitMs = Math.max(state.longestWaitMs, waitMs);
      // Who comes before the next turn has begun is served in it; who comes later makes another.
      const isNewTurn = state.turnAt <= now;
      const takenMs = isNewTurn ? turnMs + serviceMs : serviceMs;
      if (isNewTurn) state.turnAt = now + waitMs;
      state.freeAt = now + waitMs + takenMs;
      state.busyMs += takenMs;
      state.calls += 1;
      doneAt = state.freeAt + awayMs;
    }
    agenda.add(unawaited ? now : doneAt, entry);
  }
  return {
    servers,
    latencies: new Map([...latencies].map(([name, values]) => [name, percentiles(values)])),
    refused,
    spanMs: until - from,
  };
}

function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
