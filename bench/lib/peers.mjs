// Peers: what else npm has for the same work. They are installed when they are first asked for, and built, started and loaded as the
// product is. One that fails is out, with what it said; the run goes on.
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../scripts/start/ports.mjs";
import { PEERS } from "../peers/all.mjs";
import { Connection } from "./connection.mjs";
import { buildWorker, startWorker } from "./worker.mjs";

const run = promisify(execFile);
const FOLDER = new URL("../peers/", import.meta.url);
const STDERR_KEPT = 500;
const PATIENCE_MS = 90_000;

const inFolder = (file) => fileURLToPath(new URL(file, FOLDER));
const readJson = (file) => JSON.parse(readFileSync(inFolder(file), "utf8"));

/** Installs what is not there in the locked version. @param {(text: string) => void} say */
export async function installPeers(say) {
  const wanted = Object.entries(readJson("package.json").dependencies);
  if (wanted.every(([name, version]) => installedVersion(name) === version)) return;
  say("installing the peers");
  await run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: fileURLToPath(FOLDER) });
}

function installedVersion(name) {
  try {
    return readJson(`node_modules/${name}/package.json`).version;
  } catch {
    return undefined;
  }
}

/** @param {string[]} names among those in peers/all.mjs @param {(text: string) => void} say */
export async function buildPeers(names, scratch, say) {
  const { dependencies } = readJson("package.json");
  const peers = names.map((name) => {
    const versions = Object.fromEntries(PEERS[name].packages.map((own) => [own, dependencies[own]]));
    return { name, versions, ...PEERS[name] };
  });
  await forEachAble(peers, "it does not build", say, async (peer) => {
    if (peer.worker !== undefined) peer.built = await buildWorker(inFolder(peer.worker), scratch.folder("build"));
  });
  return peers;
}

/** Starts a peer without any data. */
export async function startPeer({ built, server, vars }, scratch) {
  const port = await freePort();
  const started = built
    ? await startWorker(built, { stateDir: scratch.folder("state"), port, vars })
    : await startServer(inFolder(server), port);
  return { ...started, port, host: `127.0.0.1:${port}` };
}

/** Starts every peer with what its operations need, as its `running`. */
export function startPrepared(peers, scratch, userCount, say) {
  return forEachAble(peers, "it does not get ready", say, async (peer) => {
    peer.running = await startPeer(peer, scratch);
    const { port, host } = peer.running;
    const connection = new Connection({ port, host });
    const tooLong = pause(PATIENCE_MS, undefined, { ref: false }).then(() => {
      throw new Error("what its operations need was not made in time");
    });
    const prepared = peer.prepare(connection, { origin: `http://${host}`, userCount });
    peer.running.realm = await Promise.race([prepared, tooLong]);
    connection.close();
  });
}

export const stopPeers = (peers) => Promise.all(peers.map(({ running }) => running?.stop()));

async function forEachAble(peers, failure, say, work) {
  for (const peer of peers.filter(({ failure }) => failure === undefined)) {
    try {
      await work(peer);
    } catch (error) {
      peer.failure = failure;
      say(`! ${peer.name}, ${failure}: ${error.message}`);
    }
  }
}

/** A peer that is no Worker: a program that gets its port, and sends a message when it listens. */
async function startServer(file, port) {
  const startedAt = performance.now();
  const options = {
    execArgv: [],
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  };
  const child = fork(file, [String(port)], options);
  let said = "";
  child.stderr.on("data", (text) => {
    said = `${said}${text}`.slice(-STDERR_KEPT);
  });
  const [message] = await Promise.race([once(child, "message"), once(child, "exit").then(() => [])]);
  if (message === undefined) throw new Error(said);
  const readyMs = performance.now() - startedAt;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  };
  return { processId: child.pid, readyMs, stop };
}
