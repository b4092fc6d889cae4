// @ts-check
import { ApiRefusal } from "../admin-api.mjs";

/** @typedef {import("../admin-api.mjs").JsonObject} JsonObject */

/**
 * Changes what is given and keeps the rest of what is under a path, if nobody else has changed it meanwhile.
 * @param {import("./program.mjs").Call} call
 * @param {string} path
 * @param {readonly string[]} told What the API says and does not take.
 */
export async function putKept(call, path, told) {
  const existing = await findOrNone(call, path);
  const version = existing?.version;
  const body = keptOf(existing, told, call.body);
  return call.api.request("PUT", path, body, typeof version === "number" ? { version } : {});
}

/**
 * What is there under a path, if anything.
 * @param {import("./program.mjs").Call} call
 * @param {string} path
 * @returns {Promise<JsonObject | undefined>}
 */
async function findOrNone({ api }, path) {
  try {
    return (await api.request("GET", path)).json;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * The body of a PUT that changes what is given and keeps the rest. `told`: what the API says and does not take.
 * @param {JsonObject | undefined} existing
 * @param {readonly string[]} told
 * @param {JsonObject} given
 * @returns {JsonObject}
 */
function keptOf(existing, told, given) {
  const kept = Object.fromEntries(Object.entries(existing ?? {}).filter(([name]) => !told.includes(name)));
  return Object.fromEntries(Object.entries({ ...kept, ...given }).filter(([, value]) => value !== null));
}
