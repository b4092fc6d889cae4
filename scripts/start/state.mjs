// @ts-check
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StartError } from "./start-error.mjs";

/** Everything a start writes. `--fresh` removes these and nothing else, whatever directory `--state` names. */
const owned = ["v3", "runtime", "runtime.log", "start.json", "partner-app.json"];

/** @param {string} directory */
export async function emptyState(directory) {
  await Promise.all(owned.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

/** @param {string} directory */
export async function makeState(directory) {
  await mkdir(directory, { recursive: true });
}

/**
 * Refuses a database whose secrets were sealed under keys that are gone: every later step would fail obscurely.
 * @param {string} directory
 * @param {string} keyEncryptionKeys as in `.dev.vars`
 */
export async function checkSealingKeys(directory, keyEncryptionKeys) {
  const current = keyEncryptionKeys.split(",").map((entry) => fingerprint(entry.trim()));
  const { keys: known, ...memory } = (await readJson(directory, "start.json")) ?? {};
  const hasData = existsSync(join(directory, "v3"));
  if (hasData && Array.isArray(known) && !known.some((key) => current.includes(key)))
    throw new StartError(
      "The local state was made with other KEY_ENCRYPTION_KEYS than .dev.vars holds now, so it cannot be opened.\n" +
        "Bring the earlier .dev.vars back, or start empty: npm start -- --fresh",
    );
  await writeJson(directory, "start.json", { ...memory, keys: current });
}

/**
 * True when somebody put other starter passwords into `.dev.vars` since the users were made.
 * @param {string} directory
 * @param {string[]} passwords
 */
export async function passwordsChanged(directory, passwords) {
  const known = (await readJson(directory, "start.json"))?.passwords;
  return known !== undefined && known !== fingerprint(passwords.join("\n"));
}

/**
 * @param {string} directory
 * @param {string[]} passwords that the users have now
 */
export async function rememberPasswords(directory, passwords) {
  const memory = await readJson(directory, "start.json");
  await writeJson(directory, "start.json", { ...memory, passwords: fingerprint(passwords.join("\n")) });
}

/**
 * @param {string} directory
 * @param {string} name
 * @returns {Promise<Record<string, unknown> | undefined>} undefined when it is missing or was damaged
 */
export async function readJson(directory, name) {
  try {
    const value = JSON.parse(await readFile(join(directory, name), "utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} directory
 * @param {string} name
 * @param {Record<string, unknown>} value
 */
export async function writeJson(directory, name, value) {
  const path = join(directory, name);
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
}

/** @param {string} secret which lies in `.dev.vars` beside this, for the same reader */
function fingerprint(secret) {
  return createHash("sha256").update(secret).digest("hex").slice(0, 16);
}
