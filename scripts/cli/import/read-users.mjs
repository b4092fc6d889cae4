// @ts-check
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { UsageError } from "../failure.mjs";
import { csvRecords, userOfRecord } from "./csv.mjs";
import { elementsOf, linesOf } from "./json-stream.mjs";
import { fromAuth0, fromFirebase, fromKeycloak } from "./other-systems.mjs";

export const formats = ["auto", "ndjson", "csv", "auth0", "keycloak", "firebase"];

/**
 * One user of a file, or why it cannot be read.
 * @typedef {{ number: number, readBytes: number, user: Record<string, unknown> } | { number: number, readBytes: number, fault: string }} Read
 */

/** What an export says of a user, and no import takes. */
const ours = ["id", "guest", "version", "updated_at"];

/** @param {Record<string, unknown>} user */
const own = (user) => Object.fromEntries(Object.entries(user).filter(([name]) => !ours.includes(name)));

/** @type {Record<string, (user: Record<string, unknown>) => Record<string, unknown>>} */
const translations = { ndjson: own, csv: own, auth0: fromAuth0, keycloak: fromKeycloak, firebase: fromFirebase };

/**
 * Reads users as a stream: a file of any size takes the same memory.
 * @param {string} path
 * @param {string} format
 * @returns {AsyncGenerator<Read>}
 */
export async function* readUsers(path, format) {
  const stream = createReadStream(path, { encoding: "utf8", highWaterMark: 256 * 1024 });
  const translate = translations[format] ?? own;
  let number = 0;
  for await (const read of recordsOf(stream, format)) {
    number++;
    const at = { number, readBytes: stream.bytesRead };
    try {
      const user = read();
      if (typeof user !== "object" || user === null || Array.isArray(user)) throw new Error("is not an object");
      yield { ...at, user: translate({ ...user }) };
    } catch (error) {
      yield { ...at, fault: error instanceof Error ? error.message : String(error) };
    }
  }
}

/**
 * @param {AsyncIterable<string>} chunks
 * @param {string} format
 * @returns {AsyncGenerator<() => unknown>}
 */
async function* recordsOf(chunks, format) {
  if (format === "csv") {
    /** @type {string[] | null} */
    let header = null;
    for await (const record of csvRecords(chunks)) {
      const names = header;
      if (names === null) header = record.map((name) => name.replace(/^\ufeff/, "").trim());
      else if (record.some((cell) => cell !== "")) yield () => userOfRecord(names, record);
    }
    return;
  }
  const isObject = format === "keycloak" || format === "firebase";
  for await (const text of isObject ? elementsOf(chunks, "users") : linesOf(chunks))
    if (text.trim() !== "") yield () => JSON.parse(text);
}

/**
 * What a file looks like, for `auto`.
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function detectFormat(path) {
  const file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
  await file.close();
  const head = buffer
    .subarray(0, bytesRead)
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (!/^[{[]/.test(head)) return "csv";
  if (/"localId"/.test(head)) return "firebase";
  if (/"realm"\s*:|"credentialData"|"createdTimestamp"/.test(head)) return "keycloak";
  if (/"\$oid"|"user_id"\s*:\s*"auth0\||"passwordHash"/.test(head)) return "auth0";
  if (/^\{[^\n]*\}\s*(\n|$)/.test(head)) return "ndjson";
  throw new UsageError(
    `--format: what ${path} is cannot be told from its beginning; say one of ${formats.slice(1).join(", ")}.`,
  );
}

/** @param {string} path */
export async function sizeOf(path) {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch {
    throw new UsageError(`There is no file ${path} to read.`);
  }
}
