// The harness's side of scripts/chaos/worker.js: counts steps, lets one of them go wrong, and keeps the queues.

/** What can happen at a step. `kill`: the process gets SIGKILL; the others are answers that the Worker meets. */
export const MODES = {
  "kill before": { at: "before", kill: true, meaning: "SIGKILL before the step begins" },
  "kill during": { at: "before", kill: true, during: true, meaning: "SIGKILL within 4 ms after the step began" },
  "kill after": { at: "after", kill: true, meaning: "SIGKILL once it has done its work, before anybody knows" },
  fails: { at: "before", fault: "fail", meaning: "the step fails" },
  overloaded: { at: "before", fault: "overloaded", meaning: "the step fails, and says that there is too much to do" },
  "answer lost": { at: "after", fault: "lost", meaning: "the step has done its work, and its answer is lost" },
  slow: { at: "before", delayMs: 400, meaning: "the step takes 0.4 s longer" },
};

const DURING_MS = 4;
const QUIET_MS = 25;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Control {
  /** Kills the process. */
  kill = () => {};
  clockAheadMs = 0;
  #armed = null;
  #open = new Set();
  #changedAt = 0;
  #queue = [];
  #random;

  /** @param {() => number} random from 0 to 1 */
  constructor(random) {
    this.#random = random;
  }

  /** From now on steps are counted; the nth meets what the mode says. Without a mode all is well. */
  arm(mode, n) {
    this.#armed = { mode, n, names: [], hit: null };
  }

  /** The steps since `arm`, and the name of the one that went wrong. */
  disarm() {
    const { names, hit } = this.#armed;
    this.#armed = null;
    return { names, hit };
  }

  /** What the service binding CONTROL answers. */
  answer = async (request) => {
    const said = await request.json();
    if (new URL(request.url).pathname === "/queue") return this.#enqueue(said);
    const fault = await this.#step(said);
    return Response.json({ fault: fault ?? null, clockAheadMs: this.clockAheadMs });
  };

  async #step({ id, name, at }) {
    this.#changedAt = performance.now();
    const armed = this.#armed;
    if (at === "after") this.#open.delete(id);
    else {
      this.#open.add(id);
      if (armed !== null) armed.names.push({ id, name });
    }
    if (armed?.mode === undefined || armed.hit !== null) return undefined;
    if (at !== armed.mode.at || armed.names.findIndex((step) => step.id === id) !== armed.n - 1) return undefined;
    armed.hit = name;
    const { kill, during, delayMs, fault } = armed.mode;
    if (kill && during) setTimeout(this.kill, this.#random() * DURING_MS);
    else if (kill) {
      this.kill();
      return pause(60_000);
    }
    if (delayMs !== undefined) await pause(delayMs);
    if (fault !== undefined && at === "before") this.#open.delete(id);
    return fault;
  }

  /** After the process has died nothing is open any more. */
  forgetOpen() {
    this.#open.clear();
  }

  /** Resolves when no step has been under way for a moment, or after five seconds. */
  async quiet() {
    const until = performance.now() + 5_000;
    while (performance.now() < until) {
      if (this.#open.size === 0 && performance.now() - this.#changedAt > QUIET_MS) return;
      await pause(5);
    }
  }

  #enqueue({ queue, messages }) {
    const now = Date.now() + this.clockAheadMs;
    for (const { body, delaySeconds = 0 } of messages)
      this.#queue.push({ id: crypto.randomUUID(), queue, body, attempts: 0, dueAt: now + delaySeconds * 1000 });
    return Response.json({});
  }

  /** The messages that are due, of one queue. */
  due() {
    const now = Date.now() + this.clockAheadMs;
    const ready = this.#queue.filter(({ dueAt }) => dueAt <= now);
    return ready.filter(({ queue }) => queue === ready[0]?.queue);
  }

  /** When the next message is due, in milliseconds from now; undefined when there is none. */
  untilNextMs() {
    const now = Date.now() + this.clockAheadMs;
    return this.#queue.length === 0 ? undefined : Math.min(...this.#queue.map(({ dueAt }) => dueAt)) - now;
  }

  /** What the consumer has said of a batch. */
  settle(batch, outcomes) {
    const now = Date.now() + this.clockAheadMs;
    for (const [at, { outcome, delaySeconds }] of outcomes.entries()) {
      const message = batch[at];
      message.attempts += 1;
      message.dueAt = now + delaySeconds * 1000;
      if (outcome === "ack") this.#queue.splice(this.#queue.indexOf(message), 1);
    }
  }
}
