// The figures as people read them: on a terminal, and as the measured part of docs/performance.md.
import { readFileSync, writeFileSync } from "node:fs";
import { besideFaults, besideNotes, besideTable, HOW_TO_READ } from "./beside.mjs";
import { doubtsAbout } from "./doubts.mjs";
import { alignTable, EMPTY, markdownTable, number, percent } from "./format.mjs";
import { BUNDLE_GZIP_KIB_TARGET, FIRST_ANSWER_MS_TARGET } from "./summary.mjs";

const kib = ({ bytes, gzipBytes }) => `${number(bytes / 1024, 1)} KiB, gzip ${number(gzipBytes / 1024, 1)} KiB`;

/** For a terminal. @param report what `run.mjs` gathered, with `operations` summarized and `verdicts` judged */
export function renderReport(report) {
  const lines = [...facts(report), "", ...alignTable([COLUMNS, ...rows(report)]), "", ...remarks(report)];
  if (report.peers.length > 0) {
    lines.push("", HOW_TO_READ, "", ...alignTable(besideTable(report)), "", ...besideNotes(report), "");
    lines.push(...besideFaults(report));
  }
  return lines.join("\n").trimEnd();
}

/** Puts the figures between the marks of a Markdown file; those of the peers too, if there are any. */
export function writeMeasured(file, report) {
  const list = (items) => items.map((item) => `- ${item}`);
  const paragraphs = (items) => items.map((item) => `${item}\n`);
  const measuredOn = `Measured on ${report.at.slice(0, 10)}`;
  const own = [
    `${measuredOn}.`,
    "",
    ...list(facts(report)),
    "",
    ...markdownTable([COLUMNS, ...rows(report)]),
    "",
    ...paragraphs(remarks(report)),
  ];
  const beside = [
    `${measuredOn}: ${circumstances(report)}. ${HOW_TO_READ}`,
    "",
    ...markdownTable(besideTable(report)),
    "",
    ...list(besideNotes(report)),
    "",
    ...paragraphs(besideFaults(report)),
  ];
  const text = fillIn(readFileSync(file, "utf8"), "measured", own);
  writeFileSync(file, report.peers.length > 0 ? fillIn(text, "beside", beside) : text);
}

function fillIn(text, mark, lines) {
  const place = new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*(<!-- /${mark} -->)`);
  if (!place.test(text)) throw new Error(`no place for figures is marked "${mark}"`);
  return text.replace(place, (_, before, after) => `${before}\n${lines.join("\n").trimEnd()}\n\n${after}`);
}

const circumstances = ({ machine, settings }) =>
  `${machine.cores} cores, Node ${machine.node}, storage on ${machine.state}; ${settings.connections} connections, ` +
  `${settings.rounds} rounds of ${settings.seconds} s`;

function facts(report) {
  const { bundle, startUp, floor, verdicts } = report;
  const of = (name) => mark(verdicts.find((verdict) => verdict.name === name));
  return [
    `machine: ${circumstances(report)}`,
    `floor: ${number(floor.perSecond)} req/s (${number(floor.min)}–${number(floor.max)}), p50 ${number(floor.p50Ms, 2)} ms, ` +
      `p99 ${number(floor.p99Ms, 2)} ms, ${number(floor.cpuMicroseconds)} µs CPU`,
    `bundle, what the first answer waits for: ${kib(bundle.entry)}; target gzip ≤ ${BUNDLE_GZIP_KIB_TARGET} KiB: ${of("bundle")}. ` +
      `Everything that is uploaded: ${kib(bundle.all)}`,
    `first answer: ${number(startUp.gatehouse.firstAnswerMs, 1)} ms after ready (floor ${number(startUp.floor.firstAnswerMs, 1)} ms); ` +
      `target ≤ ${FIRST_ANSWER_MS_TARGET} ms: ${of("first-answer")}. Ready after ${number(startUp.gatehouse.readyMs)} ms (floor ${number(startUp.floor.readyMs)} ms)`,
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
  remarks.push(...doubtsAbout([floor, ...operations]));
  return remarks;
}

function mark({ measured, met, failed }) {
  if (met) return "ok";
  if (failed) return "BELOW";
  return measured ? "just below" : "not measured";
}
