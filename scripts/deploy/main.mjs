// @ts-check
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isLocalName } from "../local-fetch.mjs";
import { readConfiguration } from "./configuration.mjs";
import { DeployError } from "./deploy-error.mjs";
import { contracting, pendingMigrations } from "./migrations.mjs";
import { knownAdminToken, provideSecrets } from "./secrets.mjs";
import { smoke } from "./smoke.mjs";
import { jsonIn, Wrangler } from "./wrangler.mjs";

const usage = `Usage: npm run deploy [-- OPTIONS]

  --env <name>      an environment of wrangler.toml; production without it
  --url <origin>    where to look afterwards whether it works: the auth domain of a realm (or GATEHOUSE_URL)
  --dry-run         change nothing: say what would be done
  --contract        pending migrations that older code does not survive run after the deployment
  --rollback [id]   the version before, or that one, serves again; the database stays as it is
  --restored        D1 was taken back to an earlier state just now: the objects of users look at their rows
  --ci              nobody is there: nothing is made that somebody would have to keep (the default where CI is set)`;

const options = /** @type {const} */ ({
  env: { type: "string", default: "" },
  url: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  contract: { type: "boolean", default: false },
  rollback: { type: "boolean", default: false },
  restored: { type: "boolean", default: false },
  ci: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
});

const say = (/** @type {string} */ line) => console.log(`  ${line}`);

/** @param {string[]} argv */
export async function main(argv) {
  const { values, positionals } = parse(argv);
  if (values.help) return console.log(usage);
  const url = originOf(values.url ?? process.env.GATEHOUSE_URL);
  const wrangler = new Wrangler(values.env);
  const configuration = readConfiguration(values.env);
  console.log(`${configuration.worker} → ${values.env || "production"}${values["dry-run"] ? " (dry run)" : ""}`);
  await wrangler.run(["whoami"], {
    remedy: "npx wrangler login, or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID",
  });
  if (values.rollback) return rollBack(wrangler, positionals[0] ?? null, url, values["dry-run"]);
  if (values.restored) return announceRestored(wrangler, values["dry-run"]);

  const dryRun = values["dry-run"];
  const unattended = values.ci || (process.env.CI ?? "") !== "";
  await build(wrangler);
  /** @type {string[]} */
  const made = [];
  for (const database of configuration.databases)
    if (await provideDatabase(wrangler, database, dryRun)) made.push(database.binding);
  const isNew = made.includes("DB");
  await provideQueues(wrangler, configuration, dryRun);
  await provideSecrets(wrangler, { isNew, unattended, dryRun, say });
  const asked = configuration.databases.filter(({ binding }) => !(dryRun && made.includes(binding)));
  const plans = await planMigrations(wrangler, configuration, asked, values.contract);
  const pending = [...new Set(plans.flatMap((plan) => plan.pending))];
  if (dryRun) return say("would deploy, and look whether it works");
  const bookmark = await noteBookmark(wrangler, configuration.databases);
  if (!values.contract) await migrate(wrangler, plans);
  const before = await servingVersion(wrangler);
  const version = await deploy(wrangler, bookmark);
  note({ environment: values.env || "production", version, before, bookmark, migrations: pending });
  await lookAt(wrangler, url, version, before);
  if (values.contract) await migrate(wrangler, plans);
  console.log(`✓ deployed${version === null ? "" : ` ${version}`}`);
}

/** @param {string[]} argv */
function parse(argv) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new DeployError(error instanceof Error ? error.message : "wrong usage", usage, 2);
  }
}

/** @param {string | undefined} text */
function originOf(text) {
  if (text === undefined || text === "") return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "http:" && !isLocalName(url.hostname))
    throw new DeployError("the operator token is not sent in the clear", `give ${text} as https`, 2);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.origin;
  throw new DeployError(`--url ${text} is no origin`, "give one like https://auth.example.com", 2);
}

