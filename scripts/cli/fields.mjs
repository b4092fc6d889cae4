// @ts-check
import { InvalidArgumentError, Option } from "commander";

/**
 * A member of a request's body and the option that gives it.
 * @typedef {{ member: string, options: Option[] }} Field
 */

/**
 * `--name <value>`, or `--names <value...>` for a list.
 * @param {string} member
 * @param {string} flag
 * @param {string} about
 * @param {string[]} [choices]
 * @returns {Field}
 */
export function value(member, flag, about, choices) {
  const option = new Option(flag, about);
  return { member, options: [choices === undefined ? option : option.choices(choices)] };
}

/**
 * `--name <n>`.
 * @param {string} member
 * @param {string} flag
 * @param {string} about
 * @returns {Field}
 */
export function number(member, flag, about) {
  return { member, options: [new Option(flag, about).argParser(parseWhole)] };
}

/**
 * `--name` for true, `--no-name` for false, neither to leave it as it is.
 * @param {string} member
 * @param {string} name
 * @param {string} about
 * @returns {Field}
 */
export function toggle(member, name, about) {
  const opposite = `--no-${name}`;
  return { member, options: [new Option(`--${name}`, `${about} (or ${opposite})`), new Option(opposite).hideHelp()] };
}

/**
 * `--name <json>`.
 * @param {string} member
 * @param {string} name
 * @param {string} about
 * @returns {Field}
 */
export function json(member, name, about) {
  return { member, options: [new Option(`--${name} <json>`, about).argParser(parseJson)] };
}

/**
 * The body that the given options describe.
 * @param {Field[]} fields
 * @param {Record<string, unknown>} given options by commander's attribute name
 * @returns {Record<string, unknown>}
 */
export function bodyOf(fields, given) {
  const entries = fields.map(({ member, options }) => [member, given[options[0]?.attributeName() ?? member]]);
  return Object.fromEntries(entries.filter(([, set]) => set !== undefined));
}

/** @param {string} text */
function parseWhole(text) {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It is not a whole number.");
  return Number(text);
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("It is not JSON.");
  }
}
