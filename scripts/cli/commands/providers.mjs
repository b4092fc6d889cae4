// @ts-check
import { json, toggle, value } from "../fields.mjs";
import { findOrNone, keptOf } from "../put.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

/** What the API says of a provider beside what can be set. */
const told = [
  "name",
  "client_secret_set",
  "effective",
  "callback_urls",
  "vault_redirect_uri",
  "version",
  "created_at",
  "updated_at",
];

/** @param {import("../program.mjs").Call} call */
const path = ({ arg }) => `/realms/${arg("realm")}/providers/${encodeURIComponent(arg("provider"))}`;

/** @type {CommandSpec[]} */
export const providerCommands = [
  {
    name: "provider set",
    summary: "set up an upstream provider, or change one; what is not given stays as it is",
    args: "<realm> <provider>",
    fields: [
      value("preset", "--preset <name>", "fill in what is known of it; a provider of that name has it anyway", [
        "google",
        "facebook",
        "linkedin",
        "apple",
      ]),
      value("type", "--type <type>", "what it speaks", ["oidc", "oauth2", "oauth1", "api_key"]),
      value("purposes", "--purpose <purpose...>", "sign-in, vault"),
      value("client_id", "--client-id <id>", "what it calls this realm"),
      value("label", "--label <label>", "what people know it by"),
      value("issuer", "--issuer <url>", "its OpenID issuer; the rest is found from there"),
      value("authorize_url", "--authorize-url <url>", "where people are sent"),
      value("token_url", "--token-url <url>", "where codes are redeemed"),
      value("userinfo_url", "--userinfo-url <url>", "where claims are asked for"),
      value("jwks_uri", "--jwks-uri <url>", "where its keys are"),
      value("scopes", "--scope <scope...>", "scopes to ask for"),
      value("auth_style", "--auth-style <style>", "how to authenticate to it", [
        "basic",
        "post",
        "signed_secret",
        "none",
      ]),
      value("team_id", "--team-id <id>", "for signed_secret: the team whose key the secret is"),
      value("key_id", "--key-id <id>", "for signed_secret: the key's id"),
      value("app_client_ids", "--app-client-id <id...>", "client ids of your own apps, whose tokens are taken too"),
      json("claims", "claims", "what it calls its claims"),
      toggle(
        "trusts_email",
        "trusts-email",
        "an address it has verified leads to the account that has proven the same",
      ),
      toggle("disabled", "disabled", "sign nobody in by it"),
    ],
    secret: "client_secret",
    run: async (call) => {
      const existing = await findOrNone(call, path(call));
      const body = keptOf(existing, told, call.body);
      const version = existing?.version;
      return call.api.request("PUT", path(call), body, typeof version === "number" ? { version } : {});
    },
    examples: [
      "provider set daily google --client-id 123.apps.googleusercontent.com --client-secret-stdin < secret.txt",
      "provider set daily staff --issuer https://login.example.com --client-id daily --client-secret-stdin < secret.txt",
      "provider set daily google --disabled",
    ],
  },
  {
    name: "provider list",
    summary: "list the upstream providers of a realm",
    args: "<realm>",
    list: { member: "providers", columns: ["name", "type", "client_id", "client_secret_set", "disabled", "purposes"] },
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}/providers`),
    examples: ["provider list daily"],
  },
  {
    name: "provider show",
    summary: "show an upstream provider, and the callback addresses to register there",
    args: "<realm> <provider>",
    run: (call) => call.api.request("GET", path(call)),
    examples: ["provider show daily google"],
  },
  {
    name: "provider check",
    summary: "read what an upstream provider publishes, as a sign-in would",
    args: "<realm> <provider>",
    run: (call) => call.api.request("POST", `${path(call)}/check`),
    examples: ["provider check daily google"],
  },
  {
    name: "provider delete",
    summary: "delete an upstream provider with the connections made through it",
    args: "<realm> <provider>",
    confirm: "Delete the provider and every connection made through it",
    done: "The provider is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["provider delete daily google --yes"],
  },
];
