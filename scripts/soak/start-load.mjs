// The process that makes the load; what it is told to do is done one after the other.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const WARM_SHARE = 0.05;
const program = fileURLToPath(new URL("./load.mjs", import.meta.url));

/**
 * @param {{ port: number, realms: object[], connections: number, isCarriedOn?: boolean }} world `isCarriedOn`: sessions and tokens of one
 *   stretch are used in the next
 */
export function startLoad({ port, realms, connections, isCarriedOn = false }) {
  const child = fork(program, { execArgv: [] });
  child.send({ world: { port, realms, connections, isCarriedOn } });
  return {
    measure: (seconds) =>
      new Promise((resolve, reject) => {
        const ended = (code, signal) => reject(new Error(`the load process ended early (${signal ?? code})`));
        child.once("exit", ended);
        child.once("message", (runs) => {
          child.off("exit", ended);
          resolve(runs);
        });
        child.send({ warmSeconds: seconds * WARM_SHARE, seconds: seconds * (1 - WARM_SHARE) });
      }),
    stop: () => child.disconnect(),
  };
}
