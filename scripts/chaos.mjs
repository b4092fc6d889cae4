// npm run chaos: what is left when the process dies, or a store fails, at each step of what people do. docs/chaos.md tells more.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeScratch } from "../bench/lib/scratch.mjs";
import { Control, MODES } from "./chaos/control.mjs";
import { Deployment } from "./chaos/deployment.mjs";
import { House } from "./chaos/house.mjs";
import { startNeighbours } from "./chaos/neighbours.mjs";
import * as others from "./chaos/operations/others.mjs";
import * as sessions from "./chaos/operations/sessions.mjs";
import * as tokens from "./chaos/operations/tokens.mjs";
import { renderChaos } from "./chaos/report.mjs";
import { isBad, runOperation } from "./chaos/run-operation.mjs";
import { seeded } from "./chaos/seeded.mjs";
import { writeMeasured } from "./soak/measured.mjs";

const OPERATIONS = Object.values({ ...sessions, ...tokens, ...others });
const usage = `Usage: npm run chaos [-- OPTIONS]

  --only NAME     operations whose names begin so, joined by commas: ${OPERATIONS.map(({ name }) => name).join("; ")}
  --modes NAMES   what happens at a step, joined by commas: ${Object.keys(MODES).join(", ")}
  --steps N,N     only the nth steps
  --seed N        decides where within a step \`kill during\` strikes
  --docs          puts the table into docs/chaos.md
`;

const say = (text) => process.stderr.write(`${text}\n`);

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string" },
        modes: { type: "string", default: Object.keys(MODES).join(",") },
        steps: { type: "string" },
        seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const modes = values.modes.split(",");
    const chosen = OPERATIONS.filter(
      ({ name }) => values.only?.split(",").some((part) => name.startsWith(part)) ?? true,
    );
    const unknown = modes.find((mode) => !(mode in MODES));
    if (values.help) return null;
    if (unknown !== undefined) throw new Error(`There is no mode "${unknown}".`);
    if (chosen.length === 0) throw new Error(`There is no operation "${values.only}".`);
    return { ...values, modes, chosen, seed: Number(values.seed), steps: values.steps?.split(",").map(Number) };
  } catch (error) {
    say(error.message);
    process.exitCode = 2;
    return null;
  }
}

async function chaos({ modes, steps, seed, chosen }) {
  const startedAt = performance.now();
  const control = new Control(seeded(seed));
  const deployment = new Deployment(control, makeScratch());
  const neighbours = await startNeighbours();
  try {
    say(`seed ${seed}; building`);
    await deployment.open();
    const house = new House(deployment, neighbours);
    await house.furnish();
    const results = [];
    for (const operation of chosen) results.push(await runOperation(house, operation, { modes, steps, say }));
    const seconds = (performance.now() - startedAt) / 1000;
    return { seed, modes, results, kills: deployment.starts - 1, seconds };
  } finally {
    await deployment.close();
    neighbours.stop();
  }
}

const flags = readFlags();
if (flags === null) console.log(usage);
else {
  const report = await chaos(flags);
  console.log(renderChaos(report));
  const page = path.join(path.dirname(fileURLToPath(import.meta.url)), "../docs/chaos.md");
  if (flags.docs) writeMeasured(page, renderChaos(report));
  if (report.results.some(({ outcomes }) => outcomes.some(isBad))) process.exitCode = 1;
}