/** What does not build must not have touched anything. @param {Wrangler} wrangler */
async function build(wrangler) {
  await wrangler.run(["deploy", "--dry-run"], { remedy: "npm test says what is wrong" });
  say("build: good");
}

/**
 * @param {Wrangler} wrangler
 * @param {import("./configuration.mjs").Database} database
 * @param {boolean} dryRun
 * @returns {Promise<boolean>} whether there was none
 */
async function provideDatabase(wrangler, { name: database }, dryRun) {
  const remedy = "look whether the token may use D1 (Account, D1, Edit), then run this again";
  const known = jsonIn(await wrangler.run(["d1", "list", "--json"], { remedy })) ?? [];
  if (known.some((/** @type {{ name: string }} */ { name }) => name === database)) {
    say(`database ${database}: there`);
    return false;
  }
  if (!dryRun) await wrangler.run(["d1", "create", database], { remedy });
  say(`database ${database}: ${dryRun ? "would be made" : "made"}`);
  return true;
}

/**
 * Dead letters first: a queue is made for those who can give up.
 * @param {Wrangler} wrangler
 * @param {import("./configuration.mjs").Configuration} configuration
 * @param {boolean} dryRun
 */
async function provideQueues(wrangler, { queues }, dryRun) {
  for (const queue of queues) {
    if ((await wrangler.attempt(["queues", "info", queue])).code === 0) {
      say(`queue ${queue}: there`);
      continue;
    }
    const remedy = "look whether the account has Queues and the token may use them (Account, Queues, Edit)";
    if (!dryRun) await wrangler.run(["queues", "create", queue], { remedy });
    say(`queue ${queue}: ${dryRun ? "would be made" : "made"}`);
  }
}

/** @typedef {{ binding: string, pending: string[] }} Plan */

/**
 * What each database lacks.
 * @param {Wrangler} wrangler
 * @param {import("./configuration.mjs").Configuration} configuration
 * @param {readonly import("./configuration.mjs").Database[]} databases
 * @param {boolean} mayContract
 * @returns {Promise<Plan[]>}
 */
async function planMigrations(wrangler, configuration, databases, mayContract) {
  const plans = [];
  for (const { binding } of databases)
    plans.push({ binding, pending: await pendingMigrations(wrangler, configuration, binding) });
  const breaking = contracting(configuration.migrations, [...new Set(plans.flatMap(({ pending }) => pending))]);
  if (breaking.length > 0 && !mayContract)
    throw new DeployError(
      `${breaking.join(", ")}: the code that runs now would not survive that`,
      "deploy code first that needs neither the old nor the new form (docs/deploying.md), then run this with --contract",
    );
  for (const { binding, pending } of plans)
    say(`migrations${of(binding)}: ${pending.length === 0 ? "none" : pending.join(", ")} pending`);
  return plans;
}

/** The first database is the one that is meant when none is named. @param {string} binding */
const of = (binding) => (binding === "DB" ? "" : ` of ${binding}`);

/** @param {Wrangler} wrangler @param {readonly Plan[]} plans */
async function migrate(wrangler, plans) {
  for (const { binding, pending } of plans) {
    if (pending.length === 0) continue;
    await wrangler.run(["d1", "migrations", "apply", binding, "--remote"], {
      remedy:
        "nothing was deployed by this step; a migration that fails is undone by itself: mend it and run this again",
    });
    say(`migrations${of(binding)}: ${pending.join(", ")} applied`);
  }
}

/**
 * The state to which D1 can be taken back; of several databases each with its name.
 * @param {Wrangler} wrangler
 * @param {readonly import("./configuration.mjs").Database[]} databases
 */
