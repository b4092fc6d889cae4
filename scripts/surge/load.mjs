// Requests that come when they come, whether or not the ones before were answered: as people do, and a closed loop does not.
import { UnexpectedAnswer } from "../../bench/lib/connection.mjs";
import { driversFor } from "../soak/drivers.mjs";
import { OPERATIONS } from "../soak/operations.mjs";

/** Of a hundred requests. A sign-in costs as much as some hundred of the others. */
const MIX = {
  discovery: 10,
  jwks: 10,
  "client-credentials": 16,
  "code-loop": 10,
  refresh: 16,
  userinfo: 16,
  "users-me": 14,
  introspection: 6,
  "sign-in and out": 2,
};
const TURNS = Object.entries(MIX).flatMap(([operation, share]) => Array.from({ length: share }, () => operation));
/** Has no divisor in common with the number of turns: each has its turn, and likes are apart. */
const STRIDE = 37;
const TICK_MS = 2;
const READIED_AT_ONCE = 8;
const AT_ONCE_FOR_CAPACITY = 16;
const REFUSED = new Set([429, 503]);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A refusal that says when to come again. */
const isShed = (error) =>
  error instanceof UnexpectedAnswer &&
  REFUSED.has(error.answer.status) &&
  Number(error.answer.header("retry-after")) > 0;

export class SurgeLoad {
  #drivers;
  #free = new Map(Object.keys(OPERATIONS).map((operation) => [operation, []]));
  #turn = 0;
  #underWay = new Set();

  constructor(world) {
    this.#drivers = driversFor({ ...world, isCarriedOn: true });
  }

  get mostAtOnce() {
    return this.#drivers.length;
  }

  /** Signs everybody in. */
  async ready() {
    const waiting = this.#drivers.values();
    const readySome = async () => {
      for (const driver of waiting) {
        driver.step = await OPERATIONS[driver.operation].start(driver.connection, driver.context);
        this.#free.get(driver.operation).push(driver);
      }
    };
    await Promise.all(Array.from({ length: READIED_AT_ONCE }, readySome));
  }

  #next() {
    this.#turn = (this.#turn + STRIDE) % TURNS.length;
    return TURNS[this.#turn];
  }

  /** How many a second are done when a few people ask without a rest. */
  async capacity(seconds) {
    const endsAt = performance.now() + seconds * 1000;
    const tally = newTally();
    const askOn = async () => {
      while (performance.now() < endsAt) {
        const driver = this.#free.get(this.#next()).pop();
        if (driver === undefined) await pause(TICK_MS);
        else await this.#perform(driver, tally);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE_FOR_CAPACITY }, askOn));
    if (tally.wrong > 0) throw new Error(tally.firstWrong);
    return tally.latenciesMs.length / seconds;
  }

  /** @returns what happened, a tally for each second: of the requests that came in it, some of which may still be under way */
  async offer(perSecond, seconds) {
    const tallies = Array.from({ length: seconds }, newTally);
    const startedAt = performance.now();
    for (let come = 0; ; ) {
      const elapsed = (performance.now() - startedAt) / 1000;
      if (elapsed >= seconds) break;
      const tally = tallies[Math.floor(elapsed)];
      for (const due = Math.floor(elapsed * perSecond); come < due; come += 1) {
        tally.offered += 1;
        const driver = this.#free.get(this.#next()).pop();
        if (driver === undefined) tally.unsent += 1;
        else {
          const done = this.#perform(driver, tally).finally(() => this.#underWay.delete(done));
          this.#underWay.add(done);
        }
      }
      await pause(TICK_MS);
    }
    return tallies;
  }

  /** Waits for what is under way, and hangs up. */
  async end() {
    await Promise.all(this.#underWay);
    for (const { connection } of this.#drivers) connection.close();
  }

  async #perform(driver, tally) {
    const { operation, connection, context } = driver;
    const startedAt = performance.now();
    try {
      driver.step ??= await OPERATIONS[operation].start(connection, context);
      await driver.step();
      tally.latenciesMs.push(performance.now() - startedAt);
    } catch (error) {
      if (isShed(error)) tally.shed += 1;
      else {
        tally.wrong += 1;
        tally.firstWrong ??= `${operation}, ${context.realm.name}: ${error?.message ?? error}`;
        driver.step = undefined;
        connection.close();
      }
    } finally {
      this.#free.get(operation).push(driver);
    }
  }
}

/** `unsent`: came while as many were under way as there are connections. */
const newTally = () => ({ offered: 0, unsent: 0, shed: 0, wrong: 0, firstWrong: undefined, latenciesMs: [] });
