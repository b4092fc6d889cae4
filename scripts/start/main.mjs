// @ts-check
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiRefusal, adminApi, Unreachable } from "../admin-api.mjs";
import { parseArguments, usage } from "./arguments.mjs";
import { deathOf, startChild } from "./children.mjs";
import { completeDevVars } from "./dev-vars.mjs";
import { checkPortIsFree } from "./ports.mjs";
import { migrate, startWorker, untilHealthy } from "./runtime.mjs";
import { addSampleData } from "./sample-data.mjs";
import { StartError } from "./start-error.mjs";
import { completePartnerClient, completeStarterRealm, starter } from "./starter-realm.mjs";
import { checkSealingKeys, emptyState, makeState, passwordsChanged, rememberPasswords } from "./state.mjs";
import { summary } from "./summary.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Starts everything and stays until it is told to stop or a part of it dies.
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  /** @type {import("./children.mjs").Child[]} */
  const children = [];
  const stopping = stopOnSignals(children);
  try {
    const options = parseArguments(args, root);
    if (options.help) {
      console.log(usage);
      return 0;
    }
    await run(options, children, stopping);
    return 0;
  } catch (error) {
    if (stopping.aborted) return 0;
    console.error(`\n${describe(error)}`);
    return error instanceof StartError ? error.exitCode : 1;
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

/**
 * @param {import("./arguments.mjs").StartOptions} options
 * @param {import("./children.mjs").Child[]} children
 * @param {AbortSignal} stopping
 */
async function run(options, children, stopping) {
  const { port, scheme, stateDirectory, verbose } = options;
  const partner = { port: port + 1, baseUrl: `http://${starter.partnerHost}:${port + 1}` };
  const advice = "Stop it, or choose another port: npm start -- --port N";
  await checkPortIsFree(port, "Worker", advice);
  if (options.demo)
    await checkPortIsFree(partner.port, "partner application", `${advice} (or leave it out: --no-demo)`);

  const { vars, added } = await completeDevVars(join(root, ".dev.vars"));
  say("secrets", added.length === 0 ? "as they are in .dev.vars" : `${added.length} made and kept in .dev.vars`);

  if (options.fresh) await emptyState(stateDirectory);
  await makeState(stateDirectory);
  await checkSealingKeys(stateDirectory, vars.KEY_ENCRYPTION_KEYS);
  const place = { root, stateDirectory };
  await migrate({ ...place, onStart: (child) => children.push(child) });
  stopping.throwIfAborted();
  say(
    "database",
    `migrated in ${relative(process.cwd(), stateDirectory) || "."}${options.fresh ? ", from empty" : ""}`,
  );

  const worker = startWorker({ ...place, port, scheme, verbose });
  children.push(worker);
  const url = `${scheme}://127.0.0.1:${port}`;
  await untilHealthy(worker, `${url}/healthz`, stopping);
  worker.showErrors();
  say("worker", `listens at ${url}`);

  const watched = [worker];
  const issuer = `${scheme}://${starter.authDomain}:${port}`;
  /** @param {import("../admin-api.mjs").AdminApi} api @param {string} realm */
  const sample = async (api, realm) => {
    const place = { stateDirectory, issuer, readerPassword: vars.STARTER_PASSWORD_READER };
    const made = await addSampleData(api, realm, place).catch(warnOfSample);
    if (made) say("sample", "an application in use, a connected account, some people and sign-ins");
  };
  const seed = async () => {
    const api = adminApi({ url, token: vars.ADMIN_TOKEN });
    const passwords = [vars.STARTER_PASSWORD_READER, vars.STARTER_PASSWORD_ADMIN];
    const setPasswords = await passwordsChanged(stateDirectory, passwords);
    const realm = await completeStarterRealm(api, vars, { setPasswords });
    await rememberPasswords(stateDirectory, passwords);
    say("realm", `"${starter.realm}" is complete`);
    if (!options.demo) return undefined;
    if (vars.ENVIRONMENT === "development") await sample(api, realm);
    return completePartnerClient(api, realm, { stateDirectory, baseUrl: partner.baseUrl });
  };
  const credentials = await Promise.race([seed(), deathOf(worker)]);
  stopping.throwIfAborted();
  if (credentials !== undefined) {
    const app = startPartner({ issuer, ...credentials, ...partner, verbose });
    children.push(app);
    watched.push(app);
    await untilHealthy(app, partner.baseUrl, stopping);
    say("partner", `listens at ${partner.baseUrl}`);
  }
  console.log(summary({ scheme, port, vars, ...(options.demo ? { partnerUrl: partner.baseUrl } : {}) }));
  await Promise.race([untilAborted(stopping), ...watched.map(deathOf)]);
}

/** @param {AbortSignal} signal */
async function untilAborted(signal) {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/**
 * @param {object} settings
 * @param {string} settings.issuer
 * @param {string} settings.clientId
 * @param {string} settings.clientSecret
 * @param {string} settings.baseUrl
 * @param {number} settings.port
 * @param {boolean} settings.verbose
 */
function startPartner({ issuer, clientId, clientSecret, baseUrl, port, verbose }) {
  const node = join(root, "node_modules/.bin/node");
  const child = startChild({
    name: "partner application",
    command: existsSync(node) ? node : process.execPath,
    args: [resolve(root, "examples/partner-app/server.mjs")],
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ISSUER: issuer,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      BASE_URL: baseUrl,
      PORT: String(port),
    },
    verbose,
  });
  child.showErrors();
  return child;
}

/**
 * The first signal ends the children kindly, a second one at once. Nobody reading what is said any more counts as a signal.
 * @param {import("./children.mjs").Child[]} children
 */
function stopOnSignals(children) {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) {
      for (const child of children) child.kill();
      return;
    }
    controller.abort();
    for (const child of children) void child.stop();
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      if (!controller.signal.aborted) console.log("\nStopping.");
      stop();
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => {
      if (!controller.signal.aborted) stop();
    });
  }
  return controller.signal;
}

/** @param {unknown} error */
function describe(error) {
  if (error instanceof StartError || error instanceof Unreachable) return error.message;
  if (error instanceof ApiRefusal)
    return `The admin API refused a step of the start (${error.status} ${error.code ?? ""}): ${error.detail ?? error.message}`;
  return error instanceof Error ? error.stack : String(error);
}

/** Nothing depends on it. @param {unknown} error */
function warnOfSample(error) {
  say("sample", `left out: ${error instanceof Error ? error.message : error}`);
  return false;
}

/**
 * @param {string} part
 * @param {string} text
 */
function say(part, text) {
  console.log(`  ${part.padEnd(9)} ${text}`);
}
