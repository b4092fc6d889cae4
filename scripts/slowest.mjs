// @ts-check
// npm run slowest: which files, and which tests, took longest when the tests ran last.
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reportOf } from "./test/reports.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { lines: { type: "string", default: "15" } },
});

/** @typedef {{ name: string, startTime: number, endTime: number, assertionResults: { title: string, duration?: number }[] }} File */

/** @param {string} title @param {{ ms: number, what: string }[]} all */
function print(title, all) {
  console.log(title);
  const first = all.toSorted((one, other) => other.ms - one.ms).slice(0, Number(values.lines));
  for (const { ms, what } of first) console.log(`${(ms / 1000).toFixed(1).padStart(8)} s  ${what}`);
}

for (const step of positionals.length > 0 ? positionals : ["workerd", "outside"]) {
  const text = await readFile(join(root, reportOf(step)), "utf8").catch(() => null);
  if (text === null) {
    console.error(`${step} has not run yet: npm test -- ${step}`);
    process.exitCode = 1;
    continue;
  }
  const { testResults } = /** @type {{ testResults: File[] }} */ (JSON.parse(text));
  const files = testResults.map((file) => ({ ...file, path: relative(root, file.name) }));
  print(
    `\nThe slowest files of ${step}`,
    files.map(({ startTime, endTime, path, assertionResults }) => ({
      ms: endTime - startTime,
      what: `${path} (${assertionResults.length})`,
    })),
  );
  print(
    `\nThe slowest tests of ${step}`,
    files.flatMap(({ path, assertionResults }) =>
      assertionResults.map(({ title, duration }) => ({ ms: duration ?? 0, what: `${path}: ${title}` })),
    ),
  );
}
