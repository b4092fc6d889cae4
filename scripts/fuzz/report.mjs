// What was sent and what was found, for a terminal and for docs/fuzz.md.

/** The product's heap after a collection may grow this much from the second quarter of a run to the last: caches that fill. */
const GROWTH_MIB = 16;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const number = (value) => value.toLocaleString("en-US");

/** A run that is shorter is still warming up. */
const SHORTEST_SECONDS = 120;

const ofQuarter = (samples, first, end) => {
  const quarter = Math.floor(samples.length / 4);
  return mean(samples.slice(first * quarter, end * quarter).map(({ mib }) => mib));
};

/**
 * Whether the product's heap stayed as it was: means of the second and of the last quarter, in MiB. What the process holds is shown and not
 * judged: the simulators in it keep what was stored, garbage and all.
 */
export function judgeMemory(resident, heap) {
  if (heap.length < 8) return { isJudged: false, isFlat: true };
  const [early, late] = [ofQuarter(heap, 1, 2), ofQuarter(heap, 3, 4)];
  const process = { early: ofQuarter(resident, 1, 2), late: ofQuarter(resident, 3, 4) };
  const isJudged = heap.at(-1).seconds >= SHORTEST_SECONDS;
  return { isJudged, early, late, process, isFlat: !isJudged || late - early <= GROWTH_MIB };
}

const memoryInWords = ({ isJudged, isFlat }) =>
  isJudged ? (isFlat ? "flat" : "GROWS") : `too short a run to judge (less than ${SHORTEST_SECONDS} s)`;

export function renderFuzz({ seed, requests, raw, canaries, told, memory, seconds }) {
  const groups = Object.entries(requests.statuses).map(([group, count]) => `${number(count)} × ${group}`);
  const ofLog = told.map((name) => ({ endpoint: "the log", what: `it shows ${name}`, curl: "" }));
  const findings = [...requests.findings, ...raw.findings, ...ofLog];
  const isKept = !findings.some(({ what }) => /^(?:the answer|it) shows /.test(what));
  const { sent, unmade, endpoints, neverGood } = requests;
  const mib = (value) => (Number.isFinite(value) ? `${value.toFixed(1)} MiB` : "–");
  return [
    "| what | result |",
    "| --- | --- |",
    `| mode | seed ${seed}, ${Math.round(seconds)} s |`,
    `| requests from the document | ${number(sent)} to ${endpoints} endpoints: ${groups.join(", ")} |`,
    `| recipes that others' requests had spoilt the ingredients of | ${number(unmade)} |`,
    `| endpoints that let somebody in | ${endpoints - neverGood.length} of ${endpoints} |`,
    `| planted secrets | ${canaries.length}, ${isKept ? "in no answer and no line of the log" : "SHOWN"} |`,
    `| raw bytes | ${number(raw.sent)}, of ${raw.shapes} shapes, as they are and mangled |`,
    `| the product's heap | ${mib(memory.early)} in the second quarter, ${mib(memory.late)} in the last: ${memoryInWords(memory)} |`,
    `| workerd, its simulators and what they store | ${mib(memory.process?.early)} in the second quarter, ${mib(memory.process?.late)} in the last |`,
    `| findings | ${findings.length === 0 ? "none" : findings.length} |`,
    ...findings.map(
      ({ endpoint, name, what, curl, bytes }) =>
        `\n- ${endpoint ?? `raw bytes, ${name}`}: ${what}\n  \`${(curl ?? bytes).slice(0, 600)}\``,
    ),
  ].join("\n");
}
