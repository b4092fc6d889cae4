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
import { tokenOfLogin } from "./login.mjs";
import { plain, record, table } from "./output.mjs";

const devVars = fileURLToPath(new URL("../../.dev.vars", import.meta.url));

/**
 * @typedef {import("./program.mjs").CommandSpec} CommandSpec
 * @typedef {Record<string, unknown>} Options
 */

const shownOnce = ["client_secret", "secret", "token", "api_key", "temporary_password"];

/**
 * Runs one command from its description and prints what came of it.
 * @param {CommandSpec} spec
 * @param {{ args: Record<string, unknown>, options: Options }} given
 */
export async function carryOut(spec, { args, options }) {
  const target = await targetOf(options);
  const api = adminApi(target);
  const secret = await secretFor(spec, options);
  if (spec.confirm !== undefined && options.yes !== true && options.dryRun !== true) await ask(spec.confirm, args);
  const answer = await spec.run({
    api: options.dryRun === true ? dryRun(api) : api,
    options,
    url: new URL(target.url),
    ...(await argumentsOf(api, args)),
    body: { ...bodyOf(spec.fields ?? [], options), ...(secret === undefined ? {} : { [secret.member]: secret.value }) },
    page: pageOf(spec, options),
  });
  if (answer.exitCode !== undefined) process.exitCode = answer.exitCode;
  if (answer.silent === true || options.dryRun === true) return;
  if (options.json === true) {
    if (answer.text !== "") console.log(answer.text.trimEnd());
  } else {
    console.log(humanText(spec, answer));
    for (const member of shownOnce)
      if (typeof answer.json[member] === "string") console.error(`Keep the ${member}: it is not shown again.`);
  }
  if (secret?.generated) console.error(`The ${secret.member}, shown this once: ${secret.value}`);
}

/**
 * @param {Options} options
 * @returns {Promise<{ url: string, token: string | (() => Promise<string>) }>}
 */
async function targetOf({ url: given, token }) {
  const url = originOf(given);
  const found = token ?? (await tokenOfLogin(url.origin)) ?? devToken(url);
  if ((typeof found !== "string" && typeof found !== "function") || found === "")
    throw new UsageError("No operator token. Set ADMIN_TOKEN in the environment, give --token, or: gatehouse login");
  return { url: url.origin, token: /** @type {string | (() => Promise<string>)} */ (found) };
}

/** @param {URL} url */
const devToken = (url) => (isLocalName(url.hostname) ? readDevVars(devVars).ADMIN_TOKEN : undefined);

/**
 * @param {unknown} given
 * @returns {URL} an address to which tokens may be sent
 */
export function originOf(given) {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError("--url takes an http or https address, such as https://auth.example.com");
  if (url.protocol === "http:" && !isLocalName(url.hostname))
    throw new UsageError(
      "The operator token is not sent in the clear: use https for an address that is not this machine.",
    );
  return url;
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

/**
 * @param {CommandSpec} spec
 * @param {Options} options
 */
function pageOf(spec, options) {
  const page = new URLSearchParams();
  for (const name of ["limit", "cursor", "q"]) {
    if (options[name] !== undefined) page.set(name, String(options[name]));
  }
  for (const [member, value] of Object.entries(bodyOf(spec.query ?? [], options))) page.set(member, String(value));
  return page;
}

/**
 * The API for reading only: what would change something is said and not sent, without the secrets in it.
 * @param {import("../admin-api.mjs").AdminApi} api
 * @returns {import("../admin-api.mjs").AdminApi}
 */
function dryRun(api) {
  return {
    request(method, path, body, options) {
      if (method === "GET") return api.request(method, path, body, options);
      const shown = body === undefined ? "" : ` ${JSON.stringify(body, withoutSecrets)}`;
      console.log(`Would send: ${method} /admin/v1${path}${shown}`);
      return Promise.resolve({ text: "", json: {} });
    },
  };
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function withoutSecrets(name, value) {
  if (/password|secret|signer_key/.test(name) && typeof value !== "boolean") return "(not shown)";
  if (name === "users" && Array.isArray(value)) return `(${value.length} users)`;
  return value;
}

/**
 * @param {CommandSpec} spec
 * @param {Options} options
 * @returns {Promise<{ member: string, value: string, generated: boolean } | undefined>}
 */
async function secretFor({ secret: member }, options) {
  if (member === "password" && options.generatePassword === true)
    return { member, value: randomBytes(18).toString("base64url"), generated: true };
  const flag = { password: "passwordStdin", client_secret: "clientSecretStdin", secret: "secretStdin" };
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
