// @ts-check

/** What a spreadsheet would take for a formula (OWASP, CSV injection); behind an apostrophe it is text. */
const formula = /^'*[=+\-@\t\r]/;
const guarded = /^'+[=+\-@\t\r]/;

/** @param {unknown} value */
export function csvCell(value) {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * The records of comma-separated values (RFC 4180), line breaks within quotes included.
 * @param {AsyncIterable<string>} chunks
 * @returns {AsyncGenerator<string[]>}
 */
export async function* csvRecords(chunks) {
  /** @type {string[]} */
  let record = [];
  let cell = "";
  let isQuoted = false;
  // A quote has been read inside quotes: another one stands for a quote, anything else ends them.
  let mayEnd = false;
  for await (const chunk of chunks) {
    for (const character of chunk) {
      if (isQuoted && !mayEnd) {
        if (character === '"') mayEnd = true;
        else cell += character;
      } else if (character === '"') {
        if (mayEnd) cell += '"';
        isQuoted = true;
        mayEnd = false;
      } else if (character === "," || character === "\n") {
        record.push(textOf(cell));
        cell = "";
        isQuoted = false;
        mayEnd = false;
        if (character === "\n") {
          yield record;
          record = [];
        }
      } else if (character !== "\r") cell += character;
    }
  }
  if (cell !== "" || record.length > 0) yield [...record, textOf(cell)];
}

/** @param {string} cell */
const textOf = (cell) => (guarded.test(cell) ? cell.slice(1) : cell);

const lists = new Set(["roles"]);
const json = new Set(["metadata", "linked_accounts"]);
const flags = new Set(["email_verified", "phone_verified", "disabled"]);

/**
 * The user of a record; the first record of the file names the members.
 * @param {readonly string[]} header
 * @param {readonly string[]} record
 * @returns {Record<string, unknown>}
 */
export function userOfRecord(header, record) {
  const entries = header.map((name, index) => [name, record[index] ?? ""]).filter(([, cell]) => cell !== "");
  return Object.fromEntries(entries.map(([name = "", cell = ""]) => [name, memberOf(name, cell)]));
}

/**
 * @param {string} name
 * @param {string} cell
 */
function memberOf(name, cell) {
  if (lists.has(name)) return cell.startsWith("[") ? JSON.parse(cell) : cell.split(/[\s,;|]+/).filter(Boolean);
  if (json.has(name) || (name === "password_hash" && cell.startsWith('{"'))) return JSON.parse(cell);
  if (flags.has(name)) return /^(true|1|yes)$/i.test(cell);
  return cell;
}
