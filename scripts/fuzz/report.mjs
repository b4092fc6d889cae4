// What was sent and what was found, for a terminal and for docs/fuzz.md.
import { readFileSync, writeFileSync } from "node:fs";

const MEASURED = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;
/** Memory may grow this much from the second quarter of a run to the last: garbage that was not collected yet. */
const GROWTH_MIB = 48;
const GROWTH_SHARE = 0.2;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const number = (value) => value.toLocaleString("en-US");

/** A run that is shorter is still warming up. */
const SHORTEST_SECONDS = 120;

/** Whether memory stayed as it was: means of the second and of the last quarter, in MiB. */
export function judgeMemory(samples) {
  if (samples.length < 8) return { isJudged: false, isFlat: true, early: undefined, late: undefined };
  const quarter = Math.floor(samples.length / 4);
  const early = mean(samples.slice(quarter, 2 * quarter).map(({ mib }) => mib));
  const late = mean(samples.slice(-quarter).map(({ mib }) => mib));
  const isJudged = samples.at(-1).seconds >= SHORTEST_SECONDS;
  return { isJudged, early, late, isFlat: !isJudged || late - early <= Math.max(GROWTH_MIB, early * GROWTH_SHARE) };
}

const memoryInWords = ({ isJudged, isFlat }) =>
  isJudged ? (isFlat ? "flat" : "GROWS") : `too short a run to judge (less than ${SHORTEST_SECONDS} s)`;

export function renderFuzz({ seed, requests, raw, memory, seconds }) {
  const groups = Object.entries(requests.statuses).map(([group, count]) => `${number(count)} × ${group}`);
  const findings = [...requests.findings, ...raw.findings];
  const mib = (value) => (value === undefined ? "–" : `${Math.round(value)} MiB`);
  return [
    "| what | result |",
    "| --- | --- |",
    `| mode | seed ${seed}, ${Math.round(seconds)} s |`,
    `| requests from the document | ${number(requests.sent)} to ${requests.endpoints} endpoints: ${groups.join(", ")} |`,
    `| raw bytes | ${number(raw.sent)}, of ${raw.shapes} shapes, as they are and mangled |`,
    `| memory of workerd | ${mib(memory.early)} in the second quarter, ${mib(memory.late)} in the last: ${memoryInWords(memory)} |`,
    `| findings | ${findings.length === 0 ? "none" : findings.length} |`,
    ...findings.map(
      ({ endpoint, name, what, curl, bytes }) =>
        `\n- ${endpoint ?? `raw bytes, ${name}`}: ${what}\n  \`${(curl ?? bytes).slice(0, 600)}\``,
    ),
  ].join("\n");
}

export function writeFuzz(file, report) {
  const page = readFileSync(file, "utf8");
  if (!MEASURED.test(page)) throw new Error(`${file} has no place for results`);
  writeFileSync(
    file,
    page.replace(MEASURED, (_, open, close) => `${open}\n${renderFuzz(report)}\n\n${close}`),
  );
}
