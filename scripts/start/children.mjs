// @ts-check
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { StartError } from "./start-error.mjs";

const GRACE_MS = 4_000;
const LAST_WORDS_MS = 300;
const KEPT_OUTPUT_CHARACTERS = 6_000;

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {Promise<string>} ended resolves with how it ended, in words
 * @property {() => string} output the last of what it printed
 * @property {() => boolean} complained whether it printed an error
 * @property {() => void} showErrors from now on, what it writes to stderr appears on ours
 * @property {() => Promise<void>} stop asks, waits, then kills it with all it started
 * @property {() => void} kill
 */

/**
 * Starts a program in a process group of its own, so that nothing it started can outlive it.
 * @param {object} program
 * @param {string} program.name
 * @param {string} program.command
 * @param {string[]} program.args
 * @param {string} program.cwd
 * @param {NodeJS.ProcessEnv} program.env
 * @param {boolean} program.verbose passes its output through
 * @param {string} [program.logFile] gets its output as well
 * @returns {Child}
 */
export function startChild({ name, command, args, cwd, env, verbose, logFile }) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { mode: 0o600 });
  let output = "";
  let complained = false;
  let errorsShown = verbose;

  /** @param {string} text */
  const keep = (text) => {
    const words = stripVTControlCharacters(text);
    output = (output + words).slice(-KEPT_OUTPUT_CHARACTERS);
    log?.write(words);
  };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    keep(text);
    if (verbose) process.stdout.write(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    keep(text);
    complained ||= text.includes("ERROR");
    if (errorsShown) process.stderr.write(text);
  });

  /** @param {NodeJS.Signals} signal */
  const signalGroup = (signal) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      // Its last words may still be in the pipe; something it started may hold the pipe open for ever.
      child.on("close", () => resolve(how));
      setTimeout(resolve, LAST_WORDS_MS, how);
    });
  });

  return {
    name,
    ended,
    output: () => (output.length < KEPT_OUTPUT_CHARACTERS ? output : output.replace(/^.*\n/, "")).trim(),
    complained: () => complained,
    showErrors: () => {
      errorsShown = true;
    },
    kill: () => signalGroup("SIGKILL"),
    async stop() {
      signalGroup("SIGTERM");
      const killer = setTimeout(signalGroup, GRACE_MS, "SIGKILL");
      await ended;
      clearTimeout(killer);
      signalGroup("SIGKILL");
    },
  };
}

/**
 * @param {Child} child
 * @returns {Promise<never>} rejects when the child ends, with how and with what it printed
 */
export async function deathOf(child) {
  throw childFailure(child, `${await child.ended}, so everything stops`);
}

/**
 * The failure of a child, with what it printed.
 * @param {Child} child
 * @param {string} how
 */
export function childFailure(child, how) {
  const output = child.output();
  return new StartError(`The ${child.name} ${how}.${output === "" ? "" : `\n\n${output}`}`);
}
