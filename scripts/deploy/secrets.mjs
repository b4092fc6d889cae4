// @ts-check
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, chmod } from "node:fs/promises";
import { readDevVars } from "../start/dev-vars.mjs";
import { DeployError } from "./deploy-error.mjs";
import { rowsOf } from "./migrations.mjs";
import { jsonIn } from "./wrangler.mjs";

/** Without these nothing is served. 288 and 256 random bits. */
const required = {
  ADMIN_TOKEN: () => randomBytes(36).toString("base64url"),
  KEY_ENCRYPTION_KEYS: () => `k1:${randomBytes(32).toString("base64url")}`,
};

/** Where values lie that were made here, until their owner has put them away. @param {string} environment */
const secretsFile = (environment) => `.deploy-secrets.${environment || "production"}`;

/**
 * The operator's token if this machine knows it: to look behind `/readyz`.
 * @param {string} environment
 * @returns {string | null}
 */
export const knownAdminToken = (environment) =>
  process.env.GATEHOUSE_ADMIN_TOKEN || readDevVars(secretsFile(environment)).ADMIN_TOKEN || null;

/**
 * Puts the secrets that the Worker does not have, and leaves alone those it has. A value comes from the environment
 * (GATEHOUSE_<name>), from the file of an earlier run, or is made; it is written to that file before it is used, since a Worker's
 * secret cannot be read back.
 * @param {import("./wrangler.mjs").Wrangler} wrangler
 * @param {{ isNew: boolean, unattended: boolean, dryRun: boolean, say: (line: string) => void }} circumstances
 */
export async function provideSecrets(wrangler, { isNew, unattended, dryRun, say }) {
  const present = await presentSecrets(wrangler);
  const missing = Object.entries(required).filter(([name]) => !present.includes(name));
  if (missing.length === 0) return say("secrets: there");
  const file = secretsFile(wrangler.environment);
  for (const [name, make] of missing) {
    // A workflow's secret that nobody has set is empty.
    const given = process.env[`GATEHOUSE_${name}`] || readDevVars(file)[name];
    if (given === undefined && unattended)
      throw new DeployError(
        `the Worker has no ${name}, and nobody is there to keep one that is made now`,
        `run npm run deploy once by hand, or set GATEHOUSE_${name} among the secrets of the workflow`,
      );
    if (given === undefined && name === "KEY_ENCRYPTION_KEYS" && !isNew) await requireUnused(wrangler);
    if (dryRun) {
      say(`secrets: would ${given === undefined ? "make and put" : "put"} ${name}`);
      continue;
    }
    const value = given ?? make();
    wrangler.conceal(value);
    if (given === undefined) await keep(file, name, value);
    await wrangler.run(["secret", "put", name], {
      input: `${value}\n`,
      remedy: "run this again: it puts the same value",
    });
    say(
      `secrets: ${name} put${given === undefined ? `; its value lies in ${file}: move it where you keep passwords` : ""}`,
    );
  }
}

/** @param {import("./wrangler.mjs").Wrangler} wrangler @returns {Promise<string[]>} */
async function presentSecrets(wrangler) {
  const { code, output, errors } = await wrangler.attempt(["secret", "list", "--format", "json"]);
  if (code === 0) return (jsonIn(output) ?? []).map((/** @type {{ name: string }} */ { name }) => name);
  // There is no Worker of that name yet.
  if (/10007|does not exist|not found/i.test(errors + output)) return [];
  throw new DeployError(
    "the Worker's secrets cannot be listed",
    "npx wrangler secret list says why; then run this again",
  );
}

/** A fresh key would make everything that is sealed worthless. @param {import("./wrangler.mjs").Wrangler} wrangler */
async function requireUnused(wrangler) {
  const tables = await rowsOf(wrangler, "select name from sqlite_master where name = 'signing_keys'");
  const keys = tables.length === 0 ? [] : await rowsOf(wrangler, "select kid from signing_keys limit 1");
  if (keys.length > 0)
    throw new DeployError(
      "KEY_ENCRYPTION_KEYS is gone from the Worker, and the database holds keys that are sealed with it",
      "put the old value back: npx wrangler secret put KEY_ENCRYPTION_KEYS. A new one would open nothing",
    );
}

/** @param {string} file @param {string} name @param {string} value */
async function keep(file, name, value) {
  const head = existsSync(file)
    ? ""
    : "# Made by npm run deploy. Put these where you keep passwords, then delete this file.\n";
  await appendFile(file, `${head}${name}=${value}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}
