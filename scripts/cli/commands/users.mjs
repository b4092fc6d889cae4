// @ts-check
import { Option } from "commander";
import { json, toggle, value } from "../fields.mjs";
import { findUser } from "../find.mjs";
import { exportUsers } from "../import/export-users.mjs";
import { importUsers } from "../import/import-users.mjs";
import { formats } from "../import/read-users.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

const concurrency = new Option("--concurrency <n>", "calls at once").choices(["1", "2", "4", "8", "16"]).default("4");

const fields = [
  value("username", "--username <name>", "name to sign in with beside the e-mail address"),
  value("name", "--name <name>", "full name"),
  value("first_name", "--first-name <name>", "first name"),
  value("last_name", "--last-name <name>", "last name"),
  value("phone_number", "--phone-number <number>", "with country code"),
  toggle("email_verified", "email-verified", "the e-mail address is known to be theirs"),
  value("external_id", "--external-id <id>", "their identifier in your own system"),
  json("metadata", "metadata", "anything else you keep about them"),
];

/** @param {import("../program.mjs").Call} call */
const path = ({ arg }) => `/realms/${arg("realm")}/users/${arg("user")}`;

/** @type {CommandSpec[]} */
export const userCommands = [
  {
    name: "user create",
    summary: "make a user",
    args: "<realm> <email>",
    fields: [
      ...fields,
      value("roles", "--role <role...>", "user, admin, sysadmin"),
      toggle("password_temporary", "temporary", "the password only lets them choose another; so it is unless refused"),
    ],
    secret: "password",
    run: ({ api, arg, body }) =>
      api.request("POST", `/realms/${arg("realm")}/users`, {
        ...(body.password === undefined ? {} : { password_temporary: true }),
        ...body,
        email: arg("email"),
      }),
    examples: [
      'user create daily jo@example.com --name "Jo Doe" --generate-password',
      "user create daily ed@example.com --role user admin --password-stdin < password.txt",
    ],
  },
  {
    name: "user list",
    summary: "list or search the users of a realm",
    args: "<realm>",
    list: { member: "users", columns: ["id", "email", "name", "roles", "disabled"], paged: true, searched: true },
    run: ({ api, arg, page }) => api.request("GET", `/realms/${arg("realm")}/users?${page}`),
    examples: ["user list daily", "user list daily --q jo@ --limit 10"],
  },
  {
    name: "user show",
    summary: "show a user, by id or e-mail address",
    args: "<realm> <user>",
    run: (call) => call.api.request("GET", path(call)),
    examples: ["user show daily reader@daily.localhost"],
  },
  {
    name: "user update",
    summary: "change a user",
    args: "<realm> <user>",
    fields: [value("email", "--email <address>", "new e-mail address"), ...fields],
    secret: "password",
    run: (call) => call.api.request("PATCH", path(call), call.body),
    examples: ['user update daily jo@example.com --name "Jo Roe" --no-email-verified'],
  },
  {
    name: "user reset-password",
    summary: "send a user the link for a new password, or make a temporary one that only lets them choose another",
    args: "<realm> <user>",
    options: [new Option("--temporary", "make a temporary password, shown once; all sessions end")],
    confirm: "Reset the password of the user",
    run: (call) =>
      call.api.request("POST", `${path(call)}/password-reset`, {
        by: call.options.temporary === true ? "temporary-password" : "mail",
      }),
    examples: ["user reset-password daily jo@example.com", "user reset-password daily jo@example.com --temporary"],
  },
  {
    name: "user delete",
    summary: "delete a user with all sessions, links and connections",
    args: "<realm> <user>",
    confirm: "Delete the user",
    done: "The user is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["user delete daily jo@example.com"],
  },
  {
    name: "user merge",
    summary: "merge a user into another one of the same person; the first is deleted",
    args: "<realm> <user>",
    options: [new Option("--into <user>", "who stays: an id or e-mail address").makeOptionMandatory()],
    confirm: "Merge the user into another and delete it",
    run: async (call) => {
      const into = await findUser(call.api, call.arg("realm"), String(call.options.into));
      return call.api.request("POST", `${path(call)}/merge`, { into: decodeURIComponent(into) });
    },
    pick: ({ user, moved }) => ({ ...Object(user), moved }),
    examples: ["user merge daily jo.doe@example.com --into jo@example.com"],
  },
  {
    name: "user roles",
    summary: "set the roles of a user",
    args: "<realm> <user> <roles...>",
    run: (call) => call.api.request("PUT", `${path(call)}/roles`, { roles: call.rest }),
    examples: ["user roles daily jo@example.com user admin"],
  },
  {
    name: "user disable",
    summary: "shut a user out; sessions and tokens end at once",
    args: "<realm> <user>",
    run: (call) => call.api.request("PATCH", path(call), { disabled: true }),
    examples: ["user disable daily jo@example.com"],
  },
  {
    name: "user enable",
    summary: "let a disabled user in again",
    args: "<realm> <user>",
    run: (call) => call.api.request("PATCH", path(call), { disabled: false }),
    examples: ["user enable daily jo@example.com"],
  },
  {
    name: "user sessions",
    summary: "list the devices on which a user is signed in",
    args: "<realm> <user>",
    list: { member: "sessions", columns: ["id", "created_at", "last_used_at", "expires_at", "ip", "user_agent"] },
    run: (call) => call.api.request("GET", `${path(call)}/sessions`),
    examples: ["user sessions daily jo@example.com"],
  },
  {
    name: "user kick",
    summary: "end all sessions of a user",
    args: "<realm> <user>",
    run: (call) => call.api.request("POST", `${path(call)}/kick`),
    examples: ["user kick daily jo@example.com"],
  },
  {
    name: "user end-session",
    summary: "end one session of a user",
    args: "<realm> <user> <session>",
    done: "The session has ended.",
    run: (call) => call.api.request("DELETE", `${path(call)}/sessions/${encodeURIComponent(call.arg("session"))}`),
    examples: ["user end-session daily jo@example.com 0b5c…"],
  },
  {
    name: "user reset-tfa",
    summary: "take a user's second factors away, with all sessions; make sure by other means who is asking",
    args: "<realm> <user>",
    confirm: "Take all second factors away from the user",
    run: (call) => call.api.request("POST", `${path(call)}/tfa/reset`),
    examples: ["user reset-tfa daily jo@example.com"],
  },
  {
    name: "user consents",
    summary: "list what a user has granted to applications",
    args: "<realm> <user>",
    list: { member: "consents", columns: ["client_id", "client_name", "scopes", "granted_at", "last_used_at"] },
    run: (call) => call.api.request("GET", `${path(call)}/consents`),
    examples: ["user consents daily jo@example.com"],
  },
  {
    name: "user withdraw-consent",
    summary: "take back what a user has granted to an application; its tokens stop working",
    args: "<realm> <user> <client>",
    confirm: "Take the consent back",
    done: "The consent is taken back.",
    run: (call) => call.api.request("DELETE", `${path(call)}/consents/${encodeURIComponent(call.arg("client"))}`),
    examples: ["user withdraw-consent daily jo@example.com 123456789"],
  },
  {
    name: "user connections",
    summary: "list what applications may use of a user's accounts elsewhere",
    args: "<realm> <user>",
    list: {
      member: "connections",
      columns: ["provider", "client_id", "client_name", "status", "connected_at", "refreshed_at", "needs_consent"],
    },
    run: (call) => call.api.request("GET", `${path(call)}/connections`),
    examples: ["user connections daily jo@example.com"],
  },
  {
    name: "user disconnect",
    summary: "end a user's connections with a provider; the provider is told",
    args: "<realm> <user> <provider>",
    confirm: "End the connections",
    done: "The connections are ended.",
    run: (call) => call.api.request("DELETE", `${path(call)}/connections/${encodeURIComponent(call.arg("provider"))}`),
    examples: ["user disconnect daily jo@example.com google"],
  },
  {
    name: "user connection-health",
    summary: "see how calls over a user's connections go",
    args: "<realm> <user>",
    list: {
      member: "connections",
      columns: ["provider", "client_id", "last_success_at", "last_failure_at", "last_failure", "failures_in_a_row"],
    },
    run: (call) => call.api.request("GET", `${path(call)}/connection-health`),
    examples: ["user connection-health daily jo@example.com"],
  },
  {
    name: "user import",
    summary: "bring users of another system in, with their password hashes",
    args: "<realm> <file>",
    fields: [value("on_conflict", "--on-conflict <policy>", "a user who is there already", ["skip", "update"])],
    options: [
      new Option("--format <format>", "what the file is").choices(formats).default("auto"),
      concurrency,
      new Option("--checkpoint <file>", "note there how far it has come, and go on from there"),
      new Option("--firebase-parameters <file>", "what the Firebase console shows as password hash parameters"),
      new Option("--no-progress", "no bar, but a line now and then"),
    ],
    calls: ["POST /realms/:realm/users/import"],
    run: importUsers,
    examples: [
      "user import daily users.ndjson --checkpoint users.checkpoint",
      "user import daily auth0.json --format auth0 --on-conflict update",
      "user import daily firebase.json --firebase-parameters parameters.txt",
    ],
  },
  {
    name: "user export",
    summary: "write all users of a realm out, as an import takes them",
    args: "<realm>",
    options: [
      new Option("--format <format>", "how to write them").choices(["ndjson", "csv"]).default("ndjson"),
      new Option("--output <file>", "where to; standard output when left out"),
      new Option("--force", "write over a file that is there"),
      new Option("--password-hashes", "with the password hashes; for the deployment's operators, and written down"),
      new Option("--no-progress", "no bar, but a line now and then"),
    ],
    calls: ["GET /realms/:realm/users/export"],
    run: exportUsers,
    examples: ["user export daily > users.ndjson", "user export daily --format csv --output users.csv"],
  },
];
