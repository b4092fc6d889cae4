// node bench/storage-calls.mjs: how often each operation calls a binding, once the caches are warm. `--keep` writes it down for bench/scale.
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startWithRealm } from "./fixtures.mjs";
import { Connection } from "./lib/connection.mjs";
import { makeScratch } from "./lib/scratch.mjs";
import { buildWorker, moduleOf } from "./lib/worker.mjs";
import { OPERATIONS } from "./operations.mjs";

const STEPS = 20;
const COUNTED = "counted.js";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const KEPT = "scale/storage-calls.json";
const [config = here("../wrangler.toml")] = process.argv.slice(2).filter((word) => word !== "--keep");
const scratch = makeScratch();
const built = await buildWorker(config, scratch.folder("build"));
copyFileSync(here(`workers/${COUNTED}`), path.join(built.outdir, COUNTED));
const counted = { ...built, modules: [moduleOf(built.outdir, COUNTED), ...built.modules] };
const migrations = path.join(path.dirname(config), "migrations");
const { realm, stop, ...worker } = await startWithRealm(counted, scratch, { migrations, userCount: 1 });

const connection = new Connection(worker);
const countedSince = async () => (await connection.request({ path: "/storage-calls" })).json();
const kept = {};
for (const [operation, { start, requests = 1 }] of Object.entries(OPERATIONS)) {
  const step = await start(connection, { realm, user: realm.users[0] });
  await step();
  await countedSince();
  for (let taken = 0; taken < STEPS; taken += 1) await step();
  const { calls: counts, ...rows } = await countedSince();
  const perStep = (of) => Object.fromEntries(Object.entries(of).map(([name, count]) => [name, count / STEPS]));
  const { objectRowsRead, objectRowsWritten } = perStep(rows);
  kept[operation] = { requests, calls: perStep(counts), objectRowsRead, objectRowsWritten };
  const calls = Object.entries(perStep(counts)).map(([name, count]) => `${count} × ${name}`);
  console.log(
    `${operation.padEnd(20)} ${calls.join(", ") || "none"}; rows of objects: ${objectRowsRead} read, ${objectRowsWritten} written`,
  );
}
connection.close();
await stop();
if (process.argv.includes("--keep")) writeFileSync(here(KEPT), `${JSON.stringify(kept, null, 2)}\n`);
