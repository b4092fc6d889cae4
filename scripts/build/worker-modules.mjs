// @ts-check
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { withoutUnused } from "./left-out.mjs";
import { makeOpenApiText, openApiModule } from "./open-api-text.mjs";

/** So many lazy parts must need a module for it to lie in `shared`. Fewer, and it is loaded in vain; more, and there are many small parts. */
const sharedFrom = 3;

/**
 * @typedef {object} Size
 * @property {number} bytes
 * @property {number} gzipBytes
 */

/**
 * @typedef {object} Built
 * @property {Size} entry what is evaluated before the first answer: the entry and all that it imports at once
 * @property {Size} total everything that is uploaded
 */

/**
 * Bundles the Worker into modules: each `import()` of the sources begins one that workerd evaluates when it is first asked for.
 * Files that are right already stay untouched, so that builds side by side do not disturb each other.
 * @param {{ root: string, entry: string, outdir: string, minify: boolean }} options absolute paths
 * @returns {Promise<Built>}
 */
export async function buildWorkerModules({ root, entry, outdir, minify }) {
  const wasm = wasmFiles();
  const bundle = await rolldown({
    cwd: root,
    input: { index: entry },
    platform: "browser",
    external: [/^cloudflare:/],
    resolve: { conditionNames: ["workerd", "worker", "browser"] },
    transform: {
      target: "es2024",
      define: { "process.env.NODE_ENV": '"production"', "navigator.userAgent": '"Cloudflare-Workers"' },
    },
    plugins: [wasm.plugin, madeAtBuild(root), withoutUnused((path) => join(root, path))],
  });
  const { output } = await bundle.generate({
    format: "esm",
    minify,
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: (chunk) => `${partName(chunk.facadeModuleId ?? chunk.name)}-[hash].part.js`,
    codeSplitting: {
      groups: [
        { name: neededAtOnce(entry), debugName: "first", priority: 2 },
        { name: "shared", minShareCount: sharedFrom, priority: 1 },
      ],
    },
  });
  await bundle.close();
  /** @type {Map<string, Uint8Array>} */
  const files = new Map(wasm.found);
  for (const file of output) files.set(file.fileName, Buffer.from(file.type === "chunk" ? file.code : file.source));
  await write(outdir, files);
  return measure(files, output);
}

/** A part bears the name of its surface or of its only file. @param {string} id */
function partName(id) {
  const name = basename(id).replace(/\.[^.]*$/, "");
  return name === "handlers" ? basename(dirname(id)) : name;
}

/**
 * Names the part of all that the entry imports, directly or not. Else the bundler would divide it by which lazy parts need it too.
 * @param {string} entry
 * @returns {(id: string, context: { getModuleInfo(id: string): { importedIds: string[] } | null }) => string | null}
 */
function neededAtOnce(entry) {
  /** @type {Set<string> | undefined} */
  let found;
  return (id, context) => {
    if (found === undefined) {
      found = new Set([entry]);
      for (const reached of found)
        for (const imported of context.getModuleInfo(reached)?.importedIds ?? []) found.add(imported);
    }
    return found.has(id) ? "first" : null;
  };
}

/** WebAssembly lies beside the scripts: code may not make it of bytes here. */
function wasmFiles() {
  /** @type {Map<string, Uint8Array>} */
  const found = new Map();
  /** @type {import("rolldown").Plugin} */
  const plugin = {
    name: "wasm",
    async resolveId(id, importer) {
      if (!id.endsWith(".wasm")) return null;
      const resolved = await this.resolve(id, importer, { skipSelf: true });
      if (resolved === null) return null;
      const contents = await readFile(resolved.id);
      const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8);
      const name = `${basename(resolved.id, ".wasm")}-${hash}.wasm`;
      found.set(name, contents);
      return { id: `./${name}`, external: true };
    },
  };
  return { plugin, found };
}

/** The description of the API is made here, once, and not by every isolate that is asked for it. @param {string} root @returns {import("rolldown").Plugin} */
const madeAtBuild = (root) => ({
  name: "made-at-build",
  async load(id) {
    if (id !== join(root, openApiModule)) return null;
    return `export const openApiText = ${JSON.stringify(await makeOpenApiText(root))};`;
  },
});

/** @param {string} outdir @param {ReadonlyMap<string, Uint8Array>} files */
async function write(outdir, files) {
  await mkdir(outdir, { recursive: true });
  await Promise.all([...files].map(([name, contents]) => writeIfOther(join(outdir, name), contents)));
  // Not what another build is about to put into its place.
  const stale = (await readdir(outdir)).filter((name) => /\.(?:js|map|wasm)$/.test(name) && !files.has(name));
  await Promise.all(stale.map((name) => rm(join(outdir, name), { force: true })));
}

/** Whole or not at all: somebody may be reading. @param {string} path @param {Uint8Array} contents */
async function writeIfOther(path, contents) {
  const present = await readFile(path).catch(() => null);
  if (present?.equals(contents)) return;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/**
 * @param {ReadonlyMap<string, Uint8Array>} files
 * @param {readonly (import("rolldown").OutputChunk | import("rolldown").OutputAsset)[]} output
 * @returns {Built}
 */
function measure(files, output) {
  const chunks = output.filter((file) => file.type === "chunk");
  const first = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of first)
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? [])
      if (files.has(basename(imported))) first.add(basename(imported));
  const uploaded = [...files.keys()].filter((name) => !name.endsWith(".map"));
  const sizeOfAll = (/** @type {readonly string[]} */ names) => sizeOf(names.flatMap((name) => files.get(name) ?? []));
  return { entry: sizeOfAll([...first]), total: sizeOfAll(uploaded) };
}

/** As one upload is compressed. @param {Uint8Array[]} contents @returns {Size} */
function sizeOf(contents) {
  const all = Buffer.concat(contents);
  return { bytes: all.length, gzipBytes: gzipSync(all, { level: 9 }).length };
}
