// @ts-check
// npm test: everything that decides, several steps at a time; what they print comes whole and in the order below.
import { parseArgs } from "node:util";
import { reportOf } from "./test/reports.mjs";
import { runSteps } from "./test/run-steps.mjs";

/** @param {string} name */
const reporters = (name) => `--reporter=default --reporter=json --outputFile.json=${reportOf(name)}`;

/** @type {readonly import("./test/run-steps.mjs").Step[]} */
const steps = [
  { name: "format", commands: ["biome format ."] },
  { name: "lint", commands: ["biome lint ."] },
  {
    name: "types",
    commands: ["tsc -p tsconfig.json", "tsc -p test/tsconfig.json", "tsc -p test/outside/tsconfig.json"],
  },
  { name: "architecture", commands: ["vitest run --project repository"], after: ["format", "lint", "types"] },
  {
    name: "workerd",
    commands: [`vitest run --project workerd --project workerd-alone ${reporters("workerd")}`],
    after: ["architecture"],
  },
  // Waits more than it works, so that it goes beside what does not.
  { name: "conformance", commands: ["node scripts/conformance.mjs --target all"], after: ["architecture"] },
  {
    name: "outside",
    commands: ["node scripts/ensure-chromium.mjs", `vitest run --project outside ${reporters("outside")}`],
    after: ["workerd", "conformance"],
  },
  { name: "build", commands: ["npm run build"], after: ["workerd", "conformance"] },
];

const usage = `Usage: npm test [-- STEP…]

All steps, or only those named: ${steps.map(({ name }) => name).join(", ")}.
`;

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step "${unknown[0]}".\n\n${usage}`);
  process.exitCode = 2;
} else {
  const chosen = steps.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  process.exitCode = (await runSteps(chosen)) ? 0 : 1;
}
