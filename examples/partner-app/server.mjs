// @ts-check
// A relying party in a few hundred lines: code flow with PKCE, state and nonce, refresh, and sign-out at the issuer
// too (OpenID Connect Core 1.0 and RP-Initiated Logout 1.0), by way of the unmodified openid-client package.
import { createServer } from "node:http";
import { readConfig } from "./config.mjs";
import { errorPage, homePage, signedInPage } from "./pages.mjs";
import { createRelyingParty, describeFailure } from "./relying-party.mjs";
import { createSessions } from "./sessions.mjs";

const config = readConfig(process.env);
const relyingParty = await createRelyingParty(config);
const sessions = createSessions({ secure: config.baseUrl.protocol === "https:" });

/**
 * @typedef {import("node:http").IncomingMessage} IncomingMessage
 * @typedef {{ status: number, page?: import("./pages.mjs").Page, location?: string, cookie?: string | undefined }} Reply
 */

/** @type {Record<string, (request: IncomingMessage, url: URL) => Promise<Reply>>} */
const routes = {
  "GET /": async (request) => {
    const session = sessions.find(request);
    if (session?.tokens === undefined) return { status: 200, page: homePage(config) };
    const userInfo = await relyingParty.userInfo(session.tokens).catch(describeFailure);
    return { status: 200, page: signedInPage(config, session.tokens, userInfo) };
  },

  "GET /sign-in": async (request) => {
    const { url, state, proofs } = await relyingParty.begin();
    const { session, cookie } = sessions.findOrMake(request);
    sessions.addPending(session, state, proofs);
    return { status: 303, location: url.href, cookie };
  },

  "GET /callback": async (request, url) => {
    const state = url.searchParams.get("state") ?? "";
    const session = sessions.find(request);
    const proofs = session && sessions.takePending(session, state);
    if (session === undefined || proofs === undefined)
      return failed(400, "This answer belongs to no sign-in that this browser began here.");
    const tokens = await relyingParty.finish(url, state, proofs);
    // A new identifier, so that one planted before the sign-in is worth nothing after it.
    return { status: 303, location: "/", cookie: sessions.replace(session, tokens) };
  },

  "POST /refresh": async (request) => {
    const session = sessions.find(request);
    if (session !== undefined) await sessions.refreshOnce(session, relyingParty.refresh);
    return { status: 303, location: "/" };
  },

  "POST /sign-out": async (request) => {
    const session = sessions.find(request);
    const location = session?.tokens && (await relyingParty.endSessionUrl(session.tokens)).href;
    return { status: 303, location: location ?? "/", cookie: sessions.end(session) };
  },
};

/**
 * @param {IncomingMessage} request
 * @returns {Promise<Reply>}
 */
async function answer(request) {
  // The address is the configured one, whatever Host the request names.
  const url = new URL(request.url?.replace(/^[^/]*\/+/, "/") ?? "/", config.baseUrl);
  const route = routes[`${request.method} ${url.pathname}`];
  if (route === undefined) return failed(404, "There is no such page.");
  if (request.method === "POST" && request.headers.origin !== config.baseUrl.origin)
    return failed(403, "This request comes from another site.");
  try {
    return await route(request, url);
  } catch (error) {
    return failed(502, describeFailure(error).error);
  }
}

/**
 * @param {number} status
 * @param {string} message
 * @returns {Reply}
 */
function failed(status, message) {
  return { status, page: errorPage(config, message) };
}

const server = createServer(async (request, response) => {
  request.resume();
  const { status, page, location, cookie } = await answer(request);
  response.writeHead(status, {
    "cache-control": "no-store",
    "content-security-policy": page?.contentSecurityPolicy ?? "default-src 'none'",
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    ...(location === undefined ? {} : { location }),
    ...(cookie === undefined ? {} : { "set-cookie": cookie }),
  });
  response.end(page?.html);
});

server.listen(config.port, config.listenAddress, () => {
  console.log(`The partner application listens at ${config.baseUrl.origin} and trusts ${config.issuer.href}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
