// @ts-check
import { Option } from "commander";
import { json, value } from "../fields.mjs";

/** @typedef {import("../program.mjs").CommandSpec} CommandSpec */

const shared = [
  value("kind", "--kind <kind>", "who signs in here", ["frontend", "editor"]),
  value("auth_domain", "--auth-domain <host>", "domain that is the issuer and carries the hosted pages"),
  value(
    "allowed_redirect_domains",
    "--redirect-domain <host...>",
    "hosts outside the realm that sign-ins may return to",
  ),
  value("authentication_url", "--authentication-url <url>", "your own sign-in page, instead of the hosted one"),
];

const jurisdiction = value(
  "jurisdiction",
  "--jurisdiction <region>",
  "region that the users' objects stay within, for good; none for wherever, left out as the deployment has it",
  ["eu", "us", "fedramp", "none"],
);

/** @param {Record<string, unknown>} body */
const withRegion = (body) => (body.jurisdiction === "none" ? { ...body, jurisdiction: null } : body);

/** @type {CommandSpec[]} */
const realm = [
  {
    name: "realm create",
    summary: "make a realm",
    args: "<name>",
    fields: [
      value("domains", "--domain <host...>", "domains of the realm"),
      ...shared,
      value("shard", "--shard <name>", "database that is to hold its rows"),
      jurisdiction,
      json("settings", "settings", "settings that differ from the defaults"),
    ],
    run: ({ api, arg, body }) =>
      api.request("POST", "/realms", { kind: "frontend", ...withRegion(body), name: arg("name") }),
    examples: ["realm create weekly --auth-domain auth.example.com --domain auth.example.com news.example.org"],
  },
  {
    name: "realm list",
    summary: "list realms",
    args: "",
    list: { member: "realms", columns: ["id", "name", "kind", "auth_domain", "domains"], paged: true },
    run: ({ api, page }) => api.request("GET", `/realms?${page}`),
    examples: ["realm list", "realm list --json"],
  },
  {
    name: "realm attention",
    summary: "see what needs attention: domains, webhooks, secrets, keys",
    args: "<realm>",
    list: { member: "items", columns: ["kind", "subject", "detail", "count", "at"] },
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}/attention`),
    examples: ["realm attention daily"],
  },
  {
    name: "realm show",
    summary: "show a realm, by id, name or domain",
    args: "<realm>",
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}`),
    examples: ["realm show daily", "realm show news.daily-news.localhost"],
  },
  {
    name: "realm update",
    summary: "change a realm",
    args: "<realm>",
    fields: [value("name", "--name <name>", "new name"), ...shared],
    run: ({ api, arg, body }) => api.request("PATCH", `/realms/${arg("realm")}`, body),
    examples: ["realm update daily --redirect-domain app.example.net"],
  },
  {
    name: "realm move",
    summary: "move a realm's rows to another database while it is in use",
    args: "<realm>",
    fields: [value("to", "--to <shard>", "database that is to hold them: `main`, or what stands behind `DB_`")],
    options: [new Option("--no-wait", "do not wait for its end; it goes on in the background")],
    run: moveRealm,
    examples: ["realm move daily --to 1", "realm move daily --to main --no-wait"],
  },
  {
    name: "realm move-status",
    summary: "show how far a realm's move is, or how the last one ended",
    args: "<realm>",
    run: ({ api, arg }) => api.request("GET", `/realms/${arg("realm")}/move`),
    examples: ["realm move-status daily"],
  },
  {
    name: "realm move-abort",
    summary: "abort a realm's move, until it is switched",
    args: "<realm>",
    run: ({ api, arg }) => api.request("DELETE", `/realms/${arg("realm")}/move`),
    examples: ["realm move-abort daily"],
  },
  {
    name: "realm delete",
    summary: "delete a realm with all its users, clients and keys",
    args: "<realm>",
    confirm: "Delete the realm with everything in it",
    done: "The realm is deleted.",
    run: ({ api, arg }) => api.request("DELETE", `/realms/${arg("realm")}`),
    examples: ["realm delete weekly", "realm delete weekly --yes"],
  },
];

/** @type {CommandSpec[]} */
const domain = [
  {
    name: "domain add",
    summary: "add domains to a realm",
    args: "<realm> <hosts...>",
    run: (call) => changeDomains(call, (present) => [...new Set([...present, ...call.rest])]),
    examples: ["domain add daily sport.example.org"],
  },
  {
    name: "domain remove",
    summary: "take domains from a realm",
    args: "<realm> <hosts...>",
    run: (call) => changeDomains(call, (present) => present.filter((host) => !call.rest.includes(host))),
    examples: ["domain remove daily sport.example.org"],
  },
];

/** @type {CommandSpec} */
const domainCheck = {
  name: "domain check",
  summary: "check that a domain leads to this deployment and this realm",
  args: "<realm> <host>",
  run: ({ api, arg }) =>
    api.request("POST", `/realms/${arg("realm")}/domains/${encodeURIComponent(arg("host"))}/check`),
  examples: ["domain check daily sport.example.org"],
};

/** @type {CommandSpec[]} */
const publisher = [
  {
    name: "publisher create",
    summary: "make an editor realm and a frontend realm for one publisher",
    args: "<name>",
    fields: [
      value("editor_domains", "--editor-domain <host...>", "domains where editors work"),
      value("frontend_domains", "--frontend-domain <host...>", "domains where readers are"),
      jurisdiction,
    ],
    run: ({ api, arg, body }) => api.request("POST", "/publishers", { ...withRegion(body), name: arg("name") }),
    examples: ["publisher create tribune --editor-domain cms.example.com --frontend-domain www.example.com"],
  },
];

export const realmCommands = { realm, domain: [...domain, domainCheck], publisher };

/**
 * @param {import("../program.mjs").Call} call
 * @param {(present: string[]) => string[]} change
 */
async function changeDomains({ api, arg }, change) {
  const path = `/realms/${arg("realm")}`;
  const { domains, version } = (await api.request("GET", path)).json;
  const body = { domains: change(Array.isArray(domains) ? domains : []) };
  return api.request("PATCH", path, body, typeof version === "number" ? { version } : {});
}

/** The states in which somebody may want to go on looking. Afterwards there are only old rows to be deleted. */
const underWay = ["copying", "catching-up", "verifying", "switched"];
const lookEveryMs = 2_000;

/**
 * Begins it, and says on standard error how far it is until changes are taken on the new shard.
 * @param {import("../program.mjs").Call} call
 */
async function moveRealm({ api, arg, body, options }) {
  const path = `/realms/${arg("realm")}/move`;
  let answer = await api.request("POST", path, body);
  for (let said = ""; options.wait !== false && underWay.includes(String(answer.json.state)); ) {
    const { state, table, copied, verified } = answer.json;
    const line = `${state}${table ? ` ${table}` : ""}: ${copied} rows copied, ${verified} verified`;
    if (line !== said) process.stderr.write(`${line}\n`);
    said = line;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    answer = await api.request("GET", path);
  }
  return answer;
}
