// @ts-check
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { text as readAll } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { adminApi, listOf } from "../admin-api.mjs";
import { isLocalName } from "../local-fetch.mjs";
import { readDevVars } from "../start/dev-vars.mjs";
import { Declined, UsageError } from "./failure.mjs";
import { bodyOf } from "./fields.mjs";
import { findRealm, findUser } from "./find.mjs";
import { plain, record, table } from "./output.mjs";

const devVars = fileURLToPath(new URL("../../.dev.vars", import.meta.url));

/**
 * @typedef {import("./program.mjs").CommandSpec} CommandSpec
 * @typedef {Record<string, unknown>} Options
 */

/**
 * Runs one command from its description and prints what came of it.
 * @param {CommandSpec} spec
 * @param {{ args: Record<string, unknown>, options: Options }} given
 */
export async function carryOut(spec, { args, options }) {
  const api = adminApi(targetOf(options));
  const secret = await secretFor(spec, options);
  if (spec.confirm !== undefined && options.yes !== true) await ask(spec.confirm, args);
  const answer = await spec.run({
    api,
    ...(await argumentsOf(api, args)),
    body: { ...bodyOf(spec.fields ?? [], options), ...(secret === undefined ? {} : { [secret.member]: secret.value }) },
    page: pageOf(options),
  });
  if (options.json === true) {
    if (answer.text !== "") console.log(answer.text.trimEnd());
  } else {
    console.log(humanText(spec, answer));
    if (typeof answer.json.client_secret === "string") console.error("Keep the client_secret: it is not shown again.");
  }
  if (secret?.generated) console.error(`The ${secret.member}, shown this once: ${secret.value}`);
}

/**
 * @param {Options} options
 * @returns {{ url: string, token: string }}
 */
function targetOf({ url: given, token }) {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError("--url takes an http or https address, such as https://auth.example.com");
  const local = isLocalName(url.hostname);
  if (url.protocol === "http:" && !local)
    throw new UsageError(
      "The operator token is not sent in the clear: use https for an address that is not this machine.",
    );
  const found = token ?? (local ? readDevVars(devVars).ADMIN_TOKEN : undefined);
  if (typeof found !== "string" || found === "")
    throw new UsageError("No operator token. Set ADMIN_TOKEN in the environment or give --token.");
  return { url: url.origin, token: found };
}

/**
 * @param {import("../admin-api.mjs").AdminApi} api
 * @param {Record<string, unknown>} args
 * @returns {Promise<Pick<import("./program.mjs").Call, "arg" | "rest">>}
 */
async function argumentsOf(api, args) {
  /** @type {Record<string, string>} */
  const segments = {};
  /** @type {string[]} */
  let rest = [];
  for (const [name, value] of Object.entries(args)) {
    if (Array.isArray(value)) rest = value;
    else if (name === "realm") segments.realm = await findRealm(api, String(value));
    else if (name === "user") segments.user = await findUser(api, segments.realm ?? "", String(value));
    else segments[name] = String(value);
  }
  const arg = (/** @type {string} */ name) => {
    const segment = segments[name];
    if (segment === undefined) throw new TypeError(`The command names no argument "${name}"`);
    return segment;
  };
  return { arg, rest };
}

/** @param {Options} options */
function pageOf(options) {
  const page = new URLSearchParams();
  for (const name of ["limit", "cursor", "q"]) {
    if (options[name] !== undefined) page.set(name, String(options[name]));
  }
  return page;
}

/**
 * @param {CommandSpec} spec
 * @param {Options} options
 * @returns {Promise<{ member: string, value: string, generated: boolean } | undefined>}
 */
async function secretFor({ secret: member }, options) {
  if (member === "password" && options.generatePassword === true)
    return { member, value: randomBytes(18).toString("base64url"), generated: true };
  const flag = { password: "passwordStdin", client_secret: "clientSecretStdin" };
  if (member !== undefined && options[flag[member]] === true) {
    const value = (await readAll(process.stdin)).replace(/\r?\n$/, "");
    if (value === "") throw new UsageError(`--${member.replace("_", "-")}-stdin found nothing on standard input.`);
    return { member, value, generated: false };
  }
  return undefined;
}

/**
 * @param {string} what
 * @param {Record<string, unknown>} args
 */
async function ask(what, args) {
  const subject = Object.values(args)
    .map((value) => plain(String(value)))
    .join(" / ");
  if (!process.stdin.isTTY) throw new UsageError(`${what} (${subject}) needs --yes where nobody can be asked.`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${what}: ${subject}. Type yes to go on: `);
  prompt.close();
  if (answer.trim().toLowerCase() !== "yes") throw new Declined("Nothing was done.");
}

/**
 * @param {CommandSpec} spec
 * @param {import("../admin-api.mjs").Answer} answer
 */
function humanText({ list, done, pick }, { json }) {
  if (done !== undefined) return done;
  if (list === undefined) return record(pick === undefined ? json : pick(json));
  const items = listOf(json[list.member]);
  if (items.length === 0) return `No ${list.member}.`;
  const more = typeof json.next_cursor === "string" ? `\n\nMore: --cursor ${plain(json.next_cursor)}` : "";
  return table(items, list.columns) + more;
}
