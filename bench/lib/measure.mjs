// One run of the load, in a process of its own.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const LOAD = fileURLToPath(new URL("./load.mjs", import.meta.url));
const GRACE_SECONDS = 30;

/**
 * Sends a load process against a started Worker; resolves with what it measured, and never rejects.
 * @param {{operation: string, connections: number, warmSeconds: number, seconds: number, firstUser?: number,
 *   restMs?: number, peer?: string}} orders `restMs`: how long each connection rests after a step; `peer`: whose operation it is
 */
export function measure({ port, host, processId, realm }, orders) {
  return new Promise((resolve) => {
    const child = fork(LOAD, { execArgv: [] });
    const timer = setTimeout(() => child.kill("SIGKILL"), (orders.warmSeconds + orders.seconds + GRACE_SECONDS) * 1000);
    let result;
    child.once("message", (message) => {
      result = message;
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const firstError = `the load process ended early (${signal ?? code})`;
      resolve(result ?? { operation: orders.operation, count: 0, perSecond: 0, errors: 1, firstError });
    });
    child.send({ port, host, processId, realm, ...orders });
  });
}
