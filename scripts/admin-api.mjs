// @ts-check
import { localFetch } from "./local-fetch.mjs";

const ANSWER_TIMEOUT_MS = 30_000;

/**
 * What the admin API answers, as far as its callers look into it.
 * @typedef {Record<string, unknown>} JsonObject
 * @typedef {{ text: string, json: JsonObject }} Answer `json` is empty when the answer has no body
 * @typedef {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} Method
 * @typedef {{ request(method: Method, path: string, body?: unknown, options?: RequestOptions): Promise<Answer> }} AdminApi
 *
 * @typedef {object} RequestOptions
 * @property {number} [version] refuse the change when the record is no longer of this version
 * @property {number} [timeoutMs] how long the answer may take
 */

/** The API answered and said no. `problem` is its RFC 9457 body, or empty when it sent something else. */
export class ApiRefusal extends Error {
  /**
   * @param {number} status
   * @param {JsonObject} problem
   * @param {number} [retryAfterSeconds]
   */
  constructor(status, problem, retryAfterSeconds) {
    super(text(problem.title) ?? `The server answered with status ${status}`);
    this.name = "ApiRefusal";
    this.status = status;
    this.problem = problem;
    this.detail = text(problem.detail);
    this.code = text(problem.code);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Nothing answered, or not in time. */
export class Unreachable extends Error {
  /**
   * @param {string} url
   * @param {unknown} cause
   */
  constructor(url, cause) {
    super(`Cannot reach ${url}: ${reasonOf(cause)}`, { cause });
    this.name = "Unreachable";
  }
}

/**
 * A client for `/admin/v1` of one deployment.
 * @param {{ url: string, token: string | (() => Promise<string>) }} target `url` is any origin of the deployment
 * @returns {AdminApi} whose `request` throws ApiRefusal or Unreachable; `path` begins behind `/admin/v1`
 */
export function adminApi({ url, token }) {
  return {
    async request(method, path, body, { version, timeoutMs = ANSWER_TIMEOUT_MS } = {}) {
      const response = await reach(new URL(`/admin/v1${path}`, url), {
        method,
        // A redirect would carry the operator's token to wherever it points.
        redirect: "manual",
        headers: {
          authorization: `Bearer ${typeof token === "string" ? token : await token()}`,
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(version === undefined ? {} : { "if-match": `"${version}"` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const json = parseObject(response.text);
      if (response.ok) return { text: response.text, json };
      throw new ApiRefusal(response.status, json, response.retryAfterSeconds);
    },
  };
}

/**
 * Follows `next_cursor` through a list of the API.
 * @param {AdminApi} api
 * @param {string} path of the list, without a cursor
 * @param {string} member the list's name in the answer
 * @returns {AsyncGenerator<JsonObject>}
 */
export async function* eachOf(api, path, member) {
  for (let cursor = ""; ; ) {
    const page = new URLSearchParams({ limit: "100", ...(cursor === "" ? {} : { cursor }) });
    const { json } = await api.request("GET", `${path}${path.includes("?") ? "&" : "?"}${page}`);
    yield* listOf(json[member]);
    cursor = text(json.next_cursor) ?? "";
    if (cursor === "") return;
  }
}

/**
 * @param {unknown} value
 * @returns {JsonObject[]}
 */
export function listOf(value) {
  return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
}

/**
 * @param {URL} url
 * @param {RequestInit} init
 */
async function reach(url, init) {
  try {
    const response = await localFetch(url, init);
    const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
    return {
      ok: response.ok,
      status: response.status,
      text: await response.text(),
      retryAfterSeconds: Number.isFinite(wait) ? wait : undefined,
    };
  } catch (error) {
    throw new Unreachable(url.origin, error);
  }
}

/**
 * @param {string} body
 * @returns {JsonObject}
 */
function parseObject(body) {
  try {
    const value = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * `fetch` hides the socket's error in `cause`.
 * @param {unknown} error
 * @returns {string}
 */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return "the connection was refused. Is it running?";
  if (error.name === "TimeoutError") return `no answer in time`;
  return error.message === "" ? code : error.message;
}
