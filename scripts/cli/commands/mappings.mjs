// @ts-check
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { Option } from "commander";
import { UsageError } from "../failure.mjs";
import { json, value } from "../fields.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

/** @param {import("../program.mjs").Call} call */
const list = ({ arg }) => `/realms/${arg("realm")}/clients/${encodeURIComponent(arg("client"))}/mappings`;
/** @param {import("../program.mjs").Call} call */
const path = (call) => `${list(call)}/${encodeURIComponent(call.arg("mapping"))}`;

/**
 * The JSON object in a file, or on standard input with `-`.
 * @param {unknown} file
 * @returns {Promise<import("../../admin-api.mjs").JsonObject>}
 */
async function objectIn(file) {
  const text = file === "-" ? await readAll(process.stdin) : await readFile(String(file), "utf8");
  try {
    const found = JSON.parse(text);
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found;
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  throw new UsageError(`${file} does not hold a JSON object.`);
}

const address = "/realms/:realm/clients/:client/mappings";

/** @type {CommandSpec[]} */
export const mappingCommands = [
  {
    name: "mapping list",
    summary: "list an application's mappings",
    args: "<realm> <client>",
    list: { member: "mappings", columns: ["name", "updated_at"] },
    run: (call) => call.api.request("GET", list(call)),
    examples: ["mapping list daily 123456789"],
  },
  {
    name: "mapping show",
    summary: "show a mapping",
    args: "<realm> <client> <mapping>",
    run: (call) => call.api.request("GET", path(call)),
    examples: ["mapping show daily 123456789 GetListOfPhotos --json"],
  },
  {
    name: "mapping set",
    summary: "write a mapping, in the place of the one that has its name",
    args: "<realm> <client> <mapping>",
    options: [
      new Option("--file <path>", "its definition as JSON; - reads standard input").makeOptionMandatory(),
      new Option("--if-version <n>", "only in the place of this version; 0 only where there is none"),
    ],
    calls: [`PUT ${address}/:mapping`],
    run: async (call) => {
      const { file, ifVersion } = call.options;
      const version = ifVersion === undefined ? undefined : Number(ifVersion);
      if (version !== undefined && !Number.isSafeInteger(version)) throw new UsageError("--if-version takes a number.");
      return call.api.request("PUT", path(call), await objectIn(file), version === undefined ? {} : { version });
    },
    examples: [
      "mapping set daily 123456789 GetListOfPhotos --file photos.json",
      "mapping set daily 123456789 GetListOfPhotos --file - < photos.json",
    ],
  },
  {
    name: "mapping try",
    summary: "show what a mapping would send, and what it makes of an answer; nobody is called",
    args: "<realm> <client> <mapping>",
    fields: [
      value("interface", "--interface <name>", "which, where the mapping has several"),
      value("provider", "--provider <provider>", "at which, where it is over several"),
      json("arguments", "arguments", "as a call of the method would send them"),
      json("answer", "answer", "what the provider is taken to have answered"),
    ],
    options: [new Option("--file <path>", "try this definition in the place of the one there is; - reads stdin")],
    run: async (call) => {
      const { file } = call.options;
      const body = { ...call.body, ...(file === undefined ? {} : { mapping: await objectIn(file) }) };
      return call.api.request("POST", `${path(call)}/try`, body);
    },
    examples: [
      `mapping try daily 123456789 GetListOfPhotos --provider google --arguments '{"limit":10}' --answer '{"files":[]}'`,
      "mapping try daily 123456789 GetListOfPhotos --provider google --file photos.json",
    ],
  },
  {
    name: "mapping delete",
    summary: "delete a mapping: its methods are gone at once",
    args: "<realm> <client> <mapping>",
    confirm: "Delete the mapping",
    done: "The mapping is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["mapping delete daily 123456789 GetListOfPhotos --yes"],
  },
];
