// @ts-check
import { readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { UsageError } from "../failure.mjs";

/**
 * How far an import has come: everything up to `done` is settled, and what is behind it may or may not be.
 * @typedef {object} Progress
 * @property {string} of what is imported where; another import does not go on from here
 * @property {number} done users of the file, from its beginning
 * @property {number} created
 * @property {number} updated
 * @property {number} skipped
 * @property {number} failed
 * @property {number} rejectedBytes length of the file of rejected lines
 */

/**
 * @param {string} of
 * @returns {Progress}
 */
const nothingDone = (of) => ({ of, done: 0, created: 0, updated: 0, skipped: 0, failed: 0, rejectedBytes: 0 });

/**
 * @param {string | undefined} path
 * @param {string} of
 * @returns {Promise<Progress>}
 */
export async function readCheckpoint(path, of) {
  if (path === undefined) return nothingDone(of);
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return nothingDone(of);
  /** @type {Progress} */
  const found = { ...nothingDone(""), ...parse(text) };
  if (found.of !== of)
    throw new UsageError(`${path} belongs to another import (or the file has changed). Delete it to begin anew.`);
  return found;
}

/**
 * The new one takes the place of the old in one step: whatever happens, one of them is there.
 * @param {string | undefined} path
 * @param {Progress} progress
 */
export async function writeCheckpoint(path, progress) {
  if (path === undefined) return;
  await writeFile(`${path}.new`, `${JSON.stringify(progress)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** @param {string | undefined} path */
export async function removeCheckpoint(path) {
  if (path !== undefined) await rm(path, { force: true });
}

/**
 * Lines that were written behind the last checkpoint are written once more.
 * @param {string} path
 * @param {number} bytes
 */
export async function cutBack(path, bytes) {
  if (bytes === 0) await rm(path, { force: true });
  else await truncate(path, bytes);
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
