// node bench/scale/check.mjs: holds the model against a Worker that runs. One user is asked by more and more connections at once; the model
// knows what one connection and sixteen have shown, and foretells what lies between. Exit code 1 when it is more than 20 % off.
// workerd looks for requests in turns: alone, each pays for a turn; many at once share it.
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

/** Requests a second of so many clients, each with one request at a time. */
function foretell(connections, { servedMs, turnMs, awayMs, ms }) {
  const calls = [{ server: "workerd", serviceMs: servedMs, turnMs, awayMs }];
  const first = Array.from({ length: connections }, () => ({ name: "request", at: 0, calls }));
  const onDone = ({ name }, at) => (at < ms ? { name, at, calls } : undefined);
  const { latencies, spanMs } = simulate(first, { onDone });
  return (latencies.get("request").count / spanMs) * 1000;
}

/** Of the two that are known: alone, a request takes its turn, its service and its way; how much of that is workerd's, its CPU tells. */
function whatIsKnown(alone, busy) {
  const cpuMs = alone.cpuMicroseconds / 1000;
  const awayMs = Math.max(0, 1000 / alone.perSecond - cpuMs);
  const rateWith = (servedMs) => foretell(counts.at(-1), { servedMs, turnMs: cpuMs - servedMs, awayMs, ms: 2_000 });
  let [least, most] = [0, cpuMs];
  for (let step = 0; step < 20; step += 1) {
    const servedMs = (least + most) / 2;
    if (rateWith(servedMs) > busy.perSecond) least = servedMs;
    else most = servedMs;
  }
  return { servedMs: least, turnMs: cpuMs - least, awayMs, ms: 5_000 };
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
const known = whatIsKnown(alone, busy);
const shown = Object.entries({ served: known.servedMs, "for each turn": known.turnMs, away: known.awayMs });
console.log(
  `${flags.op}: alone ${alone.perSecond.toFixed(0)}/s, sixteen at once ${busy.perSecond.toFixed(0)}/s; so ${shown.map(([what, ms]) => `${ms.toFixed(3)} ms ${what}`).join(", ")}`,
);
let isGood = true;
for (const connections of [2, 4, 8]) {
  const [real, model] = [best.get(connections), foretell(connections, known)];
  const off = model / real.perSecond - 1;
  isGood &&= Math.abs(off) <= TOLERATED;
  const words = [`${connections} at once`, `real ${real.perSecond.toFixed(0)}/s`, `model ${model.toFixed(0)}/s`];
  console.log(`${words.join(", ")}: ${(off * 100).toFixed(0)} %`);
}
await worker.stop();
if (!isGood) process.exitCode = 1;
