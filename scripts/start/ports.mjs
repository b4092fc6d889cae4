// @ts-check
import { createServer } from "node:net";
import { StartError } from "./start-error.mjs";

// Below the ports that the system gives to whoever connects: one of those could be taken before the program that is to listen there does.
const [lowest, highest] = [11_000, 30_000];

/**
 * A port of this machine's where nobody listens.
 * @param {number} [neighbours] how many after it are to be free, too
 * @returns {Promise<number>}
 */
export async function freePort(neighbours = 0) {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const faults = await Promise.all(Array.from({ length: neighbours + 1 }, (_, offset) => listenFault(port + offset)));
    if (faults.every((fault) => fault === null)) return port;
  }
}

/**
 * @param {number} port
 * @param {string} purpose what wants it, for the message
 * @param {string} advice
 */
export async function checkPortIsFree(port, purpose, advice) {
  const code = await listenFault(port);
  if (code === null) return;
  const reason = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${code})`;
  throw new StartError(`Port ${port}, needed for the ${purpose}, ${reason}. ${advice}`);
}

/**
 * Why nobody can listen there; null when one can.
 * @param {number} port
 * @returns {Promise<string | null>}
 */
function listenFault(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}
