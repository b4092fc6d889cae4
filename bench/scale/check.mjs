// node bench/scale/check.mjs: holds the model against a Worker that runs. One user is asked by more and more connections at once; the model
// knows what one connection and sixteen have shown, and foretells what lies between. Exit code 1 when it is more than 20 % off.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startWithRealm } from "../fixtures.mjs";
import { measure } from "../lib/measure.mjs";
import { makeScratch } from "../lib/scratch.mjs";
import { buildWorker } from "../lib/worker.mjs";
import { simulate } from "./model.mjs";

const TOLERATED = 0.2;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const { values: flags } = parseArgs({
  options: {
    op: { type: "string", default: "users-me" },
    seconds: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
  },
});

/** So many clients, each with one request at a time: workerd serves one after another. */
function foretell(connections, { servedMs, awayMs, ms }) {
  const calls = [{ server: "workerd", serviceMs: servedMs, awayMs }];
  const first = Array.from({ length: connections }, () => ({ name: "request", at: 0, calls }));
  const onDone = ({ name }, at) => (at < ms ? { name, at, calls } : undefined);
  const { latencies, spanMs } = simulate(first, { onDone });
  const { count, p50Ms } = latencies.get("request");
  return { perSecond: (count / spanMs) * 1000, p50Ms };
}

const config = here("../../wrangler.toml");
const scratch = makeScratch();
const built = await buildWorker(config, scratch.folder("build"));
const migrations = path.join(path.dirname(config), "migrations");
const worker = await startWithRealm(built, scratch, { migrations, userCount: 1 });
const counts = [1, 2, 4, 8, 16];
/** Of some rounds the quickest of each: other programs only ever take away. */
const best = new Map();
for (let round = 0; round < Number(flags.rounds); round += 1)
  for (const connections of counts) {
    const orders = { operation: flags.op, connections, warmSeconds: 0.3, seconds: Number(flags.seconds), firstUser: 0 };
    const measured = await measure(worker, orders);
    if (measured.errors > 0) throw new Error(measured.firstError);
    if (measured.perSecond > (best.get(connections)?.perSecond ?? 0)) best.set(connections, measured);
  }

const [alone, busy] = [best.get(1), best.get(16)];
const servedMs = 1000 / busy.perSecond;
const known = { servedMs, awayMs: Math.max(0, 1000 / alone.perSecond - servedMs), ms: 5_000 };
console.log(
  `${flags.op}: alone ${alone.perSecond.toFixed(0)}/s, sixteen at once ${busy.perSecond.toFixed(0)}/s; so served in ${servedMs.toFixed(3)} ms and ${known.awayMs.toFixed(3)} ms away`,
);
let isGood = true;
for (const connections of [2, 4, 8]) {
  const [real, model] = [best.get(connections), foretell(connections, known)];
  const off = model.perSecond / real.perSecond - 1;
  isGood &&= Math.abs(off) <= TOLERATED;
  const words = [
    `${connections} at once`,
    `real ${real.perSecond.toFixed(0)}/s`,
    `model ${model.perSecond.toFixed(0)}/s`,
  ];
  console.log(`${words.join(", ")}: ${(off * 100).toFixed(0)} %`);
}
await worker.stop();
if (!isGood) process.exitCode = 1;
