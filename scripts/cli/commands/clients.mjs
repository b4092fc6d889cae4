// @ts-check

import { json, toggle, value } from "../fields.mjs";
import { apiKeyCommands } from "./api-keys.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

const fields = [
  toggle("first_party", "first-party", "belongs to the realm's owner: people are not asked for consent"),
  value("redirect_uris", "--redirect-uri <uri...>", "where authorization codes may be sent"),
  value("error_uris", "--error-uri <uri...>", "where people who are not signed in may be sent"),
  value("post_logout_redirect_uris", "--post-logout-redirect-uri <uri...>", "where a sign-out may end"),
  value("backchannel_logout_uri", "--backchannel-logout-uri <uri>", "told when a session ends"),
  value("origins", "--origin <origin...>", "origins that may call and embed"),
  value("grant_types", "--grant-type <grant...>", "authorization_code, refresh_token, client_credentials, …"),
  value("scopes", "--scope <scope...>", "scopes it may ask for"),
  value("token_endpoint_auth_method", "--auth-method <method>", "how it authenticates, such as private_key_jwt"),
  value("jwks_uri", "--jwks-uri <uri>", "where its public keys are"),
  json("jwks", "jwks", "its public keys"),
  value("access_token_format", "--access-token-format <format>", "form of its access tokens", ["jwt", "split"]),
  value("id_token_signed_response_alg", "--id-token-alg <alg>", "ES256, RS256 or EdDSA"),
  toggle("require_pkce", "require-pkce", "refuse authorization requests without PKCE"),
  value("profile", "--profile <profile>", "hold it to a profile: PAR, DPoP and private_key_jwt", ["fapi2"]),
  toggle("require_par", "require-par", "take pushed authorization requests only"),
  toggle("dpop_bound_access_tokens", "dpop", "bind its tokens to its key"),
  toggle("disabled", "disabled", "give it no codes and no tokens"),
];

/** @param {import("../program.mjs").Call} call */
const path = ({ arg }) => `/realms/${arg("realm")}/clients/${encodeURIComponent(arg("client"))}`;

/** @type {CommandSpec[]} */
export const clientCommands = [
  {
    name: "client create",
    summary: "register a client; a secret is shown this once",
    args: "<realm> <name>",
    fields: [value("type", "--type <type>", "whether it can keep a secret", ["confidential", "public"]), ...fields],
    run: ({ api, arg, body }) =>
      api.request("POST", `/realms/${arg("realm")}/clients`, { type: "confidential", ...body, name: arg("name") }),
    examples: [
      'client create daily "Reader app" --type public --redirect-uri https://app.example.com/callback',
      'client create daily "Nightly export" --grant-type client_credentials --scope roles',
    ],
  },
  {
    name: "client list",
    summary: "list the clients of a realm",
    args: "<realm>",
    list: { member: "clients", columns: ["integration_id", "client_id", "name", "type", "first_party"], paged: true },
    run: ({ api, arg, page }) => api.request("GET", `/realms/${arg("realm")}/clients?${page}`),
    examples: ["client list daily"],
  },
  {
    name: "client show",
    summary: "show a client, by client_id or integration id",
    args: "<realm> <client>",
    run: (call) => call.api.request("GET", path(call)),
    examples: ["client show daily 123456789"],
  },
  {
    name: "client update",
    summary: "change a client; a list that is given replaces the one there is",
    args: "<realm> <client>",
    fields: [value("name", "--name <name>", "new name"), ...fields],
    run: (call) => call.api.request("PATCH", path(call), call.body),
    examples: ["client update daily 123456789 --redirect-uri https://app.example.com/callback --dpop"],
  },
  {
    name: "client delete",
    summary: "delete a client; its tokens stop working",
    args: "<realm> <client>",
    confirm: "Delete the client",
    done: "The client is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["client delete daily 123456789"],
  },
  {
    name: "client rotate-secret",
    summary: "give a client a new secret, shown this once; the old one stops working",
    args: "<realm> <client>",
    run: (call) => call.api.request("POST", `${path(call)}/rotate-secret`),
    examples: ["client rotate-secret daily 123456789"],
  },
  ...apiKeyCommands("client", "an application's server", "123456789"),
];
