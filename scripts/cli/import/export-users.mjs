// @ts-check
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { listOf } from "../../admin-api.mjs";
import { UsageError } from "../failure.mjs";
import { progressOf } from "../progress.mjs";
import { csvCell } from "./csv.mjs";

const columns = [
  "id",
  "email",
  "email_verified",
  "username",
  "name",
  "first_name",
  "last_name",
  "phone_number",
  "phone_verified",
  "external_id",
  "roles",
  "metadata",
  "disabled",
  "linked_accounts",
  "created_at",
];

/**
 * Writes all users of a realm out, a page at a time.
 * @param {import("../program.mjs").Call} call
 * @returns {Promise<import("../program.mjs").Answer>}
 */
export async function exportUsers({ api, arg, options }) {
  const withHashes = options.passwordHashes === true;
  const isCsv = options.format === "csv";
  const names = withHashes ? [...columns, "password_hash"] : columns;
  const output = await openOutput(options.output, options.force === true);
  const shown = progressOf({ total: 0, wanted: options.output !== undefined && options.progress !== false });
  let count = 0;
  if (isCsv) await output.write(`${names.join(",")}\r\n`);
  for (let cursor = ""; ; ) {
    const query = new URLSearchParams({
      limit: "500",
      ...(withHashes ? { password_hashes: "true" } : {}),
      ...(cursor === "" ? {} : { cursor }),
    });
    const { json } = await api.request("GET", `/realms/${arg("realm")}/users/export?${query}`);
    const users = listOf(json.users);
    const lines = users.map((user) =>
      isCsv ? `${names.map((name) => csvCell(cellOf(user, name))).join(",")}\r\n` : `${JSON.stringify(user)}\n`,
    );
    await output.write(lines.join(""));
    count += users.length;
    shown.show(0, `${count} users`);
    if (typeof json.next_cursor !== "string") break;
    cursor = json.next_cursor;
  }
  shown.end();
  await output.end();
  if (options.output === undefined) return { text: "", json: {}, silent: true };
  return { text: JSON.stringify({ users: count }), json: { users: count, file: String(options.output) } };
}

/**
 * @param {Record<string, unknown>} user
 * @param {string} name
 */
function cellOf(user, name) {
  const value = user[name];
  if (Array.isArray(value) && value.length === 0) return "";
  if (name === "roles" && Array.isArray(value)) return value.join(" ");
  if (name === "metadata" && JSON.stringify(value) === "{}") return "";
  return value;
}

/**
 * A file that is there is not written over unasked. Nobody else may read a new one.
 * @param {unknown} path
 * @param {boolean} force
 */
async function openOutput(path, force) {
  if (typeof path !== "string")
    return {
      write: async (/** @type {string} */ text) => {
        if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
      },
      end: async () => {},
    };
  const stream = createWriteStream(path, { mode: 0o600, flags: force ? "w" : "wx" });
  await once(stream, "open").catch((error) => {
    throw new UsageError(
      `--output: ${error.code === "EEXIST" ? `${path} is there already; --force writes over it` : error.message}`,
    );
  });
  return {
    write: async (/** @type {string} */ text) => {
      if (text !== "" && !stream.write(text)) await once(stream, "drain");
    },
    end: async () => {
      stream.end();
      await once(stream, "close");
    },
  };
}
