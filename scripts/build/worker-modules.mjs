// @ts-check
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/**
 * @typedef {object} Size
 * @property {number} bytes
 * @property {number} gzipBytes
 */

/**
 * @typedef {object} Built
 * @property {Size} entry what is evaluated before the first answer: the entry and all that it imports at once
 * @property {Size} total everything that is uploaded
 * @property {number} parts how many modules wait until they are asked for
 */

/**
 * Bundles the Worker into modules: each `import()` of the sources begins one that workerd evaluates when it is first asked for.
 * Files that are right already stay untouched, so that builds side by side do not disturb each other.
 * @param {{ root: string, entry: string, outdir: string, minify: boolean }} options absolute paths
 * @returns {Promise<Built>}
 */
export async function buildWorkerModules({ root, entry, outdir, minify }) {
  const unused = join(root, "src/crypto/unused-attestation.cjs");
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    define: { "process.env.NODE_ENV": '"production"', "navigator.userAgent": '"Cloudflare-Workers"' },
    external: ["cloudflare:*"],
    // Uploaded beside the scripts: code may not make WebAssembly of bytes here.
    loader: { ".wasm": "copy" },
    // Passkeys are registered without attestation: the certificate library of @simplewebauthn/server is left out.
    alias: { "@peculiar/x509": unused, "@peculiar/asn1-android": unused },
    chunkNames: "parts/[hash]",
    assetNames: "parts/[name]-[hash]",
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    minify,
    // What wrangler shows in stacks.
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  await write(outdir, outputFiles);
  return measure(root, outputFiles, metafile);
}

/** @param {string} outdir @param {import("esbuild").OutputFile[]} files */
async function write(outdir, files) {
  await Promise.all(files.map((file) => writeIfOther(file.path, file.contents)));
  const wanted = new Set(files.map((file) => file.path));
  const present = await readdir(outdir, { recursive: true, withFileTypes: true });
  const stale = present.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  await Promise.all(stale.filter((file) => !wanted.has(file)).map((file) => rm(file, { force: true })));
}

/** Whole or not at all: somebody may be reading. @param {string} path @param {Uint8Array} contents */
async function writeIfOther(path, contents) {
  const present = await readFile(path).catch(() => null);
  if (present !== null && present.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/**
 * @param {string} root
 * @param {import("esbuild").OutputFile[]} files
 * @param {import("esbuild").Metafile} metafile
 * @returns {Built}
 */
function measure(root, files, metafile) {
  const uploaded = new Map(
    files.filter(({ path }) => !path.endsWith(".map")).map(({ path, contents }) => [relative(root, path), contents]),
  );
  const entry = Object.keys(metafile.outputs).find((name) => metafile.outputs[name]?.entryPoint?.endsWith("index.ts") && !name.includes("/parts/"));
  const first = new Set(entry === undefined ? [] : [entry]);
  for (const name of first)
    for (const { path, kind } of metafile.outputs[name]?.imports ?? [])
      if (kind === "import-statement" && uploaded.has(path)) first.add(path);
  return {
    entry: sizeOf([...first].flatMap((name) => uploaded.get(name) ?? [])),
    total: sizeOf([...uploaded.values()]),
    parts: uploaded.size - first.size,
  };
}

/** As one upload is compressed. @param {Uint8Array[]} contents @returns {Size} */
function sizeOf(contents) {
  const all = Buffer.concat(contents);
  return { bytes: all.length, gzipBytes: gzipSync(all, { level: 9 }).length };
}
