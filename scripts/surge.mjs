// npm run surge: three times as many requests as the machine should be given, and whether all is as before soon afterwards.
// docs/surge.md tells more.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeScratch } from "../bench/lib/scratch.mjs";
import { buildWorker } from "../bench/lib/worker.mjs";
import { writeMeasured } from "./soak/measured.mjs";
import { OPERATIONS } from "./soak/operations.mjs";
import { openSoakWorld } from "./soak/world.mjs";
import { SurgeLoad } from "./surge/load.mjs";
import { judgeSurge, renderSurge } from "./surge/report.mjs";

const RECOMMENDED_SHARE = 0.5;
const FACTOR = 3;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);
const usage = `Usage: npm run surge [-- OPTIONS]

  --seconds N      before the surge and in it; twice as long afterwards; 2 to 300 (default 20)
  --connections N  for each operation in each realm: what is under way at most (default 6)
  --docs           puts the figures into docs/surge.md
`;

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: "string", default: "20" },
        connections: { type: "string", default: "6" },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return null;
    const [seconds, connections] = [Number(values.seconds), Number(values.connections)];
    if (!(Number.isInteger(seconds) && seconds >= 2 && seconds <= 300)) throw new Error("--seconds is 2 to 300.");
    if (!(Number.isInteger(connections) && connections >= 1 && connections <= 50))
      throw new Error("--connections is 1 to 50.");
    return { seconds, connections, docs: values.docs };
  } catch (error) {
    say(error.message);
    process.exitCode = 2;
    return null;
  }
}

async function surge({ seconds, connections }) {
  say("building");
  const scratch = makeScratch();
  const built = await buildWorker(here("../wrangler.toml"), scratch.folder("build"));
  const users = connections * Object.keys(OPERATIONS).length;
  const world = await openSoakWorld(built, scratch, { migrations: here("../migrations"), users, lifetimes: {} });
  try {
    const load = new SurgeLoad({ port: world.port, realms: world.realms, connections });
    say("signing people in");
    await load.ready();
    const capacity = await load.capacity(seconds);
    const perSecond = capacity * RECOMMENDED_SHARE;
    say(`${Math.round(capacity)} a second; ${Math.round(perSecond)} from now on`);
    const before = await load.offer(perSecond, seconds);
    say(`${Math.round(perSecond * FACTOR)} a second`);
    const during = await load.offer(perSecond * FACTOR, seconds);
    say(`${Math.round(perSecond)} a second`);
    const after = await load.offer(perSecond, seconds * 2);
    await load.end();
    const { mostAtOnce } = load;
    return judgeSurge({ capacity, perSecond, factor: FACTOR, mostAtOnce, before, surge: during, after });
  } finally {
    await world.stop();
    if (world.logLines.length > 0) say(`The last lines that the Worker has logged:\n${world.logLines.join("\n")}`);
  }
}

const flags = readFlags();
if (flags === null) say(usage);
else {
  const report = await surge(flags);
  console.log(renderSurge(report));
  if (flags.docs) writeMeasured(here("../docs/surge.md"), renderSurge(report));
  if (report.faults.length > 0) process.exitCode = 1;
}
