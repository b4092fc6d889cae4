// From what was measured in each stage to a verdict, and its figures for a terminal and for docs/rolling.md.

/** RE-08 asks for no less. */
const LEAST_PER_SECOND = 20;
const SIGN_IN = "sign-in and out";

const sum = (values) => values.reduce((total, value) => total + value, 0);
const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–";
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map((_, at) => (at === 0 ? "---" : "--:"))), ...rows.map(row)];

/**
 * @param {{ older: { commit: string, madeAt: string, says: string }, statements: string[], seconds: number, connections: number,
 *   stages: { name: string, requests: number, objects: number, seconds: number, firstAnswerMs: number, migratedMs?: number,
 *     runs: { operation: string, count: number, p50Ms?: number, p99Ms?: number, errors: number, firstError?: string,
 *       answers: { older: number, newer: number, handedOver: number } }[] }[],
 *   chains: { name: string, ok: boolean, count?: number, at?: number, why?: string }[], logged: number }} measured
 */
export function judgeRolling(measured) {
  const faults = [];
  for (const { name, requests, seconds, runs } of measured.stages) {
    for (const { operation, count, errors, firstError } of runs) {
      if (errors > 0) faults.push(`${name}: ${operation}: ${errors} errors, first ${firstError}`);
      if (count === 0) faults.push(`${name}: ${operation} was never done`);
    }
    const answers = answersOf(runs);
    const perSecond = (answers.older + answers.newer) / seconds;
    if (perSecond < LEAST_PER_SECOND) faults.push(`${name}: ${number(perSecond, 1)} requests a second are too few`);
    const isMixed = requests > 0 && requests < 1;
    if (isMixed && answers.handedOver === 0) faults.push(`${name}: nothing went from one build to the other`);
    if (requests === 0 && answers.newer > 0) faults.push(`${name}: the newer build has answered`);
    if (requests === 1 && answers.older > 0) faults.push(`${name}: the older build has answered`);
  }
  if (measured.statements.length === 0) faults.push("the tables of the older version are those of today");
  for (const { name, ok, at, why } of measured.chains)
    if (!ok) faults.push(`the audit log of ${name} breaks at ${at}: ${why}`);
  if (measured.logged > 0) faults.push(`${measured.logged} errors in the log`);
  return { ...measured, faults };
}

const answersOf = (runs) =>
  Object.fromEntries(
    ["older", "newer", "handedOver"].map((name) => [name, sum(runs.map(({ answers }) => answers[name]))]),
  );

export function renderRolling({ older, statements, seconds, connections, stages, chains, faults }) {
  const verdict = faults.length > 0 ? `FAULTS: ${faults.join("; ")}` : "every answer right, nobody turned away";
  const migratedMs = stages.find((stage) => stage.migratedMs !== undefined)?.migratedMs;
  const signIns = sum(stages.map(({ runs }) => runs.find(({ operation }) => operation === SIGN_IN)?.count ?? 0));
  const answers = answersOf(stages.flatMap(({ runs }) => runs));
  const perSecond = (answers.older + answers.newer) / sum(stages.map((stage) => stage.seconds));
  return [
    `Beside ${older.commit} of ${older.madeAt}: **${verdict}**.`,
    `${stages.length} stages of ${seconds} seconds, two realms, ${connections} connections for each operation in each; ${number(answers.older + answers.newer)} answers, ${number(perSecond)} a second, ${number(answers.handedOver)} of them by the other build than the one that had answered the same person before; ${number(signIns)} sign-ins, all let in that should be.`,
    `${statements.length} statements changed the tables in ${number(migratedMs)} ms, under load. Audit log, written by both: ${chains.map(({ name, ok, count }) => `${name} ${ok ? `whole, ${number(count)} entries` : "BROKEN"}`).join("; ")}.`,
    "",
    ...table(
      [
        "stage",
        "requests, objects newer",
        "answers of the older",
        "of the newer",
        "handed over",
        "sign-ins",
        "worst p99 ms",
        "first answer ms",
        "wrong or no answer",
      ],
      stages.map(({ name, requests, objects, firstAnswerMs, runs }) => {
        const { older: ofOlder, newer, handedOver } = answersOf(runs);
        const signedIn = runs.find(({ operation }) => operation === SIGN_IN)?.count;
        return [
          name,
          `${requests * 100} %, ${objects * 100} %`,
          ...[ofOlder, newer, handedOver, signedIn].map((count) => number(count)),
          number(Math.max(...runs.map(({ p99Ms }) => p99Ms ?? 0)), 1),
          number(firstAnswerMs, 1),
          sum(runs.map(({ errors }) => errors)),
        ];
      }),
    ),
  ].join("\n");
}
