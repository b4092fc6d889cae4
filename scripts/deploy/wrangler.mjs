// @ts-check
import { spawn } from "node:child_process";
import { DeployError } from "./deploy-error.mjs";

/** @typedef {{ code: number, output: string, errors: string }} Ended */

/** Calls wrangler for one environment. What it prints is kept: nothing of it reaches the screen unless it failed, and never a secret. */
export class Wrangler {
  /** @type {string[]} */
  #secrets = [];

  /** @param {string} environment "" for production */
  constructor(environment) {
    this.environment = environment;
  }

  /** From now on left out of everything that is shown. @param {string} value */
  conceal(value) {
    this.#secrets.push(value, ...value.split(",").map((part) => part.slice(part.indexOf(":") + 1)));
  }

  /**
   * @param {readonly string[]} args
   * @param {{ input?: string, env?: Record<string, string> }} [options] `input` goes to its standard input
   * @returns {Promise<Ended>}
   */
  attempt(args, { input = "", env = {} } = {}) {
    return new Promise((resolve, reject) => {
      const child = spawn("wrangler", [...args, `--env=${this.environment}`], {
        env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true", ...env },
        stdio: ["pipe", "pipe", "pipe"],
      });
      const ended = { code: 1, output: "", errors: "" };
      child.stdout.setEncoding("utf8").on("data", (text) => {
        ended.output += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text) => {
        ended.errors += text;
      });
      child.on("error", () =>
        reject(new DeployError("wrangler cannot be started", "npm ci, then begin by `npm run deploy`")),
      );
      child.on("close", (code) => resolve({ ...ended, code: code ?? 1 }));
      // One that fails before it has read its input closes the pipe; its exit code says the rest.
      child.stdin.on("error", () => {});
      child.stdin.end(input);
    });
  }

  /**
   * The same, but a failure ends the deployment. Answers what it printed.
   * @param {readonly string[]} args
   * @param {{ remedy: string, input?: string, env?: Record<string, string> }} options
   */
  async run(args, { remedy, ...options }) {
    const { code, output, errors } = await this.attempt(args, options);
    if (code === 0) return output;
    const said = this.#concealed(`${errors}\n${output}`).trim().split("\n").slice(-12).join("\n");
    throw new DeployError(`wrangler ${args.join(" ")} failed:\n${said}`, remedy);
  }

  /** @param {string} text */
  #concealed(text) {
    const known = this.#secrets.filter((secret) => secret.length >= 8);
    return known.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  }
}

/**
 * The JSON in what wrangler printed, past what it says before. Null when there is none.
 * @param {string} output
 * @returns {any}
 */
export function jsonIn(output) {
  const start = output.search(/^[[{]/m);
  try {
    return start === -1 ? null : JSON.parse(output.slice(start));
  } catch {
    return null;
  }
}
