import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { freePort } from "../../../scripts/start/ports.mjs";
import { readDevVars } from "./dev-vars.ts";

const root = join(import.meta.dirname, "../../..");
const readyWithinMs = 90_000;

export interface Product {
  readonly baseUrl: string;
  readonly adminToken: string;
  /** Where it keeps what it stores. */
  readonly stateDirectory: string;
  readonly stop: () => Promise<void>;
}

/** The state directories of those that this process has started. */
export const startedHere: string[] = [];

/** Starts the product by its one command, on an empty state of its own. `options` are the command's. */
export async function startProduct(...options: string[]): Promise<Product> {
  const state = await mkdtemp(join(tmpdir(), "gatehouse-test-"));
  startedHere.push(state);
  // The Worker's, and the partner application's.
  const port = await freePort(1);
  const words = ["scripts/start.mjs", "--port", String(port), "--state", state, "--fresh", ...options];
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(child);
  const baseUrl = `${options.includes("--https") ? "https" : "http"}://127.0.0.1:${port}`;
  await untilHealthy(baseUrl, child, output);
  const vars = await readDevVars(join(root, ".dev.vars"));
  return {
    baseUrl,
    adminToken: vars.ADMIN_TOKEN ?? "",
    stateDirectory: state,
    stop: async () => {
      await end(child);
      await rm(state, { recursive: true, force: true });
    },
  };
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000);
    });
  return () => text;
}

/** Healthy, and the starter realm in place: the command prints its summary last. */
async function untilHealthy(baseUrl: string, child: ChildProcess, output: () => string): Promise<void> {
  const giveUpAt = Date.now() + readyWithinMs;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) break;
    const healthy = await localFetch(`${baseUrl}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy && output().includes("ADMIN_TOKEN")) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await end(child);
  throw new Error(`the product did not start:\n${output()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const tooLong = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(tooLong);
}
