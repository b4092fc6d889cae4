// @ts-check
import { unstable_readConfig } from "wrangler";
import { DeployError } from "./deploy-error.mjs";

/**
 * @typedef {object} Configuration
 * @property {string} worker
 * @property {Database[]} databases the directory, bound as DB, comes first; then the other shards
 * @property {string} migrations the folder
 * @property {string[]} queues those that are written to or read, and their dead letters
 */

/** @typedef {{ binding: string, name: string }} Database */

/**
 * What wrangler.toml says of one environment.
 * @param {string} environment "" for production
 * @returns {Configuration}
 */
export function readConfiguration(environment) {
  /** @type {import("wrangler").Unstable_Config} */
  let config;
  try {
    config = unstable_readConfig({ config: "wrangler.toml", env: environment }, { hideWarnings: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DeployError(`wrangler.toml cannot be used: ${why}`, "mend it, then run this again", 2);
  }
  const [database, ...shards] = config.d1_databases;
  const { producers = [], consumers = [] } = config.queues;
  const bound = [
    ["DB", database?.binding === "DB"],
    ...shards.map(({ binding }) => [binding, /^DB_[A-Z0-9_]{1,32}$/.test(binding) && binding !== "DB_MAIN"]),
    ["GRANTS", config.kv_namespaces.some(({ binding }) => binding === "GRANTS")],
    ["USERS", config.durable_objects.bindings.some(({ name }) => name === "USERS")],
    ["JOBS", producers.some(({ binding }) => binding === "JOBS")],
    ["AUDIT", producers.some(({ binding }) => binding === "AUDIT")],
    ["ADDRESS_LIMITER", config.ratelimits.some(({ name }) => name === "ADDRESS_LIMITER")],
  ];
  const names = config.d1_databases.map(({ database_name: name }) => name);
  const missing = bound.filter(([, isThere]) => !isThere).map(([name]) => name);
  if (missing.length > 0 || config.name === undefined || database === undefined || names.includes(undefined))
    throw new DeployError(
      `wrangler.toml does not bind ${missing.join(", ") || "a database with a name"} in ${environment || "production"}`,
      "bindings are not inherited: write them under [env.<name>] too, as [env.staging] has them",
      2,
    );
  if (config.vars.ENVIRONMENT === "development")
    throw new DeployError(
      "wrangler.toml sets ENVIRONMENT to development",
      "take it out of [vars]: it opens a laptop's seams",
      2,
    );
  const dead = consumers.map(({ dead_letter_queue: name }) => name);
  const named = [...dead, ...producers.map(({ queue }) => queue), ...consumers.map(({ queue }) => queue)];
  const queues = named.flatMap((name) => (name === undefined ? [] : [name]));
  return {
    worker: config.name,
    databases: config.d1_databases.map(({ binding, database_name: name = "" }) => ({ binding, name })),
    migrations: database.migrations_dir ?? "migrations",
    queues: [...new Set(queues)],
  };
}
