// @ts-check
import { value } from "../fields.mjs";

/** @type {import("../program.mjs").CommandSpec[]} */
export const vaultCommands = [
  {
    name: "vault calls",
    summary: "list what applications called over their users' connections, for seven days",
    args: "<realm>",
    query: [value("client_id", "--client <client_id>", "only of this application")],
    list: {
      member: "calls",
      columns: ["at", "client_id", "user_id", "provider", "method", "url", "status_code", "code", "duration_ms"],
      paged: true,
    },
    run: ({ api, arg, page }) => api.request("GET", `/realms/${arg("realm")}/calls?${page}`),
    examples: ["vault calls daily", "vault calls daily --client 123456789"],
  },
  {
    name: "vault mappings",
    summary: "list the mappings of all applications",
    args: "<realm>",
    list: { member: "mappings", columns: ["client_id", "name", "provider", "updated_at"] },
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}/mappings`),
    examples: ["vault mappings daily"],
  },
];
