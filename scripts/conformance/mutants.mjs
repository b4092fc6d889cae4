// @ts-check
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../start/children.mjs";
import { readDevVars } from "../start/dev-vars.mjs";
import { freePort } from "../start/ports.mjs";
import { untilHealthy } from "../start/runtime.mjs";
import { mutants } from "./mutant-list.mjs";
import { nodeCommand, root, runSuite } from "./run-suite.mjs";

/** @typedef {import("./mutant-list.mjs").Mutant} Mutant */
/** @typedef {{ name: string, caughtBy: string[], because: string, fault: string }} MutantOutcome */

/** What the product is made of. */
const parts = ["src", "scripts", "migrations", "wrangler.toml", "package.json", "tsconfig.json"];
const sideBySide = 2;

/** Products of mutants that run now, in process groups of their own. @type {Set<import("../start/children.mjs").Child>} */
const running = new Set();

/**
 * Tries each mutant in a copy of the tree, on a port of its own.
 * @param {readonly string[]} chosen parts of names; empty for all
 * @param {(outcome: MutantOutcome) => void} tell called as each is done
 * @returns {Promise<MutantOutcome[]>} in the order of the list
 */
export async function tryMutants(chosen, tell) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stopEarly);
  /** @type {Map<Mutant, MutantOutcome>} */
  const outcomes = new Map();
  const waiting = mutants.filter(({ name }) => chosen.length === 0 || chosen.some((part) => name.includes(part)));
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const outcome = await tryMutant(mutant);
      outcomes.set(mutant, outcome);
      tell(outcome);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  return mutants.flatMap((mutant) => outcomes.get(mutant) ?? []);
}

async function stopEarly() {
  await Promise.all([...running].map((child) => child.stop()));
  process.exit(130);
}

/** @param {Mutant} mutant @returns {Promise<MutantOutcome>} */
async function tryMutant(mutant) {
  const tree = await mkdtemp(join(tmpdir(), "mutant-"));
  try {
    for (const part of parts) await cp(join(root, part), join(tree, part), { recursive: true });
    await symlink(join(root, "node_modules"), join(tree, "node_modules"));
    await mutate(join(tree, mutant.file), mutant);
    return await withProduct(tree, async (baseUrl) => {
      const adminToken = readDevVars(join(tree, ".dev.vars")).ADMIN_TOKEN ?? "";
      const suite = await runSuite({ target: "gatehouse", baseUrl, adminToken, modules: mutant.modules });
      const failed = suite.modules.filter(({ result }) => result === "FAILED");
      const [fault = ""] = suite.faults;
      const caughtBy = [...new Set(failed.map(({ module }) => module))];
      const because = failed[0]?.reason ?? "";
      return { name: mutant.name, caughtBy, because, fault };
    });
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { name: mutant.name, caughtBy: [], because: "", fault };
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** @param {string} path @param {Mutant} mutant */
async function mutate(path, { file, find, replace }) {
  const text = await readFile(path, "utf8");
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} holds ${places} times what the mutant replaces: ${find}`);
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
}

/**
 * @template Answer
 * @param {string} tree
 * @param {(baseUrl: string) => Promise<Answer>} use
 * @returns {Promise<Answer>}
 */
async function withProduct(tree, use) {
  const port = await freePort();
  const args = [join(tree, "scripts/start.mjs"), "--port", String(port), "--https", "--no-demo"];
  args.push("--state", join(tree, "state"));
  const child = startChild({
    name: "mutant",
    command: nodeCommand(),
    args,
    cwd: tree,
    env: process.env,
    verbose: false,
  });
  running.add(child);
  const baseUrl = `https://127.0.0.1:${port}`;
  try {
    await untilHealthy(child, `${baseUrl}/healthz`, new AbortController().signal);
    return await use(baseUrl);
  } finally {
    await child.stop();
    running.delete(child);
  }
}
