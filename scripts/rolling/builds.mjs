// An older version of the product beside the one at hand: both built, and what the database needs to come from one to the other.
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildWorker, moduleOf } from "../../bench/lib/worker.mjs";

const run = promisify(execFile);
const WRAPPER = "worker.js";
const MIGRATIONS = "migrations";
const COMMITS_LOOKED_AT = 50;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const ROOT = here("../..");

const git = async (...args) => (await run("git", ["-C", ROOT, ...args], { maxBuffer: 2 ** 28 })).stdout.trim();
const sqlFiles = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
const sqlOf = (folder) => sqlFiles(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));

/** The newest commit whose tables are not those of today. */
export async function commitOfOlderTables() {
  const changes = (await git("log", `-${COMMITS_LOOKED_AT}`, "--format=%H", "--", MIGRATIONS)).split("\n");
  const today = sqlOf(path.join(ROOT, MIGRATIONS)).join("\n").trim();
  for (const change of changes) {
    const before = await tablesAt(`${change}~1`).catch(() => today);
    if (before !== today) return git("rev-parse", `${change}~1`);
  }
  throw new Error("No commit with other tables: name one with --beside.");
}

async function tablesAt(commit) {
  const names = (await git("ls-tree", "--name-only", commit, `${MIGRATIONS}/`)).split("\n");
  const texts = await Promise.all(
    names.filter((name) => name.endsWith(".sql")).map((name) => git("show", `${commit}:${name}`)),
  );
  return texts.join("\n").trim();
}

/** @returns {Promise<{ commit: string, madeAt: string, says: string }>} */
export async function describeCommit(commit) {
  const [hash, madeAt, says] = (await git("log", "-1", "--format=%h%n%cI%n%s", commit)).split("\n");
  return { commit: hash, madeAt, says };
}

/** The sources of a commit in a folder of their own, with the packages that are installed here. */
export async function checkOut(commit, folder) {
  const archive = path.join(folder, "archive.tar");
  await git("archive", "--format=tar", `--output=${archive}`, commit);
  await run("tar", ["-xf", archive, "-C", folder]);
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

/** Both builds in one Worker. @returns what `startWorker` takes */
export async function buildBoth(olderRoot, folder) {
  const builds = [];
  for (const [name, root] of [
    ["older", olderRoot],
    ["newer", ROOT],
  ]) {
    const outdir = path.join(folder, name);
    mkdirSync(outdir);
    builds.push(await buildWorker(path.join(root, "wrangler.toml"), outdir));
  }
  copyFileSync(here(`./${WRAPPER}`), path.join(folder, WRAPPER));
  const [older, newer] = builds;
  const modules = [moduleOf(folder, WRAPPER), ...older.modules, ...newer.modules];
  return { outdir: folder, modules, workerOptions: newer.workerOptions };
}

/**
 * Puts into the folder what brings the older version's tables to today's: the migrations that have come since; or, while there is but one and
 * it is written anew, the one that would have been added to it.
 * @returns {Promise<string[]>} its statements
 */
export async function migrationsSince(olderRoot, folder) {
  const [then, now] = [path.join(olderRoot, MIGRATIONS), path.join(ROOT, MIGRATIONS)];
  const [before, today] = [sqlOf(then), sqlOf(now)];
  if (before.every((text, at) => text === today[at])) {
    for (const name of sqlFiles(now).slice(before.length)) copyFileSync(path.join(now, name), path.join(folder, name));
  } else {
    const work = path.join(folder, "work");
    cpSync(then, path.join(work, MIGRATIONS), { recursive: true });
    const schema = path.join(ROOT, "src/storage/d1/schema/*.ts");
    const config = { dialect: "sqlite", schema, out: `./${MIGRATIONS}` };
    writeFileSync(path.join(work, "drizzle.config.json"), JSON.stringify(config));
    const drizzleKit = path.join(ROOT, "node_modules/drizzle-kit/bin.cjs");
    const flags = ["generate", "--config", "drizzle.config.json", "--name", "next"];
    await run(process.execPath, [drizzleKit, ...flags], { cwd: work });
    for (const name of sqlFiles(path.join(work, MIGRATIONS)).slice(before.length))
      copyFileSync(path.join(work, MIGRATIONS, name), path.join(folder, name));
  }
  return sqlOf(folder).flatMap((text) => text.split("--> statement-breakpoint").map((statement) => statement.trim()));
}
