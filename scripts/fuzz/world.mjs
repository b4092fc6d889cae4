// A deployment to be fuzzed: a realm with credentials of every kind, one that may be spoilt, and secrets that must not be seen.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { applyMigrations, startEmpty } from "../../bench/fixtures.mjs";
import { Connection } from "../../bench/lib/connection.mjs";
import { buildWorker } from "../../bench/lib/worker.mjs";
import { startNeighbours } from "../chaos/neighbours.mjs";
import { Canaries } from "./canaries.mjs";
import { Home } from "./home.mjs";
import { Kit } from "./kit.mjs";
import { Spoilt } from "./spoilt.mjs";

/** How many renewals the realm that may be spoilt lasts. */
const RENEWALS_PER_SPOILT = 2;

/** An operator's request is so much more often the deployment's own than another's. */
const OPERATOR_SHARE = 8;
const RENEWALS_MISSED = 5;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

export async function openWorld(scratch) {
  const built = await buildWorker(here("../../wrangler.toml"), scratch.folder("build"));
  const canaries = new Canaries();
  const told = new Set();
  const onLog = (line) => {
    const name = canaries.shownIn(line);
    if (name !== null) told.add(name);
  };
  const worker = await startEmpty(built, scratch, { onLog, inspectorPort: 0 });
  const neighbours = await startNeighbours();
  await applyMigrations(worker.miniflare, path.resolve(here("../.."), "migrations"));
  const authorization = `Bearer ${worker.adminToken}`;
  canaries.plant("the operator's token", worker.adminToken);
  canaries.plant("the key-encryption key", worker.keyEncryptionKey);
  const operatorsOn = (connection) => async (method, resource, json, status) => {
    const request = { method, path: `/admin/v1/${resource}`, headers: { authorization }, ...(json ? { json } : {}) };
    const answer = await connection.send(connection.encode(request));
    const isGood = status === undefined ? [200, 201].includes(answer.status) : answer.status === status;
    if (!isGood) throw new Error(`${method} ${resource}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return answer.json();
  };
  const { port, host } = worker;
  const operators = operatorsOn(new Connection({ port, host }));
  const parts = { port, operators, neighbours, canaries };
  const home = new Home(parts);
  const spoilt = new Spoilt(parts);
  await home.furnish();
  await spoilt.furnish();

  let renewals = 0;
  let missed = 0;
  let renewing;
  /** Requests go on meanwhile, and may end what was made a moment ago; then it is left to the next time. */
  async function renewAll() {
    renewals += 1;
    try {
      await home.renew();
      if (renewals % RENEWALS_PER_SPOILT === 0) await spoilt.furnish();
      missed = 0;
    } catch (error) {
      missed += 1;
      if (missed === RENEWALS_MISSED) throw error;
    }
  }
  /** Makes credentials and things anew that requests have ended; one at a time. */
  function renew() {
    renewing ??= renewAll().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  const isAdmin = (endpoint) => endpoint.startsWith("/admin/v1/");
  const onHome = new Connection({ port: worker.port, host: home.host });
  const document = (await onHome.request({ path: "/openapi.json" })).json();
  onHome.close();
  return {
    ...worker,
    host: home.host,
    origin: `http://${home.host}`,
    document,
    canaries,
    /** One for each that sends: a connection has one request under way. */
    newKit() {
      const own = new Connection({ port, host });
      return new Kit(home, { port, operators: operatorsOn(own), own, spoilt, operatorHeaders: { authorization } });
    },
    renew,
    /** Names of secrets that the log has shown. */
    toldByLog: () => [...told],
    /** Values by name that mean something to an endpoint. */
    known: (endpoint, isFatal) => (isAdmin(endpoint) ? spoilt.known : home.known(isFatal)),
    /** Right credentials by security scheme. */
    credentials: (endpoint, isFatal) => ({
      ...home.credentialsOf(endpoint, isFatal),
      adminToken: Array.from({ length: OPERATOR_SHARE }, () => ({ authorization })),
    }),
    async stop() {
      neighbours.stop();
      await worker.stop();
    },
  };
}