async function noteBookmark(wrangler, databases) {
  const remedy = "run this again: without a bookmark there is no way back to the data of this moment";
  const bookmarks = [];
  for (const { binding } of databases) {
    const info = jsonIn(await wrangler.run(["d1", "time-travel", "info", binding, "--json"], { remedy }));
    const bookmark = String(info?.bookmark ?? "");
    if (!/^[0-9a-f-]{8,128}$/.test(bookmark)) throw new DeployError(`D1 names no bookmark${of(binding)}`, remedy);
    say(`bookmark${of(binding)}: ${bookmark}`);
    bookmarks.push(binding === "DB" ? bookmark : `${binding} ${bookmark}`);
  }
  return bookmarks.join(", ");
}

/** @param {Wrangler} wrangler @returns {Promise<string | null>} */
async function servingVersion(wrangler) {
  const { code, output } = await wrangler.attempt(["deployments", "status", "--json"]);
  return code === 0 ? (jsonIn(output)?.versions?.[0]?.version_id ?? null) : null;
}

/** @param {Wrangler} wrangler @param {string} bookmark @returns {Promise<string | null>} the version's id */
async function deploy(wrangler, bookmark) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-deploy-"));
  const told = join(folder, "told.ndjson");
  try {
    await wrangler.run(["deploy", "--message", `d1 bookmark ${bookmark}`], {
      env: { WRANGLER_OUTPUT_FILE_PATH: told },
      remedy: "the version before still serves; the migrations were additive and may stay. Mend it and run this again",
    });
    return versionIn(told);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file @returns {string | null} */
function versionIn(file) {
  try {
    const lines = readFileSync(file, "utf8").trim().split("\n");
    const deployed = lines.map((line) => JSON.parse(line)).findLast(({ type }) => type === "deploy");
    return deployed?.version_id ?? null;
  } catch {
    return null;
  }
}

/** @param {Record<string, unknown>} entry */
function note(entry) {
  appendFileSync("deployments.log", `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}

/**
 * @param {Wrangler} wrangler
 * @param {string | null} url
 * @param {string | null} version
 * @param {string | null} before what serves again should this not work
 */
async function lookAt(wrangler, url, version, before) {
  if (url === null) return say("not looked at: there is no --url (the auth domain of a realm)");
  const wrong = await smoke({ url, token: knownAdminToken(wrangler.environment), version });
  if (wrong === null) return say(`${url} works`);
  if (before === null)
    throw new DeployError(`deployed, but ${wrong}`, "there is no version before; npx wrangler tail shows what happens");
  await wrangler.run(["rollback", before, "--yes", "--message", "the version after did not work"], {
    remedy: `npx wrangler rollback ${before}`,
  });
  throw new DeployError(
    `deployed, but ${wrong}. Version ${before} serves again`,
    "npx wrangler tail, mend it, run this again",
  );
}

/**
 * @param {Wrangler} wrangler
 * @param {string | null} version
 * @param {string | null} url
 * @param {boolean} dryRun
 */
async function rollBack(wrangler, version, url, dryRun) {
  if (dryRun) return say(`would roll back to ${version ?? "the version before"}`);
  const which = version === null ? [] : [version];
  await wrangler.run(["rollback", ...which, "--yes", "--message", "npm run deploy -- --rollback"], {
    remedy: "npx wrangler versions list names those there are",
  });
  if (url !== null) {
    const wrong = await smoke({ url, token: knownAdminToken(wrangler.environment), version });
    if (wrong !== null) throw new DeployError(`rolled back, but ${wrong}`, "npx wrangler tail shows what happens");
  }
  console.log("✓ rolled back; the database stays as it is");
}

/** A secret, so that every later deployment carries it. @param {Wrangler} wrangler @param {boolean} dryRun */
async function announceRestored(wrangler, dryRun) {
  const at = new Date().toISOString();
  if (dryRun) return say(`would set RESTORED_AT to ${at}`);
  await wrangler.run(["secret", "put", "RESTORED_AT"], { input: `${at}\n`, remedy: "run this again, at once" });
  console.log(`✓ every user's object looks at its row before it answers (RESTORED_AT ${at})`);
}
