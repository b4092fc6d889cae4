// Builds a Worker as it is shipped and starts it in workerd, from its wrangler.toml alone.
import { execFile } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import { unstable_readConfig as readConfig, unstable_getMiniflareWorkerOptions as readWorkerOptions } from "wrangler";
import { childProcessIds } from "./process.mjs";

const run = promisify(execFile);
const WRANGLER = fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
const MODULE_TYPES = { ".js": "ESModule", ".wasm": "CompiledWasm", ".txt": "Text", ".html": "Text", ".bin": "Data" };
const LOG_LINES_KEPT = 20;
export const WORKER_NAME = "bench";

/**
 * Bundles a Worker as it is deployed: with the command that its wrangler.toml names, or with wrangler itself.
 * @param {string} config path of its wrangler.toml
 * @param {string} outdir an empty folder
 */
export async function buildWorker(config, outdir, { minify = true } = {}) {
  const { command } = readConfig({ config }, { hideWarnings: true }).build;
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  if (command === undefined) {
    const flags = ["--dry-run", "--config", config, "--outdir", outdir, `--minify=${minify}`];
    await run(process.execPath, [WRANGLER, "deploy", ...flags], { env });
  } else {
    const [, ...program] = command.split(" ");
    const flags = ["--outdir", outdir, minify ? "--minify" : "--no-minify"];
    await run(process.execPath, [...program, ...flags], { env, cwd: path.dirname(path.resolve(config)) });
  }
  // Read from a copy, because local secrets lie beside the original.
  const copied = path.join(outdir, path.basename(config));
  copyFileSync(config, copied);
  const { main, workerOptions } = readWorkerOptions(copied);
  const entry = `${path.parse(main).name}.js`;
  const names = readdirSync(outdir).filter((name) => name !== entry && path.extname(name) in MODULE_TYPES);
  const modules = [entry, ...names].map((name) => moduleOf(outdir, name));
  return { outdir, modules, workerOptions, size: sizeOf(modules) };
}

export function moduleOf(folder, name) {
  return { type: MODULE_TYPES[path.extname(name)], path: path.join(folder, name) };
}

/** Bytes of everything that is uploaded, and of what is evaluated before the first answer: the entry and all that it imports at once. */
function sizeOf(modules) {
  const measure = (chosen) => {
    const content = Buffer.concat(chosen.map((module) => readFileSync(module.path)));
    return { bytes: content.length, gzipBytes: gzipSync(content, { level: 9 }).length };
  };
  const first = new Set(modules.slice(0, 1));
  for (const module of first) for (const imported of importedBy(module, modules)) first.add(imported);
  return { all: measure(modules), entry: measure([...first]) };
}

function importedBy({ type, path: file }, modules) {
  if (type !== "ESModule") return [];
  const imports = readFileSync(file, "utf8").matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g);
  const names = new Set(Array.from(imports, ([, name]) => name));
  return modules.filter((module) => names.has(path.basename(module.path)));
}

/**
 * Starts a built Worker in a workerd of its own, its storage in `stateDir`. Requests come in on a socket of the Worker
 * itself: Miniflare's usual one passes them through a Worker of its own first, which costs several times the floor.
 */
export async function startWorker(built, options) {
  const { stateDir, port, vars = {}, inspectorPort, serviceBindings = {}, onLog } = options;
  const { modulesRules: _, bindings, ...ownOptions } = built.workerOptions;
  const otherProcesses = new Set(childProcessIds());
  const logLines = [];
  const startedAt = performance.now();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...ownOptions,
      name: WORKER_NAME,
      rootPath: built.outdir,
      modulesRoot: built.outdir,
      modules: built.modules,
      bindings: { ...bindings, ...vars },
      serviceBindings: { ...ownOptions.serviceBindings, ...serviceBindings },
      host: "127.0.0.1",
      port: 0,
      unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
      resourcePersistencePath: stateDir,
      resourceTmpPath: stateDir,
      cf: false,
      log: new NoOpLog(),
      logRequests: false,
      telemetry: { enabled: false },
      handleStructuredLogs: ({ level, message }) => {
        logLines.push(`${level}: ${message}`);
        onLog?.(message);
        if (logLines.length > LOG_LINES_KEPT) logLines.shift();
      },
    }),
  );
  await miniflare.ready;
  const readyMs = performance.now() - startedAt;
  const processId = childProcessIds().find((id) => !otherProcesses.has(id));
  return { port, processId, readyMs, logLines, miniflare, stop: () => miniflare.dispose() };
}
