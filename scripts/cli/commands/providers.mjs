// @ts-check
import { json, toggle, value } from "../fields.mjs";
import { putKept } from "../put.mjs";

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
        "microsoft",
        "dropbox",
        "github",
        "slack",
        "facebook",
        "linkedin",
        "twitter",
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
      value("response_mode", "--response-mode <mode>", "how its answer comes back", ["query", "form_post"]),
      toggle("pkce", "pkce", "send a code_challenge; off only where that is refused"),
      toggle("nonce", "nonce", "expect the nonce in ID tokens; off only where it is left out of them"),
      toggle("select_account", "select-account", "it understands prompt=select_account"),
      toggle("email_verified_text", "email-verified-text", "it writes email_verified as a text"),
      json("claims", "claims", "what it calls its claims"),
      json("token_check", "token-check", "where the audience of an access token can be asked for"),
      value("api_hosts", "--api-host <host...>", "token vault: hosts that may be called"),
      value("vault_scopes", "--vault-scope <scope...>", "token vault: scopes to ask for, where others than --scope"),
      value("scope_separator", "--scope-separator <sign>", "token vault: what stands between scopes", [" ", ","]),
      value("scope_parameter", "--scope-parameter <name>", "token vault: what asks for scopes", [
        "scope",
        "user_scope",
      ]),
      json("authorize_parameters", "authorize-parameters", "token vault: sent along when asking for consent"),
      json("token_answer", "token-answer", "token vault: where the token endpoint's answer has what"),
      value("dead_grant_errors", "--dead-grant-error <error...>", "token vault: errors that ask for another consent"),
      value("revoke_url", "--revoke-url <url>", "token vault: where tokens are given back"),
      value("revoke_style", "--revoke-style <style>", "token vault: how they are", [
        "standard",
        "token-alone",
        "bearer",
        "github",
      ]),
      value("request_token_url", "--request-token-url <url>", "oauth1: where a request begins"),
      value("signature_method", "--signature-method <method>", "oauth1: how requests are signed", [
        "HMAC-SHA1",
        "HMAC-SHA256",
      ]),
      json("api_key", "api-key", "api_key: where a call carries the key"),
      value("key_page", "--key-page <url>", "api_key: where people find their key"),
      value("check_url", "--check-url <url>", "api_key: called to see whether a key is good"),
      toggle(
        "trusts_email",
        "trusts-email",
        "an address it has verified leads to the account that has proven the same",
      ),
      toggle("disabled", "disabled", "sign nobody in by it"),
    ],
    secret: "client_secret",
    run: (call) => putKept(call, path(call), told),
    examples: [
      "provider set daily google --client-id 123.apps.googleusercontent.com --client-secret-stdin < secret.txt",
      "provider set daily staff --issuer https://login.example.com --client-id daily --client-secret-stdin < secret.txt",
      "provider set daily google --disabled",
      "provider set daily dropbox --purpose vault --client-id abc --client-secret-stdin < secret.txt",
      "provider set daily drive --type oauth2 --purpose vault --authorize-url https://drive.example/authorize --token-url https://drive.example/token --api-host api.drive.example --vault-scope files.read --client-id abc --client-secret-stdin < secret.txt",
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
