// Whether a surge was got over, and its figures for a terminal and for docs/surge.md.

const RECOVERED_WITHIN_SECONDS = 30;
/** One second of luck is no recovery. */
const STEADY_SECONDS = 5;
/** As before: the median of a second may be so much larger than the median before the surge. */
const MOST_FACTOR = 1.5;
const TOLERATED_MS = 5;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];
const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–";
const row = (cells) => `| ${cells.join(" | ")} |`;

const summaryOf = (tallies) => {
  const latenciesMs = tallies.flatMap((tally) => tally.latenciesMs);
  const total = (key) => sum(tallies.map((tally) => tally[key]));
  return {
    offered: total("offered"),
    done: latenciesMs.length,
    unsent: total("unsent"),
    shed: total("shed"),
    wrong: total("wrong"),
    firstWrong: tallies.find(({ firstWrong }) => firstWrong !== undefined)?.firstWrong,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    seconds: tallies.length,
  };
};

/**
 * @param {{ capacity: number, perSecond: number, factor: number, mostAtOnce: number,
 *   before: Tally[], surge: Tally[], after: Tally[] }} measured a tally for each second
 * @typedef {{ offered: number, unsent: number, shed: number, wrong: number, firstWrong?: string, latenciesMs: number[] }} Tally
 */
export function judgeSurge(measured) {
  const [before, surge, after] = [measured.before, measured.surge, measured.after].map(summaryOf);
  const faults = [];
  for (const [name, { wrong, firstWrong }] of Object.entries({ before, surge, after }))
    if (wrong > 0) faults.push(`${name}: ${wrong} wrong answers or none, first ${firstWrong}`);
  for (const key of ["unsent", "shed"])
    if (before[key] > 0) faults.push(`${before[key]} were turned away at the recommended rate`);
  const most = Math.max(before.p50Ms * MOST_FACTOR, before.p50Ms + TOLERATED_MS);
  const isAsBefore = ({ latenciesMs, unsent, shed }) =>
    unsent === 0 && shed === 0 && latenciesMs.length > 0 && quantile(latenciesMs, 0.5) <= most;
  const steady = Math.min(STEADY_SECONDS, measured.after.length);
  const isSteadyFrom = (at) =>
    at + steady <= measured.after.length && measured.after.slice(at, at + steady).every(isAsBefore);
  const recoverySeconds = measured.after.findIndex((_, at) => isSteadyFrom(at));
  if (recoverySeconds < 0 || recoverySeconds > RECOVERED_WITHIN_SECONDS)
    faults.push(`not as before within ${RECOVERED_WITHIN_SECONDS} seconds`);
  return { ...measured, before, surge, after, recoverySeconds, faults };
}

export function renderSurge({
  capacity,
  perSecond,
  factor,
  mostAtOnce,
  before,
  surge,
  after,
  recoverySeconds,
  faults,
}) {
  const verdict = faults.length > 0 ? `FAULTS: ${faults.join("; ")}` : "got over";
  const stages = [
    ["recommended", 1, before],
    [`${factor} times as much`, factor, surge],
    ["recommended again", 1, after],
  ];
  return [
    `**${verdict}.** The machine does ${number(capacity)} a second of this mixture; recommended is half of it, ${number(perSecond)}. As before ${recoverySeconds < 0 ? "never" : `${recoverySeconds} seconds`} after the surge; at most ${mostAtOnce} were under way at once.`,
    "",
    row([
      "stage",
      "seconds",
      "came, a second",
      "answered right",
      "refused with 429 or 503",
      "not sent",
      "wrong or no answer",
      "p50 ms",
      "p99 ms",
    ]),
    row(["---", ...Array.from({ length: 8 }, () => "--:")]),
    ...stages.map(([name, times, stage]) =>
      row([
        name,
        stage.seconds,
        number(perSecond * times),
        number(stage.done),
        number(stage.shed),
        number(stage.unsent),
        number(stage.wrong),
        number(stage.p50Ms, 1),
        number(stage.p99Ms, 1),
      ]),
    ),
  ].join("\n");
}
