// @ts-check
import { eachOf, listOf, Unreachable } from "../admin-api.mjs";
import { isLocalName, localFetch } from "../local-fetch.mjs";
import { exitCode } from "./failure.mjs";
import { plain } from "./output.mjs";

/** @typedef {{ name: string, state: "ok" | "warn" | "fail", detail: string, remedy: string | null }} Finding */

const answerTimeoutMs = 10_000;
/** Tokens that others sign are good for so long after their time, and so are DPoP proofs. */
const mostSkewSeconds = 10;
const domainsAtOnce = 8;

/**
 * What the deployment finds in itself, and what only somebody outside sees: its clock, and whether its domains lead to it.
 * @param {import("./program.mjs").Call} call
 * @returns {Promise<import("./program.mjs").Answer>}
 */
export async function examine({ api, url, options }) {
  const begun = Date.now();
  const { json } = await api.request("GET", "/doctor");
  /** @type {Finding[]} */
  const checks = [ofClock(json.time, begun, Date.now()), .../** @type {any[]} */ (listOf(json.checks))];
  checks.push(...(await ofDomains(api, url)));
  const failed = checks.some(({ state }) => state === "fail");
  const answer = { text: JSON.stringify({ healthy: !failed, checks }), json: { checks } };
  if (options.json !== true) console.log(checks.map(lineOf).join("\n"));
  return { ...answer, ...(failed ? { exitCode: exitCode.refused } : {}), silent: options.json !== true };
}

/** @param {Finding} finding */
function lineOf({ name, state, detail, remedy }) {
  const line = `${state.padEnd(4)}  ${name.padEnd(20)}  ${plain(detail)}`;
  return remedy === null ? line : `${line}\n${" ".repeat(28)}→ ${plain(remedy)}`;
}

/**
 * @param {unknown} time
 * @param {number} asked
 * @param {number} answered
 * @returns {Finding}
 */
function ofClock(time, asked, answered) {
  const theirs = Date.parse(String(time));
  const aheadMs = theirs < asked ? theirs - asked : theirs > answered ? theirs - answered : 0;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds <= mostSkewSeconds)
    return { name: "clock", state: "ok", detail: `within ${mostSkewSeconds} s of ours`, remedy: null };
  return {
    name: "clock",
    state: "warn",
    detail: `this machine is ${seconds} s ${aheadMs > 0 ? "behind" : "ahead of"} the deployment`,
    remedy: "set this machine's clock; the platform's is right",
  };
}

/**
 * Whether each domain of each realm is answered by this deployment as its realm: its metadata names the realm's issuer.
 * @param {import("../admin-api.mjs").AdminApi} api
 * @param {URL} url
 * @returns {Promise<Finding[]>}
 */
async function ofDomains(api, url) {
  /** @type {{ host: string, authDomain: string }[]} */
  const wanted = [];
  for await (const realm of eachOf(api, "/realms", "realms")) {
    const hosts = Array.isArray(realm.domains) ? realm.domains : [];
    for (const host of hosts) wanted.push({ host: String(host), authDomain: String(realm.auth_domain) });
  }
  /** @type {Finding[]} */
  const faults = [];
  for (let start = 0; start < wanted.length; start += domainsAtOnce) {
    const looked = wanted.slice(start, start + domainsAtOnce).map((domain) => ofDomain(domain, url));
    faults.push(...(await Promise.all(looked)).filter((finding) => finding !== null));
  }
  if (faults.length > 0) return faults;
  return [{ name: "domains", state: "ok", detail: `all ${wanted.length} lead here`, remedy: null }];
}

/**
 * @param {{ host: string, authDomain: string }} domain
 * @param {URL} url
 * @returns {Promise<Finding | null>}
 */
async function ofDomain({ host, authDomain }, url) {
  const isLocal = isLocalName(host);
  const origin = isLocal ? `${url.protocol}//${host}:${url.port}` : `https://${host}`;
  /** @param {string} detail @returns {Finding} */
  const fault = (detail) => ({
    name: "domains",
    state: "fail",
    detail: `${host} ${detail}`,
    remedy: `point ${host} at this Worker (a route or custom domain), or: gatehouse domain remove <realm> ${host}`,
  });
  try {
    const answer = await localFetch(`${origin}/.well-known/openid-configuration`, {
      redirect: "manual",
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    if (answer.status !== 200) return fault(`answers with status ${answer.status}`);
    const { issuer } = /** @type {Record<string, unknown>} */ (await answer.json());
    const isOurs = URL.canParse(String(issuer)) && new URL(String(issuer)).hostname === authDomain;
    return isOurs ? null : fault("is answered by somebody else");
  } catch (error) {
    return fault(`does not answer (${reasonOf(error)})`);
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  if (error instanceof SyntaxError) return "no metadata";
  const { message } =
    error instanceof Error && error.cause instanceof Error ? error.cause : new Unreachable("it", error);
  return message.replace(/^Cannot reach it: /, "");
}
