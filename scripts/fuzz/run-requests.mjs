// Sends generated requests until enough were sent, and shrinks what was answered badly.
import * as fc from "fast-check";
import { Connection } from "../../bench/lib/connection.mjs";
import { asCurl, faultIn } from "./judge.mjs";
import { prepare, recipes } from "./prepared.mjs";
import { requestsOf } from "./requests.mjs";
import { asSent, spoil } from "./spoil.mjs";

const DEADLINE_MS = 10_000;
const RENEW_EVERY = 400;
const MOST_FINDINGS = 25;
/** A turn is no longer: between two it is looked at the clock. */
const TURN_REQUESTS = 250;
const TURNS_APART = 100_000;

class Fault extends Error {
  request;
}

/** One connection that sends a request and throws Fault for an answer that must not be. */
class Sender {
  #world;
  #connection;
  #kit;
  statuses = new Map();
  /** By endpoint: how many answers, and how many of them were no refusal. */
  answered = new Map();
  /** How many recipes could not be followed. */
  unmade = 0;
  /** The newest answer, in short. */
  last = "";

  constructor(world) {
    this.#world = world;
    this.#kit = world.newKit();
    this.#open();
  }

  #open() {
    this.#connection?.close();
    this.#connection = new Connection({ port: this.#world.port, host: this.#world.host });
  }

  /** Sends it. Where a recipe meets what another request has taken away, nothing is sent. */
  async send(given) {
    const request = given.isPrepared ? await this.make(given).catch(() => null) : given;
    if (request === null) {
      this.unmade += 1;
      return;
    }
    try {
      await this.#sendOne(request);
    } catch (error) {
      if (error instanceof Fault) error.request = request;
      throw error;
    }
  }

  /** By its recipe, now: much of it is good once and not for long. */
  async make({ endpoint, method, spoilt }) {
    return asSent(endpoint, method, spoil(await prepare(this.#kit, endpoint), spoilt));
  }

  async #sendOne(request) {
    const answer = await this.#answerTo(encode(this.#world.host, request));
    const { status } = answer;
    this.last = `${status} ${answer.body.slice(0, 200)}`;
    const group = status === 401 || status === 403 ? "401 or 403" : `${String(status)[0]}xx`;
    this.statuses.set(group, (this.statuses.get(group) ?? 0) + 1);
    const fault = faultIn(answer, this.#world.canaries);
    const counted = this.answered.get(request.endpoint) ?? { all: 0, good: 0 };
    this.answered.set(request.endpoint, { all: counted.all + 1, good: counted.good + (status < 400 ? 1 : 0) });
    if (fault !== null) throw new Fault(`${fault}: ${answer.body.slice(0, 300)}`);
  }

  /** A connection may have been closed after the answer before: then the request is sent once more. */
  async #answerTo(encoded, isAgain = false) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Fault(`no answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
    });
    try {
      return await Promise.race([this.#connection.send(encoded), late]);
    } catch (error) {
      this.#open();
      if (error instanceof Fault) throw error;
      if (isAgain) throw new Fault(`the connection was closed without an answer: ${error.message}`);
      return this.#answerTo(encoded, true);
    } finally {
      clearTimeout(timer);
    }
  }

  close() {
    this.#connection.close();
    this.#kit.close();
  }
}

function encode(host, { method, path, headers, body }) {
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  const bytes = body === undefined ? undefined : Buffer.from(body.toWellFormed()).toString("latin1");
  if (bytes !== undefined) lines.push(`content-length: ${bytes.length}`);
  return `${lines.join("\r\n")}\r\n\r\n${bytes ?? ""}`;
}

/**
 * Each recipe once, as it is: what it makes has to be let in, else it fuzzes nothing behind the door.
 * @param {{ only: string | undefined, say: (text: string) => void }} settings
 */
export async function runPrepared(world, { only, say }) {
  const findings = [];
  const sender = new Sender(world);
  for (const endpoint of recipes().filter((name) => only === undefined || name.includes(only))) {
    const [method] = endpoint.split(" ");
    let fault;
    try {
      await sender.send(await sender.make({ endpoint, method, spoilt: null }));
      if (!sender.answered.get(endpoint)?.good) fault = `its recipe is refused: ${sender.last}`;
    } catch (error) {
      fault = error.message;
    }
    if (fault === undefined) continue;
    findings.push({ endpoint, what: fault, curl: "" });
    say(`! ${endpoint}: ${fault}`);
  }
  sender.close();
  return findings;
}

/**
 * @param world what `openWorld` made
 * @param {{ requests: number, seconds: number, seed: number, only: string | undefined, connections: number, say: (text: string) => void }} settings
 */
export async function runRequests(world, { requests, seconds, seed, only, connections, say }) {
  const all = requestsOf(world.document, world).filter(({ name }) => only === undefined || name.includes(only));
  if (all.length === 0) throw new Error(`no endpoint has "${only}" in its name`);
  const findings = [];
  const statuses = new Map();
  const answered = new Map();
  const bad = new Set();
  const endsAt = performance.now() + seconds * 1000;
  let sent = 0;
  let unmade = 0;

  async function work(at) {
    const sender = new Sender(world);
    const share = Math.ceil(requests / connections);
    const goesOn = (done) => done < share && findings.length < MOST_FINDINGS && performance.now() < endsAt;
    for (let done = 0, turn = 0; goesOn(done); turn += 1) {
      const endpoints = all.filter(({ name }) => !bad.has(name));
      const anyRequest = fc.oneof(...endpoints.map(({ arbitrary }) => arbitrary));
      const property = fc.asyncProperty(anyRequest, async (request) => {
        sent += 1;
        if (sent % RENEW_EVERY === 0) await world.renew();
        await sender.send(request);
      });
      const turnSeed = (seed + at * TURNS_APART + turn) | 0;
      const numRuns = Math.min(share - done, TURN_REQUESTS);
      const run = await fc.check(property, { numRuns, seed: turnSeed });
      done += Math.max(run.numRuns, 1);
      if (!run.failed) continue;
      const [given] = run.counterexample;
      const request = run.errorInstance?.request ?? given;
      bad.add(request.endpoint);
      const finding = {
        endpoint: request.endpoint,
        seed: turnSeed,
        what: run.errorInstance?.message ?? "unknown",
        curl: asCurl(world.origin, request),
      };
      findings.push(finding);
      say(
        `! ${finding.endpoint} (seed ${turnSeed}, ${run.numShrinks} times shrunk): ${finding.what}\n  ${finding.curl.slice(0, 2_000)}`,
      );
    }
    for (const [group, count] of sender.statuses) statuses.set(group, (statuses.get(group) ?? 0) + count);
    for (const [endpoint, { all: more, good }] of sender.answered) {
      const counted = answered.get(endpoint) ?? { all: 0, good: 0 };
      answered.set(endpoint, { all: counted.all + more, good: counted.good + good });
    }
    unmade += sender.unmade;
    sender.close();
  }

  await Promise.all(Array.from({ length: connections }, (_, at) => work(at)));
  const neverGood = all.map(({ name }) => name).filter((name) => !answered.get(name)?.good);
  const counts = Object.fromEntries([...statuses].sort());
  return { sent: sent - unmade, unmade, endpoints: all.length, statuses: counts, neverGood, findings };
}
