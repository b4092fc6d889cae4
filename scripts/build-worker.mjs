// @ts-check
// What wrangler runs before `deploy` and `dev`: bundles the Worker into dist/worker, an entry and the parts that wait until they are asked for.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildWorkerModules } from "./build/worker-modules.mjs";

/** The most that may come of it, gzipped: what the first answer waits for, and everything. Raise them with a reason (docs/performance.md). */
const limitsKib = { entry: 155, total: 660 };

const usage = `Usage: node scripts/build-worker.mjs [--outdir DIR] [--no-minify] [--check]

--outdir DIR  instead of dist/worker
--no-minify   names as in the sources, for profiles
--check       exit code 1 when it has become larger than it may be
`;

const { values: flags } = parseArgs({
  allowNegative: true,
  options: {
    outdir: { type: "string" },
    minify: { type: "boolean", default: true },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) process.stdout.write(usage);
else {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const outdir = resolve(flags.outdir ?? join(root, "dist/worker"));
  const built = await buildWorkerModules({ root, entry: join(root, "src/index.ts"), outdir, minify: flags.minify });
  const kib = { entry: built.entry.gzipBytes / 1024, total: built.total.gzipBytes / 1024 };
  for (const name of /** @type {const} */ (["entry", "total"])) {
    const isOver = flags.check && kib[name] > limitsKib[name];
    if (isOver) process.exitCode = 1;
    const limit = flags.check ? ` of ${limitsKib[name]}` : "";
    console.log(`Worker ${name}: ${kib[name].toFixed(1)}${limit} KiB gzip${isOver ? ", too large" : ""}`);
  }
}
