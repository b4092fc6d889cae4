// The figures as people read them: on a terminal, and as the measured part of docs/performance.md.
import { readFileSync, writeFileSync } from "node:fs";
import { BUNDLE_GZIP_KIB_TARGET, FIRST_ANSWER_MS_TARGET } from "./summary.mjs";

const BUSY_CLIENT_CORES = 0.9;
const DISTURBING_CORES = 0.15;
const EMPTY = "–";
const MEASURED = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;

const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : EMPTY;
const percent = (value) => (Number.isFinite(value) ? `${number(value * 100, value < 0.1 ? 2 : 1)} %` : EMPTY);
const kib = ({ bytes, gzipBytes }) => `${number(bytes / 1024, 1)} KiB, gzip ${number(gzipBytes / 1024, 1)} KiB`;

/** For a terminal. @param report what `run.mjs` gathered, with `operations` summarized and `verdicts` judged */
export function renderReport(report) {
  const lines = [...facts(report), "", ...align([COLUMNS, ...rows(report)]), "", ...remarks(report)];
  return lines.join("\n").trimEnd();
}

/** Puts the figures between the marks of a Markdown file. */
export function writeMeasured(file, report) {
  const cells = (row) => `| ${row.join(" | ")} |`;
  const ruler = COLUMNS.map((_, column) => (column === 0 ? "---" : "--:"));
  const lines = [
    `Measured on ${report.at.slice(0, 10)}.`,
    "",
    ...facts(report).map((fact) => `- ${fact}`),
    "",
    ...[COLUMNS, ruler, ...rows(report)].map(cells),
    "",
    ...remarks(report).map((remark) => `${remark}\n`),
  ];
  const text = readFileSync(file, "utf8");
  if (!MEASURED.test(text)) throw new Error(`${file} has no place for figures`);
  writeFileSync(
    file,
    text.replace(MEASURED, (_, before, after) => `${before}\n${lines.join("\n").trimEnd()}\n\n${after}`),
  );
}

function facts({ machine, settings, bundle, startUp, floor, verdicts }) {
  const of = (name) => mark(verdicts.find((verdict) => verdict.name === name));
  return [
    `machine: ${machine.cores} cores, Node ${machine.node}, storage on ${machine.state}; ${settings.connections} connections, ` +
      `${settings.rounds} rounds of ${settings.seconds} s`,
    `floor: ${number(floor.perSecond)} req/s (${number(floor.min)}–${number(floor.max)}), p50 ${number(floor.p50Ms, 2)} ms, ` +
      `p99 ${number(floor.p99Ms, 2)} ms, ${number(floor.cpuMicroseconds)} µs CPU`,
    `bundle, what the first answer waits for: ${kib(bundle.entry)}; target gzip ≤ ${BUNDLE_GZIP_KIB_TARGET} KiB: ${of("bundle")}. ` +
      `Everything that is uploaded: ${kib(bundle.all)}`,
    `first answer: ${number(startUp.firstAnswerMs, 1)} ms after ready (floor ${number(startUp.floorFirstAnswerMs, 1)} ms); ` +
      `target ≤ ${FIRST_ANSWER_MS_TARGET} ms: ${of("first-answer")}. Ready after ${number(startUp.readyMs)} ms (floor ${number(startUp.floorReadyMs)} ms)`,
  ];
}

const COLUMNS = [
  "operation",
  "op/s",
  "p50 ms",
  "p99 ms",
  "of floor",
  "least–most",
  "target",
  "verdict",
  "CPU µs/op",
  "× floor",
  "errors",
];

function rows({ operations, verdicts }) {
  return operations.map((row) => {
    const verdict = verdicts.find(({ name }) => name === row.operation);
    const [least, most] = row.ofFloorRange ?? [];
    const inHashes = verdict.bound === "atMost";
    return [
      row.requests > 1 ? `${row.operation} (${row.requests} requests)` : row.operation,
      number(row.perSecond, row.perSecond < 100 ? 1 : 0),
      number(row.p50Ms, 2),
      number(row.p99Ms, 2),
      percent(row.ofFloor),
      least === undefined ? EMPTY : `${percent(least).replace(" %", "")}–${percent(most)}`,
      inHashes ? `≤ ${number(verdict.target, 2)} hashes` : `≥ ${number(verdict.target * 100, 1)} %`,
      inHashes ? `${number(verdict.value, 2)} ${mark(verdict)}` : mark(verdict),
      number(row.cpuMicroseconds),
      number(row.cpuOfFloor, 1),
      String(row.errors),
    ];
  });
}

function remarks({ operations, floor, hash, logLines }) {
  const remarks = [];
  if (hash)
    remarks.push(
      `One bare password hash: ${number(hash.cpuMicroseconds)} µs CPU, ${number(hash.perSecond, 1)} a second.`,
    );
  const failing = operations.filter((row) => row.errors > 0);
  for (const row of failing) remarks.push(`! ${row.operation}: ${row.errors} errors, the first: ${row.firstError}`);
  if (failing.length > 0 && logLines.length > 0) remarks.push("The Worker's last log lines:", ...logLines);
  const all = [floor, ...operations];
  const disturbed = Math.max(...all.map((row) => row.otherCores ?? 0));
  if (disturbed > DISTURBING_CORES)
    remarks.push(`! Other programs took up to ${number(disturbed, 2)} cores: measure again on a quiet machine.`);
  for (const { operation, clientCores } of all.filter((row) => row.clientCores > BUSY_CLIENT_CORES))
    remarks.push(`! ${operation}: the load took ${number(clientCores, 2)} cores and may itself be the limit.`);
  return remarks;
}

function mark({ measured, met, failed }) {
  if (met) return "ok";
  if (failed) return "BELOW";
  return measured ? "just below" : "not measured";
}

/** First column to the left, the others to the right. */
function align(table) {
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return table.map((row) => row.map(pad).join("  ").trimEnd());
}
