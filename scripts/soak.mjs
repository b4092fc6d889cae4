// npm run soak: mixed load for half an hour, whether memory and latency stay as they are. docs/soak.md tells more.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startWithRealm } from "../bench/fixtures.mjs";
import { measure } from "../bench/lib/measure.mjs";
import { watchMemory } from "../bench/lib/memory.mjs";
import { makeScratch } from "../bench/lib/scratch.mjs";
import { buildWorker } from "../bench/lib/worker.mjs";
import { OPERATIONS } from "../bench/operations.mjs";
import { judgeSoak, renderSoak, writeSoak } from "./soak/report.mjs";

/** How long each connection rests between two requests: load, but no more than the machine can take. */
const REST_MS = {
  discovery: 20,
  jwks: 20,
  "client-credentials": 40,
  "code-loop": 80,
  refresh: 40,
  "users-me": 20,
  introspection: 40,
  "password-sign-in": 400,
};
const WARM_SECONDS = 3;
const MINUTE_SECONDS = 60;
const MEMORY_EVERY_MS = 1_000;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    connections: { type: "string", default: "2" },
    docs: { type: "boolean", default: false },
  },
});
const minutes = Number(flags.minutes);
const connections = Number(flags.connections);
const operations = Object.keys(OPERATIONS).filter((name) => name in REST_MS);

say("building");
const scratch = makeScratch();
const built = await buildWorker(here("../wrangler.toml"), scratch.folder("build"));
const userCount = connections * operations.length;
const worker = await startWithRealm(built, scratch, { migrations: here("../migrations"), userCount });
const memory = watchMemory(worker.processId, MEMORY_EVERY_MS);
const perMinute = [];
for (let minute = 1; minute <= minutes; minute += 1) {
  const orders = operations.map((operation, at) => ({
    operation,
    connections,
    firstUser: at * connections,
    warmSeconds: WARM_SECONDS,
    seconds: MINUTE_SECONDS - WARM_SECONDS,
    restMs: REST_MS[operation],
  }));
  perMinute.push(await Promise.all(orders.map((order) => measure(worker, order))));
  const errors = perMinute.at(-1).reduce((sum, run) => sum + run.errors, 0);
  say(`minute ${minute} of ${minutes}: ${errors} errors`);
}
const samples = memory.stop();
await worker.stop();

const report = judgeSoak({ minutes, connections, operations, perMinute, samples, logLines: worker.logLines });
console.log(renderSoak(report));
if (flags.docs) writeSoak(here("../docs/soak.md"), report);
if (report.faults.length > 0) process.exitCode = 1;
