// node bench/profile.mjs <operation>: where the Worker's time goes, by function, and what the storage simulators take
// beside it. Writes a .cpuprofile too, which browsers and editors show as a flame chart.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startWithRealm } from "./fixtures.mjs";
import { samplesByFunction } from "./lib/cpu-profile.mjs";
import { Inspector } from "./lib/inspector.mjs";
import { measure } from "./lib/measure.mjs";
import { makeScratch } from "./lib/scratch.mjs";
import { buildWorker, WORKER_NAME } from "./lib/worker.mjs";
import { OPERATIONS } from "./operations.mjs";

const WARM_SECONDS = 2;
const PRODUCT = `core:user:${WORKER_NAME}`;
const SIMULATORS = ["d1:db", "kv:ns", "ratelimit:ns", "queues:queue"];

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "16" },
    top: { type: "string", default: "30" },
    config: { type: "string", default: here("../wrangler.toml") },
    out: { type: "string" },
  },
});
const [operation] = positionals;
if (!(operation in OPERATIONS)) throw new Error(`which operation? ${Object.keys(OPERATIONS).join(", ")}`);
const seconds = Number(flags.seconds);
const connections = OPERATIONS[operation].connections ?? Number(flags.connections);

const scratch = makeScratch();
const built = await buildWorker(flags.config, scratch.folder("build"), { minify: false });
const worker = await startWithRealm(built, scratch, {
  migrations: path.join(path.dirname(flags.config), "migrations"),
  userCount: connections,
  inspectorPort: 0,
});
const inspectorUrl = await worker.miniflare.getInspectorURL();
const load = measure(worker, { operation, connections, firstUser: 0, warmSeconds: WARM_SECONDS, seconds });
await pause(WARM_SECONDS * 1000);
const inspectors = {};
for (const isolate of [PRODUCT, ...SIMULATORS]) inspectors[isolate] = await Inspector.open(inspectorUrl, isolate);
for (const inspector of Object.values(inspectors)) await inspector.startProfile();
await pause(seconds * 1000);
const profiles = {};
for (const [isolate, inspector] of Object.entries(inspectors)) profiles[isolate] = await inspector.stopProfile();
const run = await load;
await worker.stop();

// A part that only imports others has no map.
const mapped = built.modules.filter((module) => existsSync(`${module.path}.map`));
const maps = mapped.map((module) => [
  path.basename(module.path),
  JSON.parse(readFileSync(`${module.path}.map`, "utf8")),
]);
const product = samplesByFunction(profiles[PRODUCT], Object.fromEntries(maps));
const table = (title, entries, figure) => {
  console.log(`\n${title}`);
  for (const entry of entries.slice(0, Number(flags.top))) {
    console.log(`${((entry[figure] / product.samples) * 100).toFixed(1).padStart(6)} %  ${entry.name}`);
  }
};
console.log(
  `${operation}: ${run.perSecond.toFixed(1)}/s under the profiler, ${run.errors} errors ${run.firstError ?? ""}`,
);
console.log(`samples in the product: ${product.samples}`);
for (const simulator of SIMULATORS) {
  console.log(`samples in the simulator ${simulator}: ${samplesByFunction(profiles[simulator]).samples}`);
}
table("In the function itself", product.bySelf, "self");
table("In the function and all it called", product.byTotal, "total");
const out = flags.out ?? here(`results/${operation}.cpuprofile`);
mkdirSync(path.dirname(out), { recursive: true });
writeFileSync(out, JSON.stringify(profiles[PRODUCT]));
console.log(`\nwrote ${out}`);
