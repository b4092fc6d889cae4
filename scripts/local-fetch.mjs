// @ts-check
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/**
 * True for names that mean this machine: loopback addresses, `localhost`, and the reserved `.localhost` and `.test`
 * (RFC 6761). Browsers resolve `*.localhost` themselves; Node asks the system, which often does not know it.
 * @param {string} hostname as in `URL.hostname`
 */
export function isLocalName(hostname) {
  return /^(?:127\.\d+\.\d+\.\d+|\[::1\]|(?:.+\.)?localhost|.+\.test)$/.test(hostname);
}

/**
 * `fetch` that also finds realm domains of a local Gatehouse: names of this machine go to 127.0.0.1 and may show a
 * self-signed certificate. Every other address goes to the ordinary `fetch`. Local redirects are never followed.
 * @param {string | URL} address
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} rejects with the socket's error, or with the signal's reason
 */
export async function localFetch(address, init) {
  const url = new URL(address);
  if (!isLocalName(url.hostname)) return fetch(url, init);
  const request = new Request(url, init);
  const body = Buffer.from(await request.arrayBuffer());
  /** @type {Record<string, string>} */
  const headers = Object.fromEntries(request.headers);
  if (body.length > 0 || request.method === "POST") headers["content-length"] = String(body.length);
  return send(url, { method: request.method, headers, signal: request.signal }, body);
}

/**
 * @param {URL} url
 * @param {{ method: string, headers: Record<string, string>, signal: AbortSignal }} options
 * @param {Buffer} body
 * @returns {Promise<Response>}
 */
function send(url, options, body) {
  return new Promise((resolve, reject) => {
    const settings = { ...options, lookup: lookUpLoopback };
    const outgoing =
      url.protocol === "https:"
        ? requestHttps(url, { ...settings, rejectUnauthorized: false })
        : requestHttp(url, settings);
    outgoing.on("error", (error) => reject(options.signal.aborted ? options.signal.reason : error));
    outgoing.on("response", (incoming) => {
      /** @type {Buffer[]} */
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => resolve(toResponse(incoming, Buffer.concat(chunks))));
    });
    outgoing.end(body);
  });
}

/**
 * @param {import("node:http").IncomingMessage} incoming
 * @param {Buffer} body
 */
function toResponse(incoming, body) {
  const status = incoming.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const mayHaveBody = status !== 204 && status !== 205 && status !== 304;
  return new Response(mayHaveBody ? new Uint8Array(body) : null, {
    status,
    statusText: incoming.statusMessage ?? "",
    headers,
  });
}

/** @type {import("node:net").LookupFunction} */
function lookUpLoopback(_hostname, options, callback) {
  const loopback = { address: "127.0.0.1", family: 4 };
  if (options.all === true) callback(null, [loopback]);
  else callback(null, loopback.address, loopback.family);
}
