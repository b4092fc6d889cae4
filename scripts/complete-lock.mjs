// @ts-check
// npm leaves optional packages for other platforms out of the lock file when it cannot see them, and `npm ci` then refuses that very
// file. This writes them down from what their owners declare: version, platform, and that they are optional.
import { readFileSync, writeFileSync } from "node:fs";

/** @typedef {{ version?: string, dev?: boolean, license?: string, optionalDependencies?: Record<string, string> }} Entry */

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
/** @type {Record<string, Entry & Record<string, unknown>>} */
const packages = lock.packages;

const systems = { win32: /win32|windows/, darwin: /darwin/, android: /android/, freebsd: /freebsd/, linux: /linux/ };
const processors = { arm64: /arm64/, x64: /x64|-64$/, ia32: /ia32/, arm: /arm(?!64)/ };

/**
 * @param {Record<string, RegExp>} patterns
 * @param {string} name
 */
const among = (patterns, name) =>
  Object.keys(patterns)
    .filter((key) => patterns[key]?.test(name))
    .slice(0, 1);

/**
 * Whether `name`, wanted by the package at `path`, is in the file: beside it, or in a folder above.
 * @param {string} path
 * @param {string} name
 */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    if (packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === "") return false;
  }
}

for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name) || !/^[0-9]/.test(version)) continue;
    packages[`node_modules/${name}`] = {
      version,
      cpu: among(processors, name),
      ...(entry.dev ? { dev: true } : {}),
      ...(entry.license === undefined ? {} : { license: entry.license }),
      ...(/musl/.test(name) ? { libc: ["musl"] } : {}),
      optional: true,
      os: among(systems, name),
    };
    console.log(`added ${name}@${version}`);
  }
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
