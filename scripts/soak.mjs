// npm run soak: mixed load for half an hour or for hours, every answer checked, and whether memory, rows and latency stay as they
// are. docs/soak.md tells more.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readHeaps } from "../bench/lib/heaps.mjs";
import { residentMib } from "../bench/lib/memory.mjs";
import { makeScratch } from "../bench/lib/scratch.mjs";
import { buildWorker } from "../bench/lib/worker.mjs";
import { judgeSoak } from "./soak/judge.mjs";
import { writeMeasured } from "./soak/measured.mjs";
import { OPERATIONS } from "./soak/operations.mjs";
import { renderSoak } from "./soak/report.mjs";
import { countRows } from "./soak/rows.mjs";
import { startLoad } from "./soak/start-load.mjs";
import { openSoakWorld } from "./soak/world.mjs";

const MINUTE_SECONDS = 60;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);
const usage = `Usage: npm run soak [-- OPTIONS]

  --minutes N      how long, up to 480 (default 30)
  --seconds N      less than a minute: shows that every answer is right
  --connections N  for each operation in each realm (default 1)
  --docs           puts the figures into docs/soak.md
`;

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: "string", default: "30" },
        seconds: { type: "string" },
        connections: { type: "string", default: "1" },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return null;
    const stretchSeconds = values.seconds === undefined ? MINUTE_SECONDS : Number(values.seconds);
    const stretches = values.seconds === undefined ? Number(values.minutes) : 1;
    const connections = Number(values.connections);
    if (!(Number.isInteger(stretches) && stretches >= 1 && stretches <= 480)) throw new Error("--minutes is 1 to 480.");
    if (!(stretchSeconds >= 1 && stretchSeconds <= MINUTE_SECONDS)) throw new Error("--seconds is 1 to 60.");
    if (!(Number.isInteger(connections) && connections >= 1 && connections <= 50))
      throw new Error("--connections is 1 to 50.");
    return { stretches, stretchSeconds, connections, docs: values.docs };
  } catch (error) {
    say(error.message);
    process.exitCode = 2;
    return null;
  }
}

async function soak({ stretches, stretchSeconds, connections }) {
  say("building");
  const scratch = makeScratch();
  const built = await buildWorker(here("../wrangler.toml"), scratch.folder("build"));
  const users = connections * Object.keys(OPERATIONS).length;
  const world = await openSoakWorld(built, scratch, { migrations: here("../migrations"), users });
  const copies = scratch.folder("copies");
  const load = startLoad({ port: world.port, realms: world.realms, connections });
  const perMinute = [];
  try {
    for (let at = 1; at <= stretches; at += 1) {
      const runs = await load.measure(stretchSeconds);
      const memory = { residentMib: residentMib(world.processId), ...(await readHeaps(world)) };
      perMinute.push({ runs, ...memory, rows: countRows(world.stateDir, copies) });
      const errors = runs.reduce((sum, run) => sum + run.errors, 0);
      const heap = memory.productMib?.toFixed(1) ?? "?";
      say(
        `minute ${at} of ${stretches}: ${errors} errors, heap ${heap} MiB, workerd ${Math.round(memory.residentMib)} MiB`,
      );
      for (const { operation, firstError } of runs) if (firstError) say(`  ${operation}: ${firstError}`);
    }
  } finally {
    load.stop();
    await world.stop();
  }
  if (world.logLines.length > 0) say(`The last lines that the Worker has logged:\n${world.logLines.join("\n")}`);
  return judgeSoak({ minutes: (stretches * stretchSeconds) / MINUTE_SECONDS, connections, perMinute });
}

const flags = readFlags();
if (flags === null) say(usage);
else {
  const report = await soak(flags);
  console.log(renderSoak(report));
  if (flags.docs) writeMeasured(here("../docs/soak.md"), renderSoak(report));
  if (report.faults.length > 0) process.exitCode = 1;
}
