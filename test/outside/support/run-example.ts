import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const localNames = join(root, "test/outside/clients/local-names.mjs");

/** Runs a program below examples/ as it stands there, in a process of its own. What it complains about is shown. */
export function runExample(program: string, env: Readonly<Record<string, string>>): { stop: () => Promise<void> } {
  const words = ["--import", localNames, join(root, "examples", program)];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return {
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** Throws when nobody answers there in time. */
export async function untilAnswering(
  address: string,
  ask: (address: string) => Promise<Response> = fetch,
): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; await new Promise((done) => setTimeout(done, 100))) {
    if ((await ask(address).catch(() => null)) !== null) return;
  }
  throw new Error(`${address} does not answer`);
}
