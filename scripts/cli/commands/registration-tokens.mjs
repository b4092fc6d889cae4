// @ts-check
import { number, value } from "../fields.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

/** @param {import("../program.mjs").Call} call */
const path = ({ arg }) => `/realms/${arg("realm")}/registration-tokens`;

/** @type {CommandSpec[]} */
export const registrationTokenCommands = [
  {
    name: "registration-token create",
    summary: "make a token by which applications register themselves, shown this once",
    args: "<realm>",
    fields: [
      value("note", "--note <note>", "for whom it is"),
      number("uses", "--uses <n>", "applications that may be registered with it"),
      number("expires_in_seconds", "--expires-in-seconds <n>", "how long it is good for"),
    ],
    run: (call) => call.api.request("POST", path(call), call.body),
    examples: ['registration-token create daily --note "Partner GmbH" --uses 3'],
  },
  {
    name: "registration-token list",
    summary: "list the tokens by which applications register themselves",
    args: "<realm>",
    list: { member: "registration_tokens", columns: ["id", "note", "uses_left", "expires_at"], paged: true },
    run: (call) => call.api.request("GET", `${path(call)}?${call.page}`),
    examples: ["registration-token list daily"],
  },
  {
    name: "registration-token delete",
    summary: "withdraw such a token; applications that were registered with it stay",
    args: "<realm> <token>",
    confirm: "Withdraw the token",
    done: "The token is withdrawn.",
    run: (call) => call.api.request("DELETE", `${path(call)}/${encodeURIComponent(call.arg("token"))}`),
    examples: ["registration-token delete daily 7f3a… --yes"],
  },
];
