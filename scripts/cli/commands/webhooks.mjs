// @ts-check
import { toggle, value } from "../fields.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

const fields = [
  value("events", "--event <event...>", "what it wants to hear of; all when left out"),
  value("description", "--description <text>", "what it is for"),
  toggle("disabled", "disabled", "it hears nothing"),
];

/** @param {import("../program.mjs").Call} call */
const list = ({ arg }) => `/realms/${arg("realm")}/webhooks`;
/** @param {import("../program.mjs").Call} call */
const path = (call) => `${list(call)}/${encodeURIComponent(call.arg("webhook"))}`;

/** @type {CommandSpec[]} */
export const webhookCommands = [
  {
    name: "webhook create",
    summary: "have an address told of what happens; its secret is shown this once",
    args: "<realm> <url>",
    fields,
    run: (call) => call.api.request("POST", list(call), { ...call.body, url: call.arg("url") }),
    examples: ["webhook create daily https://hooks.example.com/ --event user.created user.deleted"],
  },
  {
    name: "webhook list",
    summary: "list the webhooks of a realm",
    args: "<realm>",
    list: { member: "webhooks", columns: ["id", "url", "events", "disabled", "failing_since"] },
    run: (call) => call.api.request("GET", list(call)),
    examples: ["webhook list daily"],
  },
  {
    name: "webhook show",
    summary: "show a webhook",
    args: "<realm> <webhook>",
    run: (call) => call.api.request("GET", path(call)),
    examples: ["webhook show daily wh_1"],
  },
  {
    name: "webhook update",
    summary: "change a webhook",
    args: "<realm> <webhook>",
    fields: [value("url", "--to <url>", "another address"), ...fields],
    run: (call) => call.api.request("PATCH", path(call), call.body),
    examples: ["webhook update daily wh_1 --no-disabled"],
  },
  {
    name: "webhook delete",
    summary: "delete a webhook with its deliveries, also those that are pending",
    args: "<realm> <webhook>",
    confirm: "Delete the webhook",
    done: "The webhook is deleted.",
    run: (call) => call.api.request("DELETE", path(call)),
    examples: ["webhook delete daily wh_1"],
  },
  {
    name: "webhook rotate-secret",
    summary: "give a webhook a new secret, shown this once; for a day the old one signs as well",
    args: "<realm> <webhook>",
    run: (call) => call.api.request("POST", `${path(call)}/rotate-secret`),
    examples: ["webhook rotate-secret daily wh_1"],
  },
  {
    name: "webhook deliveries",
    summary: "list what a webhook was sent",
    args: "<realm> <webhook>",
    query: [value("state", "--state <state>", "only those", ["pending", "delivered", "dead"])],
    list: { member: "deliveries", columns: ["id", "type", "state", "created_at", "next_attempt_at"], paged: true },
    run: (call) => call.api.request("GET", `${path(call)}/deliveries?${call.page}`),
    examples: ["webhook deliveries daily wh_1 --state dead"],
  },
  {
    name: "webhook replay",
    summary: "send one delivery again",
    args: "<realm> <webhook> <delivery>",
    run: (call) =>
      call.api.request("POST", `${path(call)}/deliveries/${encodeURIComponent(call.arg("delivery"))}/replay`),
    examples: ["webhook replay daily wh_1 evt_1"],
  },
  {
    name: "webhook replay-dead",
    summary: "send everything again that a webhook did not take",
    args: "<realm> <webhook>",
    run: (call) => call.api.request("POST", `${path(call)}/deliveries/replay`, {}),
    examples: ["webhook replay-dead daily wh_1"],
  },
];
