// @ts-check
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {import("./reporter.mjs").ModuleResult} ModuleResult */
/** @typedef {{ modules: ModuleResult[], faults: string[] }} SuiteResults */

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const targets = ["gatehouse", "oidc-provider"];

/** The Node that the repository brings, else the one that runs this. */
export function nodeCommand() {
  const own = join(root, "node_modules/.bin/node");
  return existsSync(own) ? own : process.execPath;
}

/**
 * Runs the suite once and returns what became of its modules.
 * @param {object} options
 * @param {string} options.target
 * @param {string} [options.baseUrl] of a Gatehouse that runs already
 * @param {string} [options.adminToken] its operator's, where it is not the one in .dev.vars
 * @param {readonly string[]} [options.modules] only these; all without
 * @returns {Promise<SuiteResults>}
 */
export async function runSuite({ target, baseUrl = "", adminToken, modules = [] }) {
  const directory = await mkdtemp(join(tmpdir(), "conformance-"));
  const resultsFile = join(directory, "results.json");
  const args = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", "conformance"];
  args.push("--reporter", join(root, "scripts/conformance/reporter.mjs"));
  if (modules.length > 0) args.push("--testNamePattern", `(?:${modules.join("|")}): `);
  const child = spawn(nodeCommand(), args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CONFORMANCE_TARGET: target,
      CONFORMANCE_BASE_URL: baseUrl,
      CONFORMANCE_RESULTS: resultsFile,
      ...(adminToken === undefined ? {} : { ADMIN_TOKEN: adminToken }),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-20_000);
    });
  await new Promise((resolve) => child.on("close", resolve));
  try {
    const results = JSON.parse(await readFile(resultsFile, "utf8"));
    return results.modules.length > 0
      ? results
      : { modules: [], faults: [...results.faults, `nothing ran:\n${output}`] };
  } catch {
    return { modules: [], faults: [`the suite did not run:\n${output}`] };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @param {SuiteResults} results */
export const isGood = ({ modules, faults }) =>
  modules.length > 0 && faults.length === 0 && modules.every(({ result }) => result !== "FAILED");

/** Plans by name, whichever was done first. @param {ModuleResult[]} modules @returns {[string, ModuleResult[]][]} */
export const byPlan = (modules) =>
  [...Map.groupBy(modules, ({ plan }) => plan)].toSorted(([one], [other]) => (one < other ? -1 : 1));
