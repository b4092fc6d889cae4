// @ts-check
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { localFetch } from "../local-fetch.mjs";
import { childFailure, startChild } from "./children.mjs";
import { StartError } from "./start-error.mjs";

const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 100;
/** An error printed while starting is final when the Worker does not answer soon after it. */
const AFTER_ERROR_MS = 2_000;

/**
 * @typedef {object} Place
 * @property {string} root absolute path of the repository
 * @property {string} stateDirectory absolute
 */

/**
 * Applies what is missing of the D1 migrations to the local databases.
 * @param {Place & { onStart: (child: import("./children.mjs").Child) => void }} place
 */
export async function migrate({ root, stateDirectory, onStart }) {
  for (const binding of databasesIn(readFileSync(join(root, "wrangler.toml"), "utf8"))) {
    const child = startChild({
      ...wrangler({ root, stateDirectory }, ["d1", "migrations", "apply", binding, "--local"]),
      name: "database migration",
      verbose: false,
    });
    onStart(child);
    const how = await child.ended;
    if (how !== "ended with code 0") throw childFailure(child, how);
  }
}

/**
 * The bindings of the databases that a wrangler.toml has outside of its environments.
 * @param {string} toml
 */
export const databasesIn = (toml) =>
  [...toml.matchAll(/^\[\[d1_databases\]\]\s+binding\s*=\s*"(\w+)"/gm)].map(([, binding = ""]) => binding);

/**
 * Starts the Worker. It listens on loopback only and is not ready yet: see `untilHealthy`.
 * @param {Place & { port: number, scheme: "http" | "https", verbose: boolean }} options
 */
export function startWorker({ root, stateDirectory, port, scheme, verbose }) {
  const args = ["dev", "--local", "--ip", "127.0.0.1", "--port", String(port), "--local-protocol", scheme];
  args.push("--inspector-port", "0", "--show-interactive-dev-session=false");
  args.push("--var", `DEV_SCHEME:${scheme}`, "--var", `DEV_PORT:${port}`);
  return startChild({
    ...wrangler({ root, stateDirectory }, args),
    name: "Worker",
    verbose,
    logFile: join(stateDirectory, "runtime.log"),
  });
}

/**
 * Waits until `address` answers 200. Throws what the child printed when it ends, complains or stays silent instead.
 * @param {import("./children.mjs").Child} child
 * @param {string} address
 * @param {AbortSignal} stopping
 */
export async function untilHealthy(child, address, stopping) {
  let how = "";
  child.ended.then((words) => {
    how = words;
  });
  let deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const status = await statusOf(address);
    if (status === 200) return;
    stopping.throwIfAborted();
    if (how !== "") throw childFailure(child, how);
    if (child.complained() || status !== undefined) deadline = Math.min(deadline, Date.now() + AFTER_ERROR_MS);
    if (Date.now() > deadline) throw childFailure(child, `does not answer GET ${address} with 200`);
    // What answers, but badly, logs each question.
    await new Promise((resolve) => setTimeout(resolve, status === undefined ? POLL_MS : AFTER_ERROR_MS));
  }
}

/**
 * @param {string} address
 * @returns {Promise<number | undefined>} undefined while nothing answers
 */
async function statusOf(address) {
  try {
    return (await localFetch(address, { signal: AbortSignal.timeout(5_000) })).status;
  } catch {
    return undefined;
  }
}

/**
 * How to run wrangler here: with the Node that the repository brings, quiet, and without a word to anybody.
 * @param {Place} place
 * @param {string[]} args
 */
function wrangler({ root, stateDirectory }, args) {
  const program = join(root, "node_modules/wrangler/wrangler-dist/cli.js");
  const node = join(root, "node_modules/.bin/node");
  if (!existsSync(program)) throw new StartError("The dependencies are not installed yet. Run: npm ci");
  return {
    command: existsSync(node) ? node : process.execPath,
    args: ["--no-warnings", program, ...args, "--persist-to", stateDirectory],
    cwd: root,
    env: {
      ...process.env,
      CI: "true",
      CLOUDFLARE_ENV: undefined,
      FORCE_COLOR: "0",
      DO_NOT_TRACK: "1",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
      WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
      // The banner is what asks the registry for newer versions.
      WRANGLER_HIDE_BANNER: "true",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      // Two starts side by side must not find each other's Worker.
      WRANGLER_REGISTRY_PATH: join(stateDirectory, "runtime/registry"),
      WRANGLER_LOG_PATH: join(stateDirectory, "runtime/logs"),
    },
  };
}
