// node bench/storage-calls.mjs: how often each operation calls a binding, once the caches are warm.
import { copyFileSync } from "node:fs";
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
const config = process.argv[2] ?? here("../wrangler.toml");
const scratch = makeScratch();
const built = await buildWorker(config, scratch.folder("build"));
copyFileSync(here(`workers/${COUNTED}`), path.join(built.outdir, COUNTED));
const counted = { ...built, modules: [moduleOf(built.outdir, COUNTED), ...built.modules] };
const migrations = path.join(path.dirname(config), "migrations");
const { realm, stop, ...worker } = await startWithRealm(counted, scratch, { migrations, userCount: 1 });

const connection = new Connection(worker);
const countedSince = async () => (await connection.request({ path: "/storage-calls" })).json();
for (const [operation, { start }] of Object.entries(OPERATIONS)) {
  const step = await start(connection, { realm, user: realm.users[0] });
  await step();
  await countedSince();
  for (let taken = 0; taken < STEPS; taken += 1) await step();
  const calls = Object.entries(await countedSince()).map(([name, count]) => `${count / STEPS} × ${name}`);
  console.log(`${operation.padEnd(20)} ${calls.join(", ") || "none"}`);
}
connection.close();
await stop();
