// From samples to verdicts, for a terminal and for docs/soak.md.
import { readFileSync, writeFileSync } from "node:fs";
import { slope } from "../../bench/lib/memory.mjs";

const MEASURED = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;
/** The first part of a run warms caches and compiled code up, and is not judged. */
const WARM_SHARE = 0.2;
const SHORTEST_MINUTES = 10;
/** In the judged part memory may grow by this much in all, and the slower half of latencies by this factor. */
const MOST_GROWTH_MIB = 32;
const MOST_SLOWER = 1.5;
const TOLERATED_MS = 5;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const number = (value, digits = 1) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–";

/** @param samples of memory @param perMinute for each minute what each operation's load measured */
export function judgeSoak({ minutes, connections, operations, perMinute, samples, logLines }) {
  const isJudged = minutes >= SHORTEST_MINUTES;
  const faults = [];
  const judgedFrom = minutes * 60 * WARM_SHARE;
  const kept = samples.filter(({ seconds }) => seconds >= judgedFrom);
  const mibPerSecond = slope(kept.map(({ seconds, mib }) => ({ x: seconds, y: mib })));
  const growthMib = mibPerSecond === undefined ? undefined : mibPerSecond * (minutes * 60 - judgedFrom);
  if (isJudged && growthMib > MOST_GROWTH_MIB) faults.push(`memory grows by ${number(growthMib)} MiB`);
  const rows = operations.map((operation, at) => {
    const runs = perMinute.map((minute) => minute[at]);
    const steady = runs.slice(Math.floor(minutes * WARM_SHARE));
    const half = Math.ceil(steady.length / 2);
    const early = median(steady.slice(0, half).map(({ p50Ms }) => p50Ms));
    const late = median(steady.slice(-half).map(({ p50Ms }) => p50Ms));
    const errors = runs.reduce((sum, run) => sum + run.errors, 0);
    if (errors > 0)
      faults.push(`${operation}: ${errors} errors, first ${runs.find((run) => run.errors > 0).firstError}`);
    if (isJudged && late > early * MOST_SLOWER + TOLERATED_MS) faults.push(`${operation} slows down`);
    const of = (key) => runs.map((run) => run[key]).filter(Number.isFinite);
    return {
      operation,
      count: of("count").reduce((sum, value) => sum + value, 0),
      early,
      late,
      p50: median(of("p50Ms")),
      p99: median(of("p99Ms")),
      worst99: Math.max(...of("p99Ms")),
      errors,
    };
  });
  return { minutes, connections, isJudged, faults, rows, perMinute, samples, growthMib, mibPerSecond, logLines };
}

export function renderSoak({
  minutes,
  connections,
  isJudged,
  faults,
  rows,
  perMinute,
  samples,
  growthMib,
  mibPerSecond,
}) {
  const at = (minute) =>
    samples.filter(({ seconds }) => seconds >= (minute - 1) * 60 && seconds < minute * 60).map(({ mib }) => mib);
  const verdict =
    faults.length > 0
      ? `FAULTS: ${faults.join("; ")}`
      : isJudged
        ? "flat"
        : `no error; too short a run to judge slopes (less than ${SHORTEST_MINUTES} minutes)`;
  return [
    `${minutes} minutes, ${connections} connections for each operation: **${verdict}**.`,
    `Memory: ${number(mibPerSecond * 60, 2)} MiB a minute after the warm-up, ${number(growthMib)} MiB in all.`,
    "",
    "| operation | done | p50 ms, early | p50 ms, late | p99 ms, median of minutes | p99 ms, worst minute | errors |",
    "| --- | --: | --: | --: | --: | --: | --: |",
    ...rows.map(
      (row) =>
        `| ${row.operation} | ${number(row.count, 0)} | ${number(row.early)} | ${number(row.late)} | ${number(row.p99)} | ${number(row.worst99)} | ${row.errors} |`,
    ),
    "",
    `| minute | memory, MiB | ${rows.map(({ operation }) => `${operation} p50 / p99`).join(" | ")} |`,
    `| --: | --: | ${rows.map(() => "--:").join(" | ")} |`,
    ...perMinute.map(
      (runs, index) =>
        `| ${index + 1} | ${number(median(at(index + 1)), 0)} | ${runs.map(({ p50Ms, p99Ms }) => `${number(p50Ms)} / ${number(p99Ms)}`).join(" | ")} |`,
    ),
  ].join("\n");
}

export function writeSoak(file, report) {
  const page = readFileSync(file, "utf8");
  if (!MEASURED.test(page)) throw new Error(`${file} has no place for results`);
  writeFileSync(
    file,
    page.replace(MEASURED, (_, open, close) => `${open}\n${renderSoak(report)}\n\n${close}`),
  );
}
