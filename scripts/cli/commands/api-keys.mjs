// @ts-check
import { number, value } from "../fields.mjs";

/**
 * The commands about the keys of one kind of owner's servers.
 * @param {"source" | "client"} owner
 * @param {string} whose
 * @param {string} example an owner of that kind
 * @returns {import("../program.mjs").CommandSpec[]}
 */
export function apiKeyCommands(owner, whose, example) {
  /** @param {import("../program.mjs").Call} call */
  const keys = ({ arg }) => `/realms/${arg("realm")}/${owner}s/${encodeURIComponent(arg(owner))}/api-keys`;
  /** @param {import("../program.mjs").Call} call */
  const key = (call) => `${keys(call)}/${encodeURIComponent(call.arg("key"))}`;
  return [
    {
      name: `${owner} create-key`,
      summary: `make a key for ${whose}, shown this once`,
      args: `<realm> <${owner}>`,
      fields: [
        value("note", "--note <note>", "what it is for"),
        value("scopes", "--scope <scope...>", "what it may be used for"),
        number("expires_in_seconds", "--expires-in-seconds <n>", "how long it is good for"),
      ],
      run: (call) => call.api.request("POST", keys(call), call.body),
      examples: [`${owner} create-key daily ${example} --note "production"`],
    },
    {
      name: `${owner} keys`,
      summary: `list the keys for ${whose}`,
      args: `<realm> <${owner}>`,
      list: { member: "api_keys", columns: ["id", "prefix", "note", "scopes", "last_used_at", "expires_at"] },
      run: (call) => call.api.request("GET", keys(call)),
      examples: [`${owner} keys daily ${example}`],
    },
    {
      name: `${owner} rotate-key`,
      summary: "make a key anew, shown this once; the old one is good for a while",
      args: `<realm> <${owner}> <key>`,
      fields: [number("overlap_seconds", "--overlap-seconds <n>", "how long the old one is still good")],
      run: (call) => call.api.request("POST", `${key(call)}/rotate`, call.body),
      examples: [`${owner} rotate-key daily ${example} 7f3a… --overlap-seconds 3600`],
    },
    {
      name: `${owner} delete-key`,
      summary: `delete a key for ${whose}`,
      args: `<realm> <${owner}> <key>`,
      confirm: "Delete the key",
      done: "The key is deleted.",
      run: (call) => call.api.request("DELETE", key(call)),
      examples: [`${owner} delete-key daily ${example} 7f3a… --yes`],
    },
  ];
}
