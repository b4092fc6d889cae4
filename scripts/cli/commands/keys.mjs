// @ts-check
import { value } from "../fields.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

const list = { member: "keys", columns: ["kid", "alg", "status", "created_at", "retired_at", "expires_at"] };

/** @type {CommandSpec[]} */
export const keyCommands = [
  {
    name: "key list",
    summary: "list the signing keys of a realm",
    args: "<realm>",
    list,
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}/keys`),
    examples: ["key list daily"],
  },
  {
    name: "key rotate",
    summary: "begin to sign with a new key; what the old one signed stays valid",
    args: "<realm>",
    list,
    fields: [value("alg", "--alg <alg>", "only the key of this algorithm: ES256, RS256 or EdDSA")],
    run: ({ api, arg, body }) => api.request("POST", `/realms/${arg("realm")}/keys/rotate`, body),
    examples: ["key rotate daily", "key rotate daily --alg RS256"],
  },
  {
    name: "key revoke",
    summary: "withdraw a key; everything it signed becomes invalid",
    args: "<realm> <kid>",
    confirm: "Revoke the key and everything it signed",
    done: "The key is revoked.",
    run: ({ api, arg }) => api.request("POST", `/realms/${arg("realm")}/keys/${encodeURIComponent(arg("kid"))}/revoke`),
    examples: ["key revoke daily 2026-11-abc --yes"],
  },
  {
    name: "key sealing",
    summary: "show what is sealed under which key-encryption key, and which of them may be removed",
    args: "",
    run: ({ api }) => api.request("GET", "/key-encryption"),
    examples: ["key sealing", "key sealing --json"],
  },
  {
    name: "key rewrap",
    summary: "bring all that is sealed under the newest key-encryption key; goes on in the background",
    args: "",
    run: ({ api }) => api.request("POST", "/key-encryption/rewrap"),
    examples: ["key rewrap"],
  },
];
