// Stands before the built Worker. Each call that leaves it is a step: the harness is told before it begins and after it
// has done its work, and says what is to go wrong there. Queues are the harness's, so that messages outlive the process.
import worker, { UserObject as BuiltObject } from "./index.js";

const EXECUTING = new Set(["all", "raw", "run", "first"]);
const realNow = Date.now;
let aheadMs = 0;
/** Waiting is moving the clock: what is to be waited for is said in the product's answers. */
Date.now = () => realNow() + aheadMs;

let control;

async function tell(about) {
  const answer = await control.fetch("http://control/step", { method: "POST", body: JSON.stringify(about) });
  const { fault, clockAheadMs } = await answer.json();
  aheadMs = clockAheadMs;
  return fault;
}

const FAULTS = {
  fail: () => new Error("out of order"),
  lost: () => Object.assign(new Error("the connection was lost"), { retryable: true }),
  overloaded: () => Object.assign(new Error("too much to do"), { retryable: true, overloaded: true }),
};

/** Runs one call as a step. */
async function step(name, run) {
  const id = crypto.randomUUID();
  const before = await tell({ id, name, at: "before" });
  if (before !== null) throw FAULTS[before]();
  const answer = await run();
  const after = await tell({ id, name, at: "after" });
  if (after !== null) throw FAULTS[after]();
  return answer;
}

const bound = (target, property) => {
  const value = Reflect.get(target, property);
  return typeof value === "function" ? value.bind(target) : value;
};

/** Every method of it is a step. */
const watched = (target, name) =>
  new Proxy(target, {
    get: (inner, property) => {
      if (typeof Reflect.get(inner, property) !== "function") return Reflect.get(inner, property);
      return (...values) => step(`${name}.${String(property)}`, () => inner[property](...values));
    },
  });

const originals = new WeakMap();

function watchedStatement(statement) {
  const proxy = new Proxy(statement, {
    get(inner, property) {
      if (property === "bind") return (...values) => watchedStatement(inner.bind(...values));
      if (!EXECUTING.has(property)) return bound(inner, property);
      return (...values) => step(`DB.${property}`, () => inner[property](...values));
    },
  });
  originals.set(proxy, statement);
  return proxy;
}

const watchedDatabase = (database) =>
  new Proxy(database, {
    get(inner, property) {
      if (property === "prepare") return (query) => watchedStatement(inner.prepare(query));
      if (property !== "batch") return bound(inner, property);
      return (statements) =>
        step("DB.batch", () => inner.batch(statements.map((statement) => originals.get(statement) ?? statement)));
    },
  });

const watchedObjects = (namespace) =>
  new Proxy(namespace, {
    get: (inner, property) =>
      property === "getByName" ? (name) => watched(inner.getByName(name), "USERS") : bound(inner, property),
  });

/** What is counted elsewhere every few seconds belongs to no request. */
const isOfNoRequest = ({ event }) => event?.type === "tokens.issued";

function queue(name, binding) {
  const sendBatch = async (messages) => {
    const kept = [...messages].filter(({ body }) => !isOfNoRequest(body));
    if (kept.length === 0) return;
    const body = JSON.stringify({ queue: name, messages: kept });
    await step(`${binding}.send`, () => control.fetch("http://control/queue", { method: "POST", body }));
  };
  return { sendBatch, send: (body, options) => sendBatch([{ body, ...options }]) };
}

const outbound = globalThis.fetch;
globalThis.fetch = (input, init) => step("fetch", () => outbound(input, init));

const made = new WeakMap();

function watchedEnv(env) {
  control = env.CONTROL;
  const known = made.get(env);
  if (known !== undefined) return known;
  const bindings = {
    ...env,
    DB: watchedDatabase(env.DB),
    GRANTS: watched(env.GRANTS, "GRANTS"),
    USERS: watchedObjects(env.USERS),
    ADDRESS_LIMITER: watched(env.ADDRESS_LIMITER, "LIMITER"),
    JOBS: queue("gatehouse-jobs", "JOBS"),
    AUDIT: queue("gatehouse-audit", "AUDIT"),
  };
  made.set(env, bindings);
  return bindings;
}

export class UserObject extends BuiltObject {
  #state;

  constructor(state, env) {
    super(state, watchedEnv(env));
    this.#state = state;
  }

  /** Rings the alarm if it is set and due by the harness's clock. */
  async ringWhenDue() {
    const at = await this.#state.storage.getAlarm();
    if (at === null || at > Date.now()) return false;
    await this.#state.storage.deleteAlarm();
    await this.alarm();
    return true;
  }
}

/** One batch of the harness's queue. Answers what is to become of each message. */
async function consume(request, env, context) {
  const { queue: name, messages } = await request.json();
  const outcomes = messages.map(() => ({ outcome: "ack", delaySeconds: 0 }));
  const retry = (at, { delaySeconds = 0 } = {}) => {
    outcomes[at] = { outcome: "retry", delaySeconds };
  };
  const batch = {
    queue: name,
    messages: messages.map(({ id, body, attempts }, at) => {
      const ack = () => {
        outcomes[at] = { outcome: "ack", delaySeconds: 0 };
      };
      return { id, body, attempts, timestamp: new Date(Date.now()), ack, retry: (options) => retry(at, options) };
    }),
    ackAll: () => {},
    retryAll: (options) => {
      for (const at of messages.keys()) retry(at, options);
    },
  };
  try {
    await worker.queue(batch, watchedEnv(env), context);
  } catch {
    batch.retryAll();
  }
  return Response.json(outcomes);
}

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const bindings = watchedEnv(env);
    aheadMs = Number(request.headers.get("x-clock-ahead-ms") ?? aheadMs);
    if (pathname === "/chaos/queue") return consume(request, env, context);
    if (pathname === "/chaos/alarm") {
      const rang = await env.USERS.getByName(searchParams.get("object")).ringWhenDue();
      return Response.json({ rang });
    }
    return worker.fetch(request, bindings, context);
  },
};
