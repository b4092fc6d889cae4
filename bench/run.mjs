// npm run bench: what the Worker costs, held against the least a Worker can do. docs/performance.md tells how to read it.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmpty, startWithRealm } from "./fixtures.mjs";
import { renderReport, writeMeasured } from "./lib/report.mjs";
import { measureRounds } from "./lib/rounds.mjs";
import { makeScratch } from "./lib/scratch.mjs";
import { measureStartUp } from "./lib/start-up.mjs";
import { judge, summarize } from "./lib/summary.mjs";
import { buildWorker } from "./lib/worker.mjs";
import { OPERATIONS } from "./operations.mjs";

const USERS_PER_CONNECTION = 4;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

const { values: flags } = parseArgs({
  options: {
    ops: { type: "string", default: Object.keys(OPERATIONS).join(",") },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    "warm-seconds": { type: "string", default: "1" },
    connections: { type: "string", default: "16" },
    config: { type: "string", default: here("../wrangler.toml") },
    json: { type: "string" },
    docs: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const settings = {
  operations: flags.ops.split(","),
  rounds: Number(flags.rounds),
  seconds: Number(flags.seconds),
  warmSeconds: Number(flags["warm-seconds"]),
  connections: Number(flags.connections),
};
const unknown = settings.operations.filter((name) => !(name in OPERATIONS));
if (unknown.length > 0) {
  say(`There is no operation ${unknown.join(", ")}; there are ${Object.keys(OPERATIONS).join(", ")}.`);
  process.exit(2);
}

const migrations = path.join(path.dirname(flags.config), "migrations");
const scratch = makeScratch();

async function bench() {
  const machine = {
    cores: availableParallelism(),
    node: process.version,
    state: scratch.inMemory ? "tmpfs" : "disk",
  };
  say("building");
  const build = (config) => buildWorker(config, scratch.folder("build"));
  const configs = [flags.config, here("workers/floor/wrangler.toml"), here("workers/argon2/wrangler.toml")];
  const [gatehouse, floor, argon2] = await Promise.all(configs.map(build));
  say("measuring start-up");
  const startUp = await measureStartUp({ gatehouse, floor, scratch });
  say("making a realm with its users");
  const userCount = settings.connections * USERS_PER_CONNECTION;
  const workers = {
    gatehouse: await startWithRealm(gatehouse, scratch, { migrations, userCount }),
    floor: await startEmpty(floor, scratch),
    argon2: await startEmpty(argon2, scratch),
  };
  const runs = await measureRounds(workers, settings, say);
  await Promise.all(Object.values(workers).map((worker) => worker.stop()));

  const rates = runs.floor.map((run) => run.perSecond);
  const measured = {
    at: new Date().toISOString(),
    machine,
    settings,
    bundle: gatehouse.size,
    startUp,
    floor: { ...summarize(runs.floor)[0], min: Math.min(...rates), max: Math.max(...rates) },
    hash: summarize(runs.argon2)[0],
    operations: summarize(runs.operations),
    logLines: workers.gatehouse.logLines,
  };
  return { ...measured, verdicts: judge(measured), runs };
}

const report = await bench();
console.log(renderReport(report));
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
if (flags.docs) writeMeasured(here("../docs/performance.md"), report);
if (flags.check && report.verdicts.some((verdict) => verdict.failed)) process.exitCode = 1;
