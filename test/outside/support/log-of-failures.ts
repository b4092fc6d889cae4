import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, inject, type RunnerTestSuite } from "vitest";
import { startedHere } from "./product.ts";

/** Of requests that were answered as usual, the last ones are enough. */
const usualLines = 20;
const isUsual = (line: string): boolean => /^\[wrangler:info\] (?:[A-Z]+ \S+ [1-4]\d\d |QUEUE )/.test(line);

/** What the products log comes to us with a delay. */
const lateMs = 500;

const logs = (): string[] =>
  [inject("stateDirectory"), ...startedHere].map((directory) => join(directory, "runtime.log"));

/** How long each log is, in bytes. */
async function lengths(): Promise<Map<string, number>> {
  const sizes = await Promise.all(logs().map((path) => stat(path).catch(() => ({ size: 0 }))));
  return new Map(logs().map((path, index) => [path, sizes[index]?.size ?? 0]));
}

/** Shows what the products have logged since then. Files that ran at the same time are in it, too. */
async function show(failed: string, since: ReadonlyMap<string, number>): Promise<void> {
  await pause(lateMs);
  for (const path of logs()) {
    const logged = await readFile(path).catch(() => null);
    if (logged === null) continue;
    const latest = logged.subarray(since.get(path) ?? 0).toString();
    const lines = latest.split("\n").filter((line) => line !== "");
    const told = lines.filter((line, index) => !isUsual(line) || index >= lines.length - usualLines);
    console.error(`What the product logged during "${failed}":\n${told.join("\n")}`);
  }
}

let atStart: ReadonlyMap<string, number> = new Map();

beforeAll(async () => {
  atStart = await lengths();
});

beforeEach(async ({ task, onTestFailed }) => {
  const before = await lengths();
  onTestFailed(() => show(task.name, before));
});

// biome-ignore lint/correctness/noEmptyPattern: the runner takes nothing else there
afterAll(async ({}, file) => {
  if (failedToBegin(file)) await show(file.name, atStart);
});

/** Tests that were never run, for what comes before them failed. */
const failedToBegin = ({ result, tasks }: Pick<RunnerTestSuite, "result" | "tasks">): boolean =>
  (result?.errors ?? []).length > 0 || tasks.some((task) => task.type === "suite" && failedToBegin(task));
