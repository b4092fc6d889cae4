// @ts-check

/**
 * @typedef {import("../program.mjs").CommandSpec} CommandSpec
 * @typedef {import("../../admin-api.mjs").JsonObject} JsonObject
 */

/** @type {CommandSpec[]} */
export const settingCommands = [
  {
    name: "setting list",
    summary: "show the settings of a realm",
    args: "<realm>",
    pick: settingsOf,
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}`),
    examples: ["setting list daily"],
  },
  {
    name: "setting set",
    summary: "change a setting; the value is read as JSON, or else taken as text; null brings the default back",
    args: "<realm> <name> <value>",
    pick: settingsOf,
    run: ({ api, arg }) =>
      api.request("PATCH", `/realms/${arg("realm")}`, {
        settings: nested(arg("name").split("."), parse(arg("value"))),
      }),
    examples: [
      "setting set daily tfa required",
      "setting set daily max_sessions 3",
      "setting set daily max_sessions null",
      "setting set daily rate_limits.password_failures_before_delay 5",
    ],
  },
];

/**
 * @param {JsonObject} realm
 * @returns {JsonObject}
 */
function settingsOf({ settings }) {
  return typeof settings === "object" && settings !== null ? { ...settings } : {};
}

/**
 * A patch that touches nothing beside a path such as `rate_limits.password_failures_before_delay` (RFC 7396).
 * @param {string[]} path
 * @param {unknown} value
 * @returns {JsonObject}
 */
function nested([name = "", ...inner], value) {
  return { [name]: inner.length === 0 ? value : nested(inner, value) };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
