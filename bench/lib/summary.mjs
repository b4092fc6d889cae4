// From raw runs to the figures of the table, and from figures to verdicts.
import { OPERATIONS } from "../operations.mjs";

export const BUNDLE_GZIP_KIB_TARGET = 180;
export const FIRST_ANSWER_MS_TARGET = 5;
const CHECK_TOLERANCE = 0.9;

/** Middle of the numbers given, leaving out what was not measured; undefined when nothing was. */
export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : mean(sorted.slice(middle - 1, middle + 1));
}

export function mean(values) {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One row per operation: medians over its rounds, the spread of its share of the floor, and every error. */
export function summarize(runs, definitions = OPERATIONS) {
  return Object.entries(Object.groupBy(runs, (run) => run.operation)).map(([operation, rounds]) => {
    const middle = (figure) => median(rounds.map((run) => run[figure]));
    const shares = rounds.map((run) => run.ofFloor).filter(Number.isFinite);
    return {
      operation,
      requests: definitions[operation]?.requests ?? 1,
      perSecond: middle("perSecond"),
      p50Ms: middle("p50Ms"),
      p99Ms: middle("p99Ms"),
      cpuMicroseconds: middle("cpuMicroseconds"),
      clientCores: middle("clientCores"),
      otherCores: middle("otherCores"),
      ofFloor: middle("ofFloor"),
      ofFloorRange: shares.length === 0 ? undefined : [Math.min(...shares), Math.max(...shares)],
      cpuOfFloor: middle("cpuOfFloor"),
      hashes: middle("hashes"),
      errors: rounds.reduce((sum, run) => sum + run.errors, 0),
      firstError: rounds.find((run) => run.firstError)?.firstError,
    };
  });
}

/** Every target beside what was measured; `value` is undefined where the machine could not tell. */
export function judge({ operations, bundle, startUp }) {
  const verdicts = operations.map((row) => {
    const { ofFloor, hashes } = OPERATIONS[row.operation].target;
    return hashes === undefined
      ? verdict(row.operation, "atLeast", row.ofFloor, ofFloor, row.errors)
      : verdict(row.operation, "atMost", row.hashes, hashes, row.errors);
  });
  verdicts.push(verdict("bundle", "atMost", bundle.entry.gzipBytes / 1024, BUNDLE_GZIP_KIB_TARGET));
  verdicts.push(verdict("first-answer", "atMost", startUp.gatehouse.firstAnswerMs, FIRST_ANSWER_MS_TARGET));
  return verdicts;
}

function verdict(name, bound, value, target, errors = 0) {
  const reached = bound === "atLeast" ? value / target : target / value;
  const failed = errors > 0 || reached < CHECK_TOLERANCE;
  return { name, bound, value, target, met: errors === 0 && reached >= 1, failed, measured: Number.isFinite(reached) };
}
