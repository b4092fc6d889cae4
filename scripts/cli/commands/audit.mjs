// @ts-check
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Option } from "commander";
import { value } from "../fields.mjs";
import { verifyExport } from "../verify-audit.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */
/** @typedef {import("../program.mjs").Call} Call */

const filters = [
  value("type", "--type <types>", "one or more types, with commas: user.sign_in_failed,user.disabled"),
  value("actor", "--actor <id>", "who did it: a user, a client, a key"),
  value("user", "--of-user <id>", "whom it is about"),
  value("client", "--of-client <id>", "the application it is about"),
  value("from", "--from <time>", "a date or a time"),
  value("to", "--to <time>", "the first moment that is left out"),
];

const list = {
  member: "events",
  columns: ["seq", "time", "type", "outcome", "reason", "user", "client", "network"],
  paged: true,
};

const exportTimeoutMs = 900_000;

/** @param {Call} call */
const ofRealm = ({ arg }) => `/realms/${arg("realm")}`;
const ofDeployment = () => "";

/**
 * The commands for one realm's log, or for the deployment's own.
 * @param {string} prefix of the verb
 * @param {string} args
 * @param {string} whose
 * @param {(call: Call) => string} where
 * @param {string} example
 * @returns {CommandSpec[]}
 */
const commandsFor = (prefix, args, whose, where, example) => [
  {
    name: `audit ${prefix}list`,
    summary: `list what happened in ${whose}, the newest first`,
    args,
    list,
    query: filters,
    run: (call) => call.api.request("GET", `${where(call)}/events?${call.page}`),
    examples: [
      `audit ${prefix}list${example}`,
      `audit ${prefix}list${example} --type user.sign_in_failed --from 2026-11-01`,
    ],
  },
  {
    name: `audit ${prefix}export`,
    summary: `write the audit log of ${whose} to standard output, the oldest first`,
    args,
    query: [
      ...filters,
      value("format", "--format <format>", "ndjson can be verified, csv opens in spreadsheets", ["ndjson", "csv"]),
    ],
    run: async (call) => {
      const answer = await call.api.request("GET", `${where(call)}/events/export?${call.page}`, undefined, {
        timeoutMs: exportTimeoutMs,
      });
      process.stdout.write(answer.text);
      return { ...answer, silent: true };
    },
    examples: [`audit ${prefix}export${example} --format csv > audit.csv`],
  },
  {
    name: `audit ${prefix}verify`,
    summary: `work the chain of ${whose} out again, and name the first link that is broken`,
    args,
    options: [
      new Option("--file <file>", "an export in NDJSON, in place of what the server has now"),
      new Option("--remember <file>", "where heads are kept: the chain has to pass through the last one"),
    ],
    calls:
      prefix === ""
        ? ["GET /realms/:realm/events/chain", "GET /realms/:realm/events/export"]
        : ["GET /events/chain", "GET /events/export"],
    run: (call) => verify(call, where(call)),
    examples: [`audit ${prefix}verify${example} --remember heads.json`],
  },
];

/** @type {CommandSpec[]} */
export const auditCommands = [
  ...commandsFor("", "<realm>", "a realm", ofRealm, " daily"),
  ...commandsFor("deployment-", "", "the deployment", ofDeployment, ""),
];

/**
 * @param {Call} call
 * @param {string} where
 */
async function verify({ api, options }, where) {
  const { json: ends } = await api.request("GET", `${where}/events/chain`);
  const text =
    typeof options.file === "string"
      ? readFileSync(options.file, "utf8")
      : (await api.request("GET", `${where}/events/export`, undefined, { timeoutMs: exportTimeoutMs })).text;
  const realm = String(ends.realm);
  const heads =
    typeof options.remember === "string" && existsSync(options.remember)
      ? JSON.parse(readFileSync(options.remember, "utf8"))
      : {};
  const found = verifyExport(text, heads[realm]);
  const verdict =
    found.ok && found.realm !== realm
      ? { ok: /** @type {const} */ (false), at: 0, why: "the file has the log of somebody else" }
      : found;
  if (!verdict.ok) {
    console.error(`Broken at entry ${verdict.at}: ${verdict.why}.`);
    return { text: JSON.stringify(verdict), json: verdict, exitCode: 1, silent: options.json !== true };
  }
  if (typeof options.remember === "string")
    writeFileSync(options.remember, `${JSON.stringify({ ...heads, [realm]: verdict.head }, null, 2)}\n`);
  return { text: JSON.stringify(verdict), json: { ...verdict } };
}
