// @ts-check
import { createServer } from "node:net";
import { StartError } from "./start-error.mjs";

/**
 * @param {number} port
 * @param {string} purpose what wants it, for the message
 * @param {string} advice
 */
export async function checkPortIsFree(port, purpose, advice) {
  const code = await new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  const reason = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${code})`;
  throw new StartError(`Port ${port}, needed for the ${purpose}, ${reason}. ${advice}`);
}
