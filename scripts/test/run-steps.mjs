// @ts-check
import { spawn } from "node:child_process";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly string[]} commands one after the other
 * @property {readonly string[]} [after] the steps that must have succeeded, as far as they were chosen
 */

/**
 * @typedef {object} Begun
 * @property {Step} step
 * @property {string} output not printed yet
 * @property {string} end the last of what it said, printed or not
 * @property {number} startedAt
 * @property {number | null} endedAt
 * @property {boolean} isGood
 */

const drainMs = 2_000;
const endChars = 6_000;
const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Runs each step as soon as those before it are done. Prints their outputs in the order of the list: the first that is not over yet
 * speaks at once, the others wait for their turn. The first failure ends all.
 * @param {readonly Step[]} steps
 * @param {(text: string) => void} [write]
 * @returns {Promise<boolean>} whether all succeeded
 */
export async function runSteps(steps, write = (text) => void process.stdout.write(text)) {
  /** @type {Map<string, Begun>} */
  const begun = new Map();
  /** @type {Set<import("node:child_process").ChildProcess>} */
  const children = new Set();
  let printing = 0;
  let isOver = false;

  const endAll = () => {
    isOver = true;
    // Each child leads a group of its own, with all that it has started.
    for (const { pid } of children) {
      try {
        if (pid !== undefined) process.kill(-pid, "SIGTERM");
      } catch {
        // It has ended by itself.
      }
    }
  };
  const interrupted = () => {
    endAll();
    process.exitCode = 130;
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);

  function print() {
    for (; printing < steps.length; printing++) {
      const { name } = steps[printing] ?? { name: "" };
      const one = begun.get(name);
      if (one === undefined) return;
      write(one.output);
      one.output = "";
      if (one.endedAt === null) return;
      write(`${one.isGood ? "✓" : "✗"} ${name} (${seconds(one.endedAt - one.startedAt)})\n\n`);
    }
  }

  /** @param {Begun} one @param {string} command @returns {Promise<boolean>} */
  function run(one, command) {
    const child = spawn(command, { shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    children.add(child);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        one.output += text;
        one.end = (one.end + text).slice(-endChars);
        print();
      });
    // Whatever it may have left running holds its output open.
    child.on("exit", () =>
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), drainMs).unref(),
    );
    return new Promise((resolve) => {
      child.on("close", (code) => {
        children.delete(child);
        resolve(code === 0);
      });
    });
  }

  /** @param {Step} step */
  async function go(step) {
    /** @type {Begun} */
    const one = { step, output: `── ${step.name}\n`, end: "", startedAt: Date.now(), endedAt: null, isGood: true };
    begun.set(step.name, one);
    print();
    for (const command of step.commands) one.isGood &&= !isOver && (await run(one, command));
    one.endedAt = Date.now();
    if (isOver) return;
    if (one.isGood) return advance();
    // Whoever fails speaks, whose turn it is or not, and has the last word.
    if (steps[printing] !== step) write(`${one.output}✗ ${step.name}\n\n`);
    else {
      print();
      if (steps[printing - 1] !== step) write(`── ${step.name}, its end\n${one.end}✗ ${step.name}\n\n`);
    }
    endAll();
  }

  /** Begins what has nothing more to wait for. */
  async function advance() {
    print();
    const isDone = (/** @type {string} */ name) =>
      !steps.some((step) => step.name === name) || typeof begun.get(name)?.endedAt === "number";
    await Promise.all(steps.filter(({ name, after = [] }) => !begun.has(name) && after.every(isDone)).map(go));
  }

  await advance();
  process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  return !isOver;
}
