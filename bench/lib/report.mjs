// The figures as people read them.
import { BUNDLE_GZIP_KIB_TARGET, FIRST_ANSWER_MS_TARGET } from "./summary.mjs";

const BUSY_CLIENT_CORES = 0.9;
const DISTURBING_CORES = 0.15;
const EMPTY = "–";

const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : EMPTY;
const percent = (value) => (Number.isFinite(value) ? `${number(value * 100, value < 0.1 ? 2 : 1)} %` : EMPTY);
const kib = ({ bytes, gzipBytes }) => `${number(bytes / 1024, 1)} KiB, gzip ${number(gzipBytes / 1024, 1)} KiB`;

/** @param report what `run.mjs` gathered, with `operations` summarized and `verdicts` judged */
export function renderReport(report) {
  return [...heading(report), "", ...table(report), "", ...footing(report)].join("\n");
}

function heading({ machine, settings, bundle, startUp, floor, verdicts }) {
  const of = (name) => mark(verdicts.find((verdict) => verdict.name === name));
  return [
    `${machine.cores} cores, Node ${machine.node}, load before ${number(machine.loadBefore, 2)}; ${settings.connections} connections, ` +
      `${settings.rounds} rounds of ${settings.seconds} s, state on ${machine.state}`,
    `floor         ${number(floor.perSecond)} req/s (${number(floor.min)}–${number(floor.max)}), p50 ${number(floor.p50Ms, 2)} ms, ` +
      `p99 ${number(floor.p99Ms, 2)} ms, ${number(floor.cpuMicroseconds)} µs CPU`,
    `bundle        ${kib(bundle.all)} (JavaScript alone ${kib(bundle.script)}); target gzip ≤ ${BUNDLE_GZIP_KIB_TARGET} KiB ${of("bundle")}`,
    `first answer  ${number(startUp.firstAnswerMs, 1)} ms after ready (floor ${number(startUp.floorFirstAnswerMs, 1)}); ` +
      `target ≤ ${FIRST_ANSWER_MS_TARGET} ms ${of("first-answer")}; ready after ${number(startUp.readyMs)} ms (floor ${number(startUp.floorReadyMs)})`,
  ];
}

function table({ operations, verdicts }) {
  const head = [
    "operation",
    "op/s",
    "p50 ms",
    "p99 ms",
    "of floor",
    "(min–max)",
    "target",
    "",
    "CPU µs/op",
    "× floor",
    "errors",
  ];
  const rows = operations.map((row) => {
    const verdict = verdicts.find(({ name }) => name === row.operation);
    const [least, most] = row.ofFloorRange ?? [];
    return [
      row.requests > 1 ? `${row.operation} (${row.requests} requests)` : row.operation,
      number(row.perSecond, row.perSecond < 100 ? 1 : 0),
      number(row.p50Ms, 2),
      number(row.p99Ms, 2),
      percent(row.ofFloor),
      `${percent(least)}–${percent(most)}`.replace(" %–", "–"),
      verdict.bound === "atLeast" ? `≥ ${number(verdict.target * 100, 1)} %` : `≤ ${number(verdict.target, 2)} hashes`,
      verdict.bound === "atLeast" ? mark(verdict) : `${number(verdict.value, 2)} ${mark(verdict)}`,
      number(row.cpuMicroseconds),
      number(row.cpuOfFloor, 1),
      row.errors === 0 ? "0" : `${row.errors} !`,
    ];
  });
  return align([head, ...rows]);
}

function footing({ operations, floor, hash, logLines }) {
  const lines = [];
  if (hash)
    lines.push(
      `One bare password hash: ${number(hash.cpuMicroseconds)} µs CPU, ${number(hash.perSecond, 1)} a second.`,
    );
  const failing = operations.filter((row) => row.errors > 0);
  for (const row of failing) lines.push(`! ${row.operation}: ${row.errors} errors, first: ${row.firstError}`);
  if (failing.length > 0 && logLines.length > 0) lines.push("Last log lines of the Worker:", ...logLines);
  const disturbed = Math.max(...[floor, ...operations].map((row) => row.otherCores ?? 0));
  if (disturbed > DISTURBING_CORES)
    lines.push(
      `! Other programs took up to ${number(disturbed, 2)} cores: repeat this on a quiet machine before believing it.`,
    );
  for (const { operation, clientCores } of [floor, ...operations]) {
    if (clientCores > BUSY_CLIENT_CORES)
      lines.push(`! ${operation}: the load took ${number(clientCores, 2)} cores and may be the limit`);
  }
  return lines;
}

function mark({ measured, met, failed }) {
  if (!measured) return "not measured";
  if (met) return "ok";
  return failed ? "BELOW" : "just below";
}

/** First column to the left, the others to the right. */
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}
