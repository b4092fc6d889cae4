// npm run fuzz: requests from the OpenAPI document and raw bytes, against the built Worker. docs/fuzz.md tells more.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { watchHeap } from "../bench/lib/heaps.mjs";
import { watchMemory } from "../bench/lib/memory.mjs";
import { makeScratch } from "../bench/lib/scratch.mjs";
import { runRaw } from "./fuzz/raw.mjs";
import { judgeMemory, renderFuzz } from "./fuzz/report.mjs";
import { runPrepared, runRequests } from "./fuzz/run-requests.mjs";
import { openWorld } from "./fuzz/world.mjs";
import { writeMeasured } from "./soak/measured.mjs";

const MEMORY_EVERY_MS = 500;
const HEAP_EVERY_MS = 15_000;
const say = (text) => process.stderr.write(`${text}\n`);

const { values: flags } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    minutes: { type: "string", default: "600" },
    raw: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: "string" },
    connections: { type: "string", default: "4" },
    docs: { type: "boolean", default: false },
  },
});
const settings = {
  requests: Number(flags.requests),
  seconds: Number(flags.minutes) * 60,
  raw: Number(flags.raw),
  seed: Number(flags.seed),
  connections: Number(flags.connections),
  only: flags.only,
  say,
};

say(`seed ${settings.seed}; building`);
const world = await openWorld(makeScratch());
const startedAt = performance.now();
const memory = watchMemory(world.processId, MEMORY_EVERY_MS);
const heap = watchHeap(world, HEAP_EVERY_MS);
const refused = await runPrepared(world, settings);
const requests = await runRequests(world, settings);
requests.findings.unshift(...refused);
const samples = memory.stop();
const heapSamples = await heap.stop();
const raw = await runRaw(world, settings);
const told = world.toldByLog();
const bugs = world.logLines.filter((line) => line.includes('"level":"error"') && !line.includes("outbound"));
const report = {
  seed: settings.seed,
  requests,
  raw,
  canaries: world.canaries.names,
  told,
  memory: judgeMemory(samples, heapSamples),
  seconds: (performance.now() - startedAt) / 1000,
};
await world.stop();

console.log(renderFuzz(report));
say(`Never let in, or not found: ${requests.neverGood.join(", ") || "none"}`);
if (bugs.length > 0) say(`The last lines that the Worker has logged:\n${bugs.join("\n")}`);
if (flags.docs) writeMeasured(fileURLToPath(new URL("../docs/fuzz.md", import.meta.url)), renderFuzz(report));
if (requests.findings.length > 0 || told.length > 0 || raw.findings.length > 0 || !report.memory.isFlat)
  process.exitCode = 1;
