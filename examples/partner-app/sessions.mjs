// @ts-check
import { randomBytes } from "node:crypto";

const LIFETIME_MS = 8 * 3600 * 1000;
const MOST_SESSIONS = 1000;
const MOST_PENDING = 8;

/**
 * @typedef {import("./relying-party.mjs").Tokens} Tokens
 * @typedef {import("./relying-party.mjs").Proofs} Proofs
 *
 * @typedef {object} Session
 * @property {string} id
 * @property {number} expiresAtMs epoch milliseconds
 * @property {Map<string, Proofs>} pending by state: several tabs may sign in at once
 * @property {Tokens} [tokens]
 * @property {Promise<void>} [refreshing]
 */

/**
 * Sessions in this process's memory; the browser holds an unguessable name of one and never a token.
 * @param {{ secure: boolean }} options
 */
export function createSessions({ secure }) {
  /** @type {Map<string, Session>} */
  const byId = new Map();
  const cookieName = secure ? "__Host-partner-session" : "partner-session";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;

  /** @param {import("node:http").IncomingMessage} request */
  function find(request) {
    const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
    const id = pairs.find(([name]) => name === cookieName)?.[1] ?? "";
    const session = byId.get(id);
    if (session !== undefined && session.expiresAtMs > Date.now()) return session;
    byId.delete(id);
    return undefined;
  }

  function make() {
    const [oldest] = byId.keys();
    if (byId.size >= MOST_SESSIONS && oldest !== undefined) byId.delete(oldest);
    const id = randomBytes(24).toString("base64url");
    /** @type {Session} */
    const session = { id, expiresAtMs: Date.now() + LIFETIME_MS, pending: new Map() };
    byId.set(id, session);
    return { session, cookie: `${cookieName}=${id}; ${attributes}; Max-Age=${LIFETIME_MS / 1000}` };
  }

  return {
    find,

    /**
     * @param {import("node:http").IncomingMessage} request
     * @returns {{ session: Session, cookie?: string }}
     */
    findOrMake(request) {
      const session = find(request);
      return session === undefined ? make() : { session };
    },

    /**
     * @param {Session} session
     * @param {string} state
     * @param {Proofs} proofs
     */
    addPending({ pending }, state, proofs) {
      const [oldest] = pending.keys();
      if (pending.size >= MOST_PENDING && oldest !== undefined) pending.delete(oldest);
      pending.set(state, proofs);
    },

    /**
     * Gives the proofs of a sign-in once.
     * @param {Session} session
     * @param {string} state
     */
    takePending({ pending }, state) {
      const proofs = pending.get(state);
      pending.delete(state);
      return proofs;
    },

    /**
     * @param {Session} session
     * @param {Tokens} tokens
     * @returns {string} the new cookie
     */
    replace(session, tokens) {
      byId.delete(session.id);
      const { session: fresh, cookie } = make();
      fresh.tokens = tokens;
      return cookie;
    },

    /**
     * A refresh token is good for one use, so two clicks share one refresh.
     * @param {Session} session
     * @param {(tokens: Tokens) => Promise<Tokens>} refresh
     */
    async refreshOnce(session, refresh) {
      const { tokens } = session;
      if (tokens === undefined) return;
      session.refreshing ??= refresh(tokens)
        .then((fresh) => {
          session.tokens = fresh;
        })
        .finally(() => {
          delete session.refreshing;
        });
      await session.refreshing;
    },

    /**
     * @param {Session | undefined} session
     * @returns {string} the cookie that removes itself
     */
    end(session) {
      if (session !== undefined) byId.delete(session.id);
      return `${cookieName}=; ${attributes}; Max-Age=0`;
    },
  };
}
