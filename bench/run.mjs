// npm run bench: what the Worker costs, held against the least a Worker can do. docs/performance.md tells how to read it.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmpty, startWithRealm } from "./fixtures.mjs";
import { buildPeers, installPeers, startPeer, startPrepared, stopPeers } from "./lib/peers.mjs";
import { renderReport, writeMeasured } from "./lib/report.mjs";
import { measureRounds } from "./lib/rounds.mjs";
import { makeScratch } from "./lib/scratch.mjs";
import { measureStartUp } from "./lib/start-up.mjs";
import { judge, summarize } from "./lib/summary.mjs";
import { buildWorker } from "./lib/worker.mjs";
import { OPERATIONS } from "./operations.mjs";
import { PEERS } from "./peers/all.mjs";

const USERS_PER_CONNECTION = 4;
const ROUNDS = 5;
const ROUNDS_WITH_PEERS = 3;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

/** `--peers` by itself means all of them. */
const args = process.argv
  .slice(2)
  .map((arg, at, all) =>
    arg === "--peers" && (all[at + 1] ?? "--").startsWith("--") ? `--peers=${Object.keys(PEERS)}` : arg,
  );
const { values: flags } = parseArgs({
  args,
  options: {
    ops: { type: "string", default: Object.keys(OPERATIONS).join(",") },
    peers: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string", default: "3" },
    "warm-seconds": { type: "string", default: "1" },
    connections: { type: "string", default: "16" },
    config: { type: "string", default: here("../wrangler.toml") },
    json: { type: "string" },
    docs: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const peerNames = flags.peers?.split(",") ?? [];
const settings = {
  operations: flags.ops.split(","),
  rounds: Number(flags.rounds ?? (peerNames.length > 0 ? ROUNDS_WITH_PEERS : ROUNDS)),
  seconds: Number(flags.seconds),
  warmSeconds: Number(flags["warm-seconds"]),
  connections: Number(flags.connections),
};
refuseUnknown("operation", settings.operations, OPERATIONS);
refuseUnknown("peer", peerNames, PEERS);

function refuseUnknown(what, names, known) {
  const unknown = names.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  say(`There is no ${what} ${unknown.join(", ")}; there are ${Object.keys(known).join(", ")}.`);
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
  if (peerNames.length > 0) await installPeers(say);
  say("building");
  const build = (config) => buildWorker(config, scratch.folder("build"));
  const configs = [flags.config, here("workers/floor/wrangler.toml"), here("workers/argon2/wrangler.toml")];
  const [gatehouse, floor, argon2] = await Promise.all(configs.map(build));
  const peers = await buildPeers(peerNames, scratch, say);
  say("measuring start-up");
  const startUp = await measureStartUp({
    floor: { start: () => startEmpty(floor, scratch), probe: "/ok" },
    gatehouse: { start: () => startEmpty(gatehouse, scratch), probe: "/healthz" },
    ...Object.fromEntries(
      peers.map((peer) => [peer.name, { start: () => startPeer(peer, scratch), probe: peer.probe }]),
    ),
  });
  say("making a realm with its users");
  const userCount = settings.connections * USERS_PER_CONNECTION;
  const workers = {
    gatehouse: await startWithRealm(gatehouse, scratch, { migrations, userCount }),
    floor: await startEmpty(floor, scratch),
    argon2: await startEmpty(argon2, scratch),
  };
  await startPrepared(peers, scratch, userCount, say);
  const ablePeers = peers.filter(({ failure }) => failure === undefined);
  const runs = await measureRounds(workers, ablePeers, settings, say);
  await Promise.all([...Object.values(workers).map((worker) => worker.stop()), stopPeers(peers)]);

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
    peers: peers.map((peer) => reportOf(peer, runs.peers, startUp)),
  };
  return { ...measured, verdicts: judge(measured), runs };
}

function reportOf({ name, versions, about, failure, built, operations }, runs, startUp) {
  const own = runs.filter((run) => run.peer === name);
  const notes = Object.entries(operations).flatMap(([operation, { note }]) => (note ? [[operation, note]] : []));
  return {
    name,
    versions,
    about,
    failure,
    notes: Object.fromEntries(notes),
    bundle: built?.size,
    startUp: startUp[name],
    operations: summarize(own, operations),
  };
}

const report = await bench();
console.log(renderReport(report));
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
if (flags.docs) writeMeasured(here("../docs/performance.md"), report);
if (flags.check && report.verdicts.some((verdict) => verdict.failed)) process.exitCode = 1;
