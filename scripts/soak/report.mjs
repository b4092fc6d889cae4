// A verdict and its figures, for a terminal and for docs/soak.md.
import { SHORTEST_MINUTES } from "./judge.mjs";

/** A run of many hours is shown by a minute of each stretch. */
const MOST_LINES = 32;

const number = (value, digits = 1) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–";
const row = (cells) => `| ${cells.join(" | ")} |`;
const line = (cells) => row(cells.map((_, at) => (at === 0 ? "---" : "--:")));
const table = (head, rows) => [row(head), line(head), ...rows.map(row)];

export function renderSoak({ minutes, connections, isJudged, faults, operations, memory, rows, perMinute }) {
  const verdict =
    faults.length > 0
      ? `FAULTS: ${faults.join("; ")}`
      : isJudged
        ? "every answer right, and flat"
        : `every answer right; too short a run to judge slopes (less than ${SHORTEST_MINUTES} minutes)`;
  const lasted = minutes < 1 ? `${Math.round(minutes * 60)} seconds` : `${number(minutes, 0)} minutes`;
  const stretch = Math.ceil(perMinute.length / MOST_LINES);
  const shown = perMinute.map((minute, at) => ({ minute, at })).filter(({ at }) => (at + 1) % stretch === 0);
  return [
    `${lasted}, two realms, ${connections} connections for each operation in each: **${verdict}**.`,
    `After the warm-up the product's heap has grown by ${number(memory.heapMib)} MiB, workerd as a whole by ${number(memory.processMib)} MiB, the simulators' heaps in it by ${number(memory.simulatorsMib)} MiB.`,
    "",
    ...table(
      ["operation", "done and checked", "p50 ms, early", "late", "p99 ms, early", "late", "wrong or no answer"],
      operations.map(({ operation, count, p50, p99, errors }) => [
        operation,
        number(count, 0),
        ...(isJudged ? [p50.early, p50.late, p99.early, p99.late] : [p50.all, p50.all, p99.all, p99.all]).map((ms) =>
          number(ms),
        ),
        errors,
      ]),
    ),
    "",
    ...table(
      ["stored", "minute 1", "early", "late", "most"],
      rows.map(({ name, first, early, late, most, isKept }) => [
        `${name}${isKept ? " (kept by design)" : ""}`,
        ...[first, early, late, most].map((count) => number(count, 0)),
      ]),
    ),
    "",
    ...table(
      ["minute", "heap, MiB", "workerd, MiB", "simulators, MiB", "rows and keys", "requests", "worst p99 ms"],
      shown.map(({ minute, at }) => [
        at + 1,
        number(minute.productMib),
        number(minute.residentMib, 0),
        number(minute.simulatorsMib, 0),
        number(
          Object.values(minute.rows).reduce((sum, count) => sum + count, 0),
          0,
        ),
        number(
          minute.runs.reduce((sum, run) => sum + run.count, 0),
          0,
        ),
        number(Math.max(...minute.runs.map(({ p99Ms }) => p99Ms ?? 0))),
      ]),
    ),
  ].join("\n");
}
