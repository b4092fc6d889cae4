// Gatehouse and its peers in one table.
import { doubtsAbout } from "./doubts.mjs";
import { EMPTY, number, percent } from "./format.mjs";

export const HOW_TO_READ =
  "In each cell: share of the floor's rate, and CPU as a multiple of the floor's. – there is no such thing, ! with errors.";

/** A row for each operation that was measured, a column for each service; sizes and start-up below. The first row is the heading. */
export function besideTable({ operations, bundle, startUp, peers }) {
  const services = [{ name: "Gatehouse", operations, bundle, startUp: startUp.gatehouse }, ...peers];
  const row = (title, cellOf) => [title, ...services.map(cellOf)];
  return [
    row("", ({ name }) => name),
    ...operations.map(({ operation }) => row(operation, (service) => shareCell(service, operation))),
    row("bundle, KiB gzip", (service) => sizeCell(service)),
    row("ready, ms", (service) => number(service.startUp?.readyMs)),
    row("from ready to first 200, ms", (service) => number(service.startUp?.firstAnswerMs, 1)),
  ];
}

function shareCell({ operations }, wanted) {
  const row = operations.find(({ operation }) => operation === wanted);
  if (row === undefined) return EMPTY;
  if (!Number.isFinite(row.ofFloor)) return "failed !";
  return `${percent(row.ofFloor)}, ${number(row.cpuOfFloor, 1)} ×${row.errors > 0 ? " !" : ""}`;
}

/** What the first answer waits for; behind it everything that is uploaded, where that is more. */
function sizeCell({ bundle }) {
  if (bundle === undefined) return EMPTY;
  const kib = ({ gzipBytes }) => number(gzipBytes / 1024);
  return bundle.all.bytes === bundle.entry.bytes ? kib(bundle.all) : `${kib(bundle.entry)} of ${kib(bundle.all)}`;
}

/** For each peer: what it is, and what its figures do not say by themselves. */
export function besideNotes({ operations, peers }) {
  const measured = operations.map(({ operation }) => operation);
  return peers.map(({ name, versions, about, notes }) => {
    const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    const said = measured
      .filter((operation) => operation in notes)
      .map((operation) => `${operation}: ${notes[operation]}`);
    return `${name} (${packages.join(", ")}): ${[about, ...said].join("; ")}.`;
  });
}

/** What went wrong with peers, which ends no run, and what is doubtful about their figures. */
export function besideFaults({ peers }) {
  const rows = peers.flatMap(({ name, operations }) =>
    operations.map((row) => ({ ...row, operation: `${name}, ${row.operation}` })),
  );
  const leftOut = peers.filter(({ failure }) => failure !== undefined);
  const failing = rows.filter(({ errors, perSecond }) => errors > 0 || perSecond === 0);
  return [
    ...leftOut.map(({ name, failure }) => `! ${name} was left out: ${failure}`),
    ...failing.map(
      ({ operation, errors, firstError }) =>
        `! ${operation}: ${errors} errors, the first: ${firstError ?? "no answer"}`,
    ),
    ...doubtsAbout(rows),
  ];
}
