// @ts-check
import { ApiRefusal, eachOf } from "../admin-api.mjs";
import { Declined } from "./failure.mjs";

/** @typedef {import("../admin-api.mjs").AdminApi} AdminApi */

/**
 * The path segment of the realm with this id, name or domain.
 * @param {AdminApi} api
 * @param {string} given
 * @returns {Promise<string>}
 */
export async function findRealm(api, given) {
  if (await exists(api, `/realms/${encodeURIComponent(given)}`)) return encodeURIComponent(given);
  const matches = await identifiers(
    eachOf(api, "/realms", "realms"),
    ({ name, domains }) => name === given || (Array.isArray(domains) && domains.includes(given)),
  );
  return only(matches, `realm "${given}"`);
}

/**
 * The path segment of the user with this id or e-mail address.
 * @param {AdminApi} api
 * @param {string} realm a path segment
 * @param {string} given
 * @returns {Promise<string>}
 */
export async function findUser(api, realm, given) {
  if (!given.includes("@")) return encodeURIComponent(given);
  const matches = await identifiers(
    eachOf(api, `/realms/${realm}/users?q=${encodeURIComponent(given)}`, "users"),
    ({ email }) => typeof email === "string" && email.toLowerCase() === given.toLowerCase(),
  );
  return only(matches, `user "${given}"`);
}

/**
 * @param {AdminApi} api
 * @param {string} path
 */
async function exists(api, path) {
  try {
    await api.request("GET", path);
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 404 || error.status === 400)) return false;
    throw error;
  }
}

/**
 * @param {AsyncIterable<Record<string, unknown>>} items
 * @param {(item: Record<string, unknown>) => boolean} matches
 */
async function identifiers(items, matches) {
  const found = [];
  for await (const item of items) if (matches(item)) found.push(encodeURIComponent(String(item.id)));
  return found;
}

/**
 * @param {string[]} found
 * @param {string} what
 */
function only([first, ...others], what) {
  if (first === undefined) throw new Declined(`There is no ${what}.`);
  if (others.length > 0) throw new Declined(`More than one ${what}: use an id (${[first, ...others].join(", ")}).`);
  return first;
}
