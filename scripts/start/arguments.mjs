// @ts-check
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { StartError } from "./start-error.mjs";

export const usage = `Usage: npm start -- [options]

Starts Gatehouse on this machine, with a starter realm and a demo partner application.

  --port N      port of the Worker, 1 to 65534 (default 8787); the partner application takes the next one
  --https       serve TLS with a self-signed certificate
  --fresh       empty the local state first
  --state DIR   keep the local state in DIR (default .wrangler/state)
  --no-demo     leave the partner application out
  --verbose     show everything that the Worker's runtime prints
  --help        show this text
`;

/**
 * @typedef {object} StartOptions
 * @property {number} port
 * @property {"http" | "https"} scheme
 * @property {boolean} fresh
 * @property {string} stateDirectory absolute
 * @property {boolean} demo
 * @property {boolean} verbose
 * @property {boolean} help
 */

/**
 * @param {string[]} args
 * @param {string} root absolute path of the repository
 * @returns {StartOptions}
 * @throws {StartError} on anything it does not know
 */
export function parseArguments(args, root) {
  const values = readFlags(args);
  return {
    port: parsePort(values.port),
    scheme: values.https ? "https" : "http",
    fresh: values.fresh,
    stateDirectory: values.state === undefined ? resolve(root, ".wrangler/state") : resolve(values.state),
    demo: !values["no-demo"],
    verbose: values.verbose,
    help: values.help,
  };
}

/** @param {string[]} args */
function readFlags(args) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string", default: "8787" },
        https: { type: "boolean", default: false },
        fresh: { type: "boolean", default: false },
        state: { type: "string" },
        "no-demo": { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}\n\n${usage}`, { exitCode: 2 });
  }
}

/** @param {string} value */
function parsePort(value) {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port === 0)
    throw new StartError("--port 0 is not supported: the port is part of every address of the realm. Name one.", {
      exitCode: 2,
    });
  if (!(port >= 1 && port <= 65_534))
    throw new StartError(`--port takes a number from 1 to 65534, not "${value}".`, { exitCode: 2 });
  return port;
}
