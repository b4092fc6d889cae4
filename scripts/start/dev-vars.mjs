// @ts-check
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { appendFile, chmod, readFile, writeFile } from "node:fs/promises";
import { starter } from "./starter-realm.mjs";

/** What `npm start` makes when it is missing, and how. */
const generators = {
  ENVIRONMENT: () => "development",
  ADMIN_TOKEN: () => randomBytes(36).toString("base64url"),
  OPERATORS_REALM: () => starter.authDomain,
  KEY_ENCRYPTION_KEYS: () => `k1:${randomBytes(32).toString("base64url")}`,
  STARTER_PASSWORD_READER: friendlyPassword,
  STARTER_PASSWORD_ADMIN: friendlyPassword,
};

/** @typedef {Record<keyof typeof generators, string>} DevVars */

/**
 * Completes `.dev.vars`: what is there stays as it is, what is missing is added with fresh random values.
 * The file is readable by its owner only.
 * @param {string} path
 * @returns {Promise<{ vars: DevVars, added: string[] }>}
 */
export async function completeDevVars(path) {
  const text = existsSync(path) ? await readFile(path, "utf8") : "";
  const present = parseDevVars(text);
  /** @type {string[]} */
  const added = [];
  /** @type {Record<string, string>} */
  const vars = {};
  for (const [name, generate] of Object.entries(generators)) {
    const value = present[name];
    if (value === undefined || value === "") added.push(name);
    vars[name] = value || generate();
  }
  if (added.length > 0) await append(path, text, added.map((name) => `${name}=${vars[name]}\n`).join(""));
  await chmod(path, 0o600);
  return { vars: /** @type {DevVars} */ (vars), added };
}

/**
 * @param {string} path
 * @returns {Record<string, string>} empty when there is no such file
 */
export function readDevVars(path) {
  return existsSync(path) ? parseDevVars(readFileSync(path, "utf8")) : {};
}

/**
 * `NAME=value` lines; a later line wins, as it does for the Worker's runtime.
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseDevVars(text) {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*\r?$/gm);
  return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, unquote(value)]));
}

/** @param {string} value */
function unquote(value) {
  return /^(["'`]).*\1$/.test(value) ? value.slice(1, -1) : value;
}

/**
 * @param {string} path
 * @param {string} text what the file holds now
 * @param {string} lines
 */
async function append(path, text, lines) {
  if (text === "")
    await writeFile(path, `# Made by npm start for this machine only. Keep it out of git.\n${lines}`, { mode: 0o600 });
  else await appendFile(path, text.endsWith("\n") ? lines : `\n${lines}`);
}

/** Five speakable words of two syllables, 66 bits: `tavi-monu-keso-ralu-bide`. */
function friendlyPassword() {
  const consonants = "bcdfghjklmnpqrstvwxz";
  const vowels = "aeiou";
  const syllable = () => `${consonants[randomInt(20)]}${vowels[randomInt(5)]}`;
  return Array.from({ length: 5 }, () => syllable() + syllable()).join("-");
}
