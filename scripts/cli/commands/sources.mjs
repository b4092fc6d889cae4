// @ts-check
import { json, toggle, value } from "../fields.mjs";
import { putKept } from "../put.mjs";
import { apiKeyCommands } from "./api-keys.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

/** What the API says of a source beside what can be set. */
const told = ["name", "secret_set", "version", "created_at", "updated_at"];

/** @param {import("../program.mjs").Call} call */
const path = ({ arg }) => `/realms/${arg("realm")}/sources/${encodeURIComponent(arg("source"))}`;

/** @type {CommandSpec[]} */
export const sourceCommands = [
  {
    name: "source set",
    summary: "set up a main product, or change one; what is not given stays as it is",
    args: "<realm> <source>",
    fields: [
      value("issuer", "--issuer <iss>", "the iss of its tokens"),
      value("algorithm", "--algorithm <alg>", "what signs its tokens", ["HS256", "RS256", "ES256"]),
      value("user_id_mode", "--user-id-mode <mode>", "whether its ids are users here, or linked to them", [
        "unified",
        "linked",
      ]),
      value("label", "--label <label>", "what people know it by"),
      value("jwks_uri", "--jwks-uri <uri>", "where it publishes its keys"),
      json("jwks", "jwks", "its public keys"),
      value("origins", "--origin <origin...>", "pages of its that may hand people over"),
      toggle("allow_get", "allow-get", "its tokens may come in addresses; for prototypes"),
      toggle("trusts_email", "trusts-email", "an address that it has verified is a confirmed one"),
      toggle("disabled", "disabled", "sign nobody in by it"),
    ],
    secret: "secret",
    run: (call) => putKept(call, path(call), told),
    examples: [
      "source set daily app --issuer app --algorithm HS256 --secret-stdin < secret.txt",
      "source set daily app --disabled",
    ],
  },
  {
    name: "source list",
    summary: "list the main products of a realm",
    args: "<realm>",
    list: { member: "sources", columns: ["name", "issuer", "algorithm", "user_id_mode", "disabled"] },
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}/sources`),
    examples: ["source list daily"],
  },
  {
    name: "source show",
    summary: "show a main product",
    args: "<realm> <source>",
    run: (call) => call.api.request("GET", path(call)),
    examples: ["source show daily app"],
  },
  {
    name: "source delete",
    summary: "delete a main product with its keys and the accounts linked through it",
    args: "<realm> <source>",
    confirm: "Delete the source with all accounts linked through it",
    done: "The source is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["source delete daily app --yes"],
  },
  ...apiKeyCommands("source", "a main product's server", "app"),
];
