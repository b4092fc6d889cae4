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
    summary: "change a setting; the value is read as JSON, or else taken as text",
    args: "<realm> <name> <value>",
    pick: settingsOf,
    run: async ({ api, arg }) => {
      const path = `/realms/${arg("realm")}`;
      const present = settingsOf((await api.request("GET", path)).json);
      return api.request("PATCH", path, { settings: withValue(present, arg("name").split("."), parse(arg("value"))) });
    },
    examples: [
      "setting set daily tfa required",
      "setting set daily max_sessions 3",
      "setting set daily rate_limits.password_failures_before_delay 5",
    ],
  },
];

/**
 * @param {JsonObject} realm
 * @returns {JsonObject}
 */
function settingsOf({ settings }) {
  return asObject(settings);
}

/**
 * The settings with one value changed, at a path such as `rate_limits.password_failures_before_delay`.
 * @param {JsonObject} settings
 * @param {string[]} path
 * @param {unknown} value
 * @returns {JsonObject}
 */
function withValue(settings, [name = "", ...inner], value) {
  return { ...settings, [name]: inner.length === 0 ? value : withValue(asObject(settings[name]), inner, value) };
}

/**
 * @param {unknown} value
 * @returns {JsonObject}
 */
function asObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
