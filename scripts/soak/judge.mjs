// From what was measured each minute to a verdict.
import { slope } from "../../bench/lib/memory.mjs";

/** The first part of a run warms caches and compiled code up, and fills tables until as much goes as comes; it is not judged. */
const WARM_SHARE = 0.2;
const WARM_LEAST_MINUTES = 6;
const SHORTEST_JUDGED_MINUTES = 4;
export const SHORTEST_MINUTES = WARM_LEAST_MINUTES + SHORTEST_JUDGED_MINUTES;
/** In the judged part the product's heap may grow by so much in all, and the process by so much more than the simulators in it. */
const MOST_HEAP_GROWTH_MIB = 16;
const MOST_PROCESS_GROWTH_MIB = 128;
/** From the first half of the judged part to the second: the factors of what is stored and of latencies, and what is noise. */
const MOST_ROWS_FACTOR = 1.1;
const TOLERATED_ROWS = 100;
const MOST_P50_FACTOR = 1.5;
const MOST_P99_FACTOR = 1.2;
const TOLERATED_MS = 5;

/** What grows by design: the record of what was done is kept for the realm's `audit_retention_days`. */
const KEPT_BY_DESIGN = /^D1: audit_/;

const known = (values) => values.filter((value) => Number.isFinite(value));
const middle = (values) => known(values).toSorted((a, b) => a - b)[known(values).length >> 1];
const sum = (values) => known(values).reduce((total, value) => total + value, 0);

/** How much the straight line through the values rises from the first to the last; undefined for too few. */
function rise(values) {
  const points = values.map((y, x) => ({ x, y })).filter(({ y }) => Number.isFinite(y));
  const perStep = slope(points);
  return perStep === undefined ? undefined : perStep * (values.length - 1);
}

function halves(values) {
  const half = Math.ceil(values.length / 2);
  return [middle(values.slice(0, half)), middle(values.slice(-half))];
}

/**
 * @param {{ minutes: number, connections: number, perMinute: {
 *   runs: { operation: string, count: number, p50Ms?: number, p99Ms?: number, errors: number, firstError?: string }[],
 *   residentMib?: number, productMib?: number, simulatorsMib?: number, rows: Record<string, number> }[] }} measured
 */
export function judgeSoak({ minutes, connections, perMinute }) {
  const isJudged = minutes >= SHORTEST_MINUTES;
  const judged = perMinute.slice(Math.max(Math.floor(perMinute.length * WARM_SHARE), WARM_LEAST_MINUTES));
  const operations = perMinute[0].runs.map((_, at) => judgeOperation(perMinute, judged, at));
  const memory = {
    heapMib: rise(judged.map(({ productMib }) => productMib)),
    processMib: rise(judged.map(({ residentMib }) => residentMib)),
    simulatorsMib: rise(judged.map(({ simulatorsMib }) => simulatorsMib)),
  };
  const rows = judgeRows(perMinute, judged);
  const faults = operations
    .filter(({ errors }) => errors > 0)
    .map(({ operation, errors, firstError }) => `${operation}: ${errors} errors, first ${firstError}`);
  if (isJudged) {
    if (memory.heapMib === undefined) faults.push("the heap could not be looked at");
    if (memory.heapMib > MOST_HEAP_GROWTH_MIB) faults.push(`the heap grows by ${memory.heapMib.toFixed(1)} MiB`);
    const ownMib = memory.processMib - (memory.simulatorsMib ?? 0);
    if (ownMib > MOST_PROCESS_GROWTH_MIB) faults.push(`the process grows by ${ownMib.toFixed(1)} MiB of its own`);
    for (const { name, early, late, isKept } of rows)
      if (!isKept && late > early * MOST_ROWS_FACTOR + TOLERATED_ROWS)
        faults.push(`${name} grows from ${early} to ${late}`);
    for (const { operation, p50, p99 } of operations) {
      if (p50.late > p50.early * MOST_P50_FACTOR + TOLERATED_MS) faults.push(`${operation} slows down`);
      if (p99.late > p99.early * MOST_P99_FACTOR + TOLERATED_MS)
        faults.push(`${operation}: p99 drifts from ${p99.early.toFixed(1)} to ${p99.late.toFixed(1)} ms`);
    }
  }
  return { minutes, connections, isJudged, faults, operations, memory, rows, perMinute };
}

function judgeOperation(perMinute, judged, at) {
  const runs = perMinute.map((minute) => minute.runs[at]);
  const of = (key) => {
    const [early, late] = halves(judged.map((minute) => minute.runs[at][key]));
    return { early, late, all: middle(runs.map((run) => run[key])) };
  };
  return {
    operation: runs[0].operation,
    count: sum(runs.map(({ count }) => count)),
    p50: of("p50Ms"),
    p99: of("p99Ms"),
    errors: sum(runs.map(({ errors }) => errors)),
    firstError: runs.find(({ errors }) => errors > 0)?.firstError,
  };
}

/** Of each table that has anything in it, at the end or ever. */
function judgeRows(perMinute, judged) {
  const names = [...new Set(perMinute.flatMap(({ rows }) => Object.keys(rows)))].sort();
  const counted = names.map((name) => {
    const [early, late] = halves(judged.map(({ rows }) => rows[name] ?? 0));
    const counts = perMinute.map(({ rows }) => rows[name] ?? 0);
    return { name, first: counts[0], early, late, most: Math.max(...counts), isKept: KEPT_BY_DESIGN.test(name) };
  });
  return counted.filter(({ most }) => most > 0);
}
