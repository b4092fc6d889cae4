// A deployment that can be killed: the built Worker in workerd, on storage that stays.
import { randomBytes } from "node:crypto";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { applyMigrations } from "../../bench/fixtures.mjs";
import { Connection } from "../../bench/lib/connection.mjs";
import { buildWorker, moduleOf, startWorker } from "../../bench/lib/worker.mjs";
import { freePort } from "../start/ports.mjs";

const ANSWER_WITHIN_MS = 15_000;
const WRAPPER = "worker.js";
const AUTH_DOMAIN = "auth.chaos.localhost";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Nothing came back: the process died, or hangs. */
export class Unanswered extends Error {
  hangs;

  constructor(hangs, cause) {
    super(hangs ? `no answer within ${ANSWER_WITHIN_MS / 1000} s` : "the connection broke", { cause });
    this.hangs = hangs;
  }
}

export class Deployment {
  control;
  host;
  starts = 0;
  #scratch;
  #built;
  #settings;
  #worker;
  #connection;
  #dead;

  constructor(control, scratch) {
    this.control = control;
    this.#scratch = scratch;
  }

  async open() {
    this.#built = await buildWorker(here("../../wrangler.toml"), this.#scratch.folder("build"));
    copyFileSync(here(`./${WRAPPER}`), path.join(this.#built.outdir, `chaos-${WRAPPER}`));
    this.#built.modules.unshift(moduleOf(this.#built.outdir, `chaos-${WRAPPER}`));
    const port = await freePort();
    this.adminToken = randomBytes(32).toString("base64url");
    const vars = {
      ENVIRONMENT: "development",
      DEV_SCHEME: "http",
      DEV_PORT: String(port),
      ADMIN_TOKEN: this.adminToken,
      KEY_ENCRYPTION_KEYS: `c1:${randomBytes(32).toString("base64url")}`,
    };
    const serviceBindings = { CONTROL: this.control.answer };
    this.#settings = { stateDir: this.#scratch.folder("state"), port, vars, serviceBindings };
    this.host = `${AUTH_DOMAIN}:${port}`;
    this.origin = `http://${this.host}`;
    await this.#start();
    await applyMigrations(this.#worker.miniflare, here("../../migrations"));
  }

  async #start() {
    this.#worker = await startWorker(this.#built, this.#settings);
    this.starts += 1;
    const { port } = this.#settings;
    this.#connection = new Connection({ port, host: this.host });
    this.#dead = false;
    this.control.kill = () => {
      if (this.#dead) return;
      this.#dead = true;
      process.kill(this.#worker.processId, "SIGKILL");
    };
  }

  get isDead() {
    return this.#dead;
  }

  get logLines() {
    return this.#worker.logLines;
  }

  /** Starts again on the same storage, after a kill. */
  async restart() {
    this.#connection.close();
    await this.#worker.stop().catch(() => undefined);
    this.control.forgetOpen();
    await this.#start();
  }

  async close() {
    this.#connection?.close();
    await this.#worker?.stop();
  }

  /** Sends one request. Throws Unanswered. @returns {Promise<import("../../bench/lib/connection.mjs").Answer>} */
  async ask({ headers = {}, ...request }) {
    const ahead = { "x-clock-ahead-ms": String(this.control.clockAheadMs) };
    const sending = this.#connection.send(this.#connection.encode({ ...request, headers: { ...headers, ...ahead } }));
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Unanswered(true)), ANSWER_WITHIN_MS);
    });
    try {
      return await Promise.race([sending, late]);
    } catch (error) {
      this.#connection.close();
      this.#connection = new Connection({ port: this.#settings.port, host: this.host });
      throw error instanceof Unanswered ? error : new Unanswered(false, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The operators' API. Throws unless it is answered with 2xx. */
  async admin(method, resource, json) {
    const headers = { authorization: `Bearer ${this.adminToken}` };
    const answer = await this.ask({ method, path: `/admin/v1/${resource}`, headers, ...(json ? { json } : {}) });
    if (answer.status >= 300) throw new Error(`${method} ${resource}: ${answer.status} ${answer.body}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** Hands over what is due in the queues, until nothing is. */
  async drain() {
    for (let batches = 0; batches < 200; batches += 1) {
      const batch = this.control.due();
      if (batch.length === 0) return;
      const messages = batch.map(({ id, body, attempts }) => ({ id, body, attempts: attempts + 1 }));
      const answer = await this.ask({ path: "/chaos/queue", json: { queue: batch[0].queue, messages } });
      this.control.settle(batch, answer.json());
    }
    throw new Error("the queue never becomes empty");
  }

  /** Waits for what goes on after an answer. Throws Unanswered when the process died meanwhile. */
  async quiet() {
    await this.control.quiet();
    if (this.#dead) throw new Unanswered(false);
  }

  /** The same, and the queue's work. */
  async settled() {
    do {
      await this.quiet();
      await this.drain();
    } while (this.control.due().length > 0);
    await this.quiet();
  }

  /** Lets time pass: alarms of these objects ring, and messages that waited are handed over. */
  async pass(milliseconds, objects = []) {
    this.control.clockAheadMs += milliseconds;
    for (const object of objects) await this.ask({ path: `/chaos/alarm?${new URLSearchParams({ object })}` });
    await this.settled();
  }
}
