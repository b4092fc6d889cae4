// @ts-check
import { json, toggle, value } from "../fields.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

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
    fields: [...fields, value("roles", "--role <role...>", "user, admin, sysadmin")],
    secret: "password",
    run: ({ api, arg, body }) => api.request("POST", `/realms/${arg("realm")}/users`, { ...body, email: arg("email") }),
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
    name: "user delete",
    summary: "delete a user with all sessions, links and connections",
    args: "<realm> <user>",
    confirm: "Delete the user",
    done: "The user is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["user delete daily jo@example.com"],
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
];
