// @ts-check
import { writeFileSync } from "node:fs";

/**
 * @typedef {object} ModuleResult
 * @property {string} plan
 * @property {string} module the name that the OpenID Foundation's suite gives it
 * @property {string} proves
 * @property {"PASSED" | "SKIPPED" | "FAILED"} result
 * @property {string} reason why it was skipped, or what it failed on
 * @property {number} milliseconds
 */

const longestReason = 240;

/** @type {Record<string, ModuleResult["result"]>} */
const results = { passed: "PASSED", skipped: "SKIPPED" };

/**
 * A reporter of vitest: writes what became of each module to the file that CONFORMANCE_RESULTS names, as JSON.
 */
export default class ConformanceReporter {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} files
   * @param {ReadonlyArray<import("vitest").SerializedError>} unhandled
   */
  onTestRunEnd(files, unhandled) {
    const modules = files.flatMap((file) => [...file.children.allTests()].filter(wasChosen).map(toResult));
    const faults = [...files.flatMap(faultsOf), ...unhandled.map((error) => error.message)];
    writeFileSync(process.env.CONFORMANCE_RESULTS ?? "", JSON.stringify({ modules, faults }));
  }
}

/** What a name filter leaves out has no note; what a module leaves out says why. @param {import("vitest/node").TestCase} test */
function wasChosen(test) {
  const result = test.result();
  return result.state !== "skipped" || result.note !== undefined;
}

/** @param {import("vitest/node").TestCase} test @returns {ModuleResult} */
function toResult(test) {
  const result = test.result();
  const [module = "", ...proves] = test.name.split(": ");
  const reason = result.state === "skipped" ? result.note : result.errors?.map((error) => error.message).join("; ");
  return {
    plan: "name" in test.parent ? test.parent.name : test.module.moduleId,
    module,
    proves: proves.join(": "),
    result: results[result.state] ?? "FAILED",
    reason: (reason ?? "").replaceAll(/\s+/g, " ").slice(0, longestReason),
    milliseconds: Math.round(test.diagnostic()?.duration ?? 0),
  };
}

/** Faults outside of any module: in a file, or while the target was set up. @param {import("vitest/node").TestModule} file */
function faultsOf(file) {
  const suites = [...file.children.allSuites()];
  return [file, ...suites].flatMap((part) => part.errors().map((error) => error.message ?? String(error)));
}
