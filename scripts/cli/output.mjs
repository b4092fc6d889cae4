// @ts-check

/** @typedef {import("../admin-api.mjs").JsonObject} JsonObject */

/**
 * Text of strangers for a terminal: control characters, which could move its cursor or retitle its window, and marks
 * that turn the direction of text are shown as U+FFFD.
 * @param {string} text
 */
export function plain(text) {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/**
 * Rows under headings, aligned.
 * @param {JsonObject[]} items
 * @param {string[]} members shown as columns, in this order
 * @returns {string}
 */
export function table(items, members) {
  const headings = members.map((member) => member.replaceAll("_", " ").toUpperCase());
  return align([headings, ...items.map((item) => members.map((member) => show(item[member])))]);
}

/**
 * One line per member; objects within are written with dots: `rate_limits.sign_in_per_address_per_minute`.
 * @param {JsonObject} item
 * @returns {string}
 */
export function record(item) {
  return align(flatten(item, "").map(([name, value]) => [plain(name), show(value)]));
}

/**
 * @param {JsonObject} item
 * @param {string} prefix
 * @returns {[string, unknown][]}
 */
function flatten(item, prefix) {
  return Object.entries(item).flatMap(([name, value]) =>
    isObject(value) && Object.keys(value).length > 0
      ? flatten(value, `${prefix}${name}.`)
      : [/** @type {[string, unknown]} */ ([prefix + name, value])],
  );
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function show(value) {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(show).join(", ");
  return plain(isObject(value) ? JSON.stringify(value) : String(value));
}

/**
 * @param {unknown} value
 * @returns {value is JsonObject}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {string[][]} rows */
function align(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
