// @ts-check
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { byPlan, root } from "./run-suite.mjs";

/** @typedef {import("./run-suite.mjs").SuiteResults} SuiteResults */

const path = join(root, "docs/conformance.md");

/** @param {{ target: string, results: SuiteResults }[]} runs */
export async function writeModules(runs) {
  const [first] = runs;
  if (first === undefined) return;
  const sections = byPlan(first.results.modules).map(([plan, modules]) => {
    const rows = modules.map(({ module, proves }) => [
      `\`${module}\``,
      ...runs.map(({ results }) => verdict(results, plan, module)),
      proves,
    ]);
    return `### ${plan} (${modules.length})\n\n${table(["module", ...runs.map(({ target }) => target), "proves"], rows)}`;
  });
  const totals = runs.map(({ target, results: { modules } }) => {
    const count = (/** @type {string} */ wanted) => String(modules.filter(({ result }) => result === wanted).length);
    return [target, count("PASSED"), count("SKIPPED"), count("FAILED"), String(modules.length)];
  });
  const summary = table(["target", "passed", "skipped", "failed", "modules"], totals);
  await replaceSection("modules", [summary, ...sections].join("\n\n"));
}

/** @param {import("./mutants.mjs").MutantOutcome[]} outcomes */
export async function writeMutants(outcomes) {
  const rows = outcomes.map(({ name, caughtBy }) => [
    name,
    caughtBy.length === 0 ? "**nobody**" : caughtBy.map((module) => `\`${module}\``).join(", "),
  ]);
  await replaceSection("mutants", table(["mutant", "caught by"], rows));
}

/** @param {SuiteResults} results @param {string} plan @param {string} module */
function verdict({ modules }, plan, module) {
  const found = modules.find((candidate) => candidate.plan === plan && candidate.module === module);
  if (found === undefined) return "not run";
  return found.result === "SKIPPED" ? `skipped: ${found.reason}` : found.result.toLowerCase();
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** @param {string} name @param {string} text */
async function replaceSection(name, text) {
  const [open, close] = [`<!-- ${name}: written by npm run conformance -->`, `<!-- /${name} -->`];
  const document = await readFile(path, "utf8");
  const [before, rest] = document.split(open);
  const after = rest?.split(close)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/conformance.md has no place for the ${name}`);
  await writeFile(path, `${before}${open}\n\n${text}\n\n${close}${after}`);
}
