// @ts-check
// npm run conformance: the OpenID Foundation's plans, as test/conformance states them, against one target or both.
import { parseArgs } from "node:util";
import { writeModules, writeMutants } from "./conformance/document.mjs";
import { tryMutants } from "./conformance/mutants.mjs";
import { byPlan, isGood, runSuite, targets } from "./conformance/run-suite.mjs";

const usage = `Usage: npm run conformance -- [options]

  --target NAME    gatehouse (default), oidc-provider, or all: both side by side
  --base-url URL   a Gatehouse that runs already (https), with ADMIN_TOKEN in the environment or in .dev.vars
  --module NAME    only this module; may be given more than once
  --mutants        breaks Gatehouse in a copy, in one way after the other, and demands that the suite notices each
  --mutant TEXT    only those whose names hold this; may be given more than once
  --docs           writes the results into docs/conformance.md
`;

/** @returns what was asked for, or null after saying what is wrong with it */
function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: "string", default: "gatehouse" },
        "base-url": { type: "string" },
        module: { type: "string", multiple: true, default: [] },
        mutants: { type: "boolean", default: false },
        mutant: { type: "string", multiple: true, default: [] },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.target === "all" || targets.includes(values.target)) return values;
    console.error(`There is no target "${values.target}".\n\n${usage}`);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  return null;
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const values = readArguments();
  if (values === null) return 2;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const isMutants = values.mutants || values.mutant.length > 0;
  return (await (isMutants ? runMutants(values) : runTargets(values))) ? 0 : 1;
}

/** @typedef {NonNullable<ReturnType<typeof readArguments>>} Arguments */

/** @param {Arguments} values @returns {Promise<boolean>} whether all is well */
async function runTargets(values) {
  const chosen = values.target === "all" ? targets : [values.target];
  const baseUrl = values["base-url"];
  console.log(`Running against ${chosen.join(" and ")}. Some modules have to wait: all take about two minutes.`);
  const runs = await Promise.all(
    chosen.map(async (target) => {
      const options = { target, modules: values.module, ...(baseUrl === undefined ? {} : { baseUrl }) };
      return { target, results: await runSuite(options) };
    }),
  );
  for (const { target, results } of runs) printTable(target, results);
  if (values.docs && values.module.length === 0) await writeModules(runs);
  return runs.every(({ results }) => isGood(results));
}

/** @param {Arguments} values @returns {Promise<boolean>} whether each was noticed */
async function runMutants(values) {
  const outcomes = await tryMutants(values.mutant, (outcome) => {
    const verdict = outcome.caughtBy.length > 0 ? `caught by ${outcome.caughtBy.join(", ")}` : "NOT NOTICED";
    console.log([`${outcome.name}: ${verdict}`, outcome.because, outcome.fault].filter(Boolean).join("\n  "));
  });
  if (values.docs && values.mutant.length === 0) await writeMutants(outcomes);
  const missed = outcomes.filter(({ caughtBy }) => caughtBy.length === 0);
  console.log(`\n${outcomes.length - missed.length} of ${outcomes.length} mutants caught`);
  return missed.length === 0;
}

/**
 * @param {string} target
 * @param {import("./conformance/run-suite.mjs").SuiteResults} results
 */
function printTable(target, { modules, faults }) {
  const width = Math.max(0, ...modules.map(({ module }) => module.length));
  for (const [plan, results] of byPlan(modules)) {
    console.log(`\n${plan} (${target})`);
    for (const { module, result, reason } of results)
      console.log(`  ${module.padEnd(width)}  ${result}${reason === "" ? "" : ` (${reason})`}`);
  }
  const count = (/** @type {string} */ wanted) => modules.filter(({ result }) => result === wanted).length;
  console.log(
    `\n${target}: ${count("PASSED")} passed, ${count("SKIPPED")} skipped, ${count("FAILED")} failed of ${modules.length}`,
  );
  for (const fault of faults) console.error(`${target}: ${fault}`);
}

process.exitCode = await main();
