// npm run rolling: an older build and the one at hand behind one address, under load, while one takes the other's place and back.
// docs/rolling.md tells more.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyMigrations, developmentVars } from "../bench/fixtures.mjs";
import { Connection } from "../bench/lib/connection.mjs";
import { makeScratch } from "../bench/lib/scratch.mjs";
import { startWorker } from "../bench/lib/worker.mjs";
import { verifyExport } from "./cli/verify-audit.mjs";
import { buildBoth, checkOut, commitOfOlderTables, describeCommit, migrationsSince } from "./rolling/builds.mjs";
import { judgeRolling, renderRolling } from "./rolling/report.mjs";
import { checkDiscovery } from "./soak/checks.mjs";
import { writeMeasured } from "./soak/measured.mjs";
import { OPERATIONS } from "./soak/operations.mjs";
import { startLoad } from "./soak/start-load.mjs";
import { furnishSoakWorld } from "./soak/world.mjs";
import { freePort } from "./start/ports.mjs";

/** Shares of the requests and of the objects that are the newer build's. */
const STAGES = [
  { name: "the older alone; the tables are changed meanwhile", requests: 0, objects: 0, isMigrated: true },
  { name: "half of the requests newer", requests: 0.5, objects: 0 },
  { name: "half of the objects too", requests: 0.5, objects: 0.5 },
  { name: "all objects newer", requests: 0.5, objects: 1 },
  { name: "the newer alone", requests: 1, objects: 1 },
  { name: "on the way back: half and half", requests: 0.5, objects: 0.5 },
  { name: "the older alone again, on the newer tables", requests: 0, objects: 0 },
];
/** What is handed out in the first stage lives to the last: an access token at most so long. */
const LIFETIMES = { access_token_ttl_seconds: 900 };
const LONGEST_STAGE_SECONDS = 100;
/** Local queues do not outlive their process. */
const QUEUES_EMPTY_MS = 3_000;
const SPOOFED = { "x-forwarded-host": "evil.test", "x-forwarded-proto": "https", forwarded: "host=evil.test" };

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text) => process.stderr.write(`${text}\n`);
const usage = `Usage: npm run rolling [-- OPTIONS]

  --beside COMMIT  the older version (default: the newest commit with other tables)
  --seconds N      for each of the ${STAGES.length} stages, 1 to ${LONGEST_STAGE_SECONDS} (default 20)
  --connections N  for each operation in each realm (default 1)
  --docs           puts the figures into docs/rolling.md
`;

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        beside: { type: "string" },
        seconds: { type: "string", default: "20" },
        connections: { type: "string", default: "1" },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return null;
    const [seconds, connections] = [Number(values.seconds), Number(values.connections)];
    if (!(seconds >= 1 && seconds <= LONGEST_STAGE_SECONDS))
      throw new Error(`--seconds is 1 to ${LONGEST_STAGE_SECONDS}.`);
    if (!(Number.isInteger(connections) && connections >= 1 && connections <= 50))
      throw new Error("--connections is 1 to 50.");
    return { beside: values.beside, seconds, connections, docs: values.docs };
  } catch (error) {
    say(error.message);
    process.exitCode = 2;
    return null;
  }
}

/** One start for each stage, on storage that stays: as an object is started anew when it changes its version. */
async function roll({ beside, seconds, connections }) {
  const scratch = makeScratch();
  const older = await describeCommit(beside ?? (await commitOfOlderTables()));
  say(`building ${older.commit} of ${older.madeAt} (${older.says}), and what is here`);
  const olderRoot = await checkOut(older.commit, scratch.folder("older"));
  const since = scratch.folder("migrations");
  const statements = await migrationsSince(olderRoot, since);
  const built = await buildBoth(olderRoot, scratch.folder("both"));
  const [stateDir, port] = [scratch.folder("state"), await freePort()];
  const vars = developmentVars(port);
  const logged = [];
  const onLog = (line) => {
    if (line.includes('"level":"error"')) logged.push(line);
  };
  const start = ({ requests, objects }) => {
    const shares = { NEWER_REQUESTS: String(requests), NEWER_OBJECTS: String(objects) };
    return startWorker(built, { stateDir, port, vars: { ...vars, ...shares }, onLog });
  };

  let worker = await start(STAGES[0]);
  const stages = [];
  let load;
  let chains;
  try {
    await applyMigrations(worker.miniflare, `${olderRoot}/migrations`);
    const users = connections * Object.keys(OPERATIONS).length;
    const operator = { port, adminToken: vars.ADMIN_TOKEN };
    const realms = await furnishSoakWorld(operator, { users, lifetimes: LIFETIMES });
    // Eight operators at once are no part of it.
    logged.length = 0;
    load = startLoad({ port, realms, connections, isCarriedOn: true });
    for (const stage of STAGES) {
      if (stage !== STAGES[0]) {
        await pause(QUEUES_EMPTY_MS);
        await worker.stop();
        worker = await start(stage);
      }
      const firstAnswerMs = await firstAnswer(port, realms[0]);
      const running = load.measure(seconds);
      const migratedMs = stage.isMigrated ? await migrateLater(worker, since, (seconds * 1000) / 2) : undefined;
      const runs = await running;
      stages.push({ ...stage, seconds, firstAnswerMs, migratedMs, runs });
      const errors = runs.reduce((sum, run) => sum + run.errors, 0);
      say(`${stage.name}: ${runs.reduce((sum, run) => sum + run.count, 0)} done, ${errors} errors`);
      for (const { operation, firstError } of runs) if (firstError) say(`  ${operation}: ${firstError}`);
    }
    await pause(QUEUES_EMPTY_MS);
    chains = await readChains(operator, realms);
  } finally {
    load?.stop();
    await worker.stop();
  }
  if (logged.length > 0) say(`What the Worker has logged first:\n${logged.slice(0, 10).join("\n")}`);
  return judgeRolling({ older, statements, seconds, connections, stages, chains, logged: logged.length });
}

/** The first request after a start, which lies about its host (RE-14). */
async function firstAnswer(port, realm) {
  const connection = new Connection({ port, host: realm.host });
  const startedAt = performance.now();
  const answer = await connection.request({ path: "/.well-known/openid-configuration", headers: SPOOFED });
  const tookMs = performance.now() - startedAt;
  connection.close();
  checkDiscovery(answer.json(), { realm });
  return tookMs;
}

async function migrateLater({ miniflare }, folder, afterMs) {
  await pause(afterMs);
  const startedAt = performance.now();
  await applyMigrations(miniflare, folder);
  return performance.now() - startedAt;
}

/** The audit log of each realm, written by both builds. */
async function readChains({ port, adminToken }, realms) {
  const connection = new Connection({ port, host: `127.0.0.1:${port}` });
  const headers = { authorization: `Bearer ${adminToken}` };
  const verdicts = [];
  for (const { id, name } of realms) {
    const path = `/admin/v1/realms/${id}/events/export`;
    const { body } = await connection.request({ path, headers });
    verdicts.push({ name, ...verifyExport(Buffer.from(body, "latin1").toString("utf8")) });
  }
  connection.close();
  return verdicts;
}

const flags = readFlags();
if (flags === null) say(usage);
else {
  const report = await roll(flags);
  console.log(renderRolling(report));
  if (flags.docs) writeMeasured(here("../docs/rolling.md"), renderRolling(report));
  if (report.faults.length > 0) process.exitCode = 1;
}
