// oidc-provider on Node; everything lies in its memory.
import { randomUUID } from "node:crypto";
import { cookieHeader, fetchCode, makeProof, nextPath, repeat, rotate } from "../lib/steps.mjs";
import { REDIRECT_URI } from "../operations.mjs";

export const RESOURCE = "https://api.bench.localhost";
export const CLIENT = { client_id: "bench", client_secret: "a-secret-of-the-bench-which-guards-nothing-0" };
const MOST_STEPS = 8;

function authorizationPath(challenge, more) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: CLIENT.client_id,
    redirect_uri: REDIRECT_URI,
    state: "bench",
    ...challenge,
    ...more,
  });
  return `/auth?${query}`;
}

/** Through its interactions, which the server ends at once. @returns the browser's cookies and the first tokens */
async function signIn(connection) {
  const { verifier, challenge } = makeProof();
  const reader = randomUUID();
  let cookies = {};
  let path = authorizationPath(challenge, { scope: "openid profile offline_access", prompt: "consent" });
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const answer = await connection.request({ path, headers: { cookie: cookieHeader(cookies) } }, 303);
    cookies = { ...cookies, ...answer.cookies() };
    const location = answer.header("location");
    if (location.startsWith(REDIRECT_URI)) {
      const code = new URL(location).searchParams.get("code");
      return { cookie: cookieHeader(cookies), tokens: await redeem(connection, code, verifier) };
    }
    path = location.includes("/interaction/") ? `${nextPath(answer)}?reader=${reader}` : nextPath(answer);
  }
  throw new Error("the sign-in did not come to an end");
}

function redeem(connection, code, verifier) {
  const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
  return askForTokens(connection, form);
}

async function askForTokens(connection, form) {
  const tokens = (await connection.request({ path: "/token", form: { ...form, ...CLIENT } })).json();
  if (!tokens.access_token || !tokens.id_token) throw new Error(`no tokens for a ${form.grant_type}`);
  return tokens;
}

export default {
  about:
    "no Worker but Node, and nothing is stored: its adapter keeps the last 1,000 things in memory; no passwords of its own",
  packages: ["oidc-provider"],
  server: "servers/oidc-provider.mjs",
  probe: "/.well-known/openid-configuration",
  prepare: async () => ({ users: [] }),
  operations: {
    discovery: {
      start: (connection) =>
        repeat(connection, { path: "/.well-known/openid-configuration" }, ({ body }) => body.includes('"issuer"')),
    },
    jwks: {
      start: (connection) => repeat(connection, { path: "/jwks" }, ({ body }) => body.includes('"kid"')),
    },
    "client-credentials": {
      note: "a JWT by ES256",
      start: (connection) => {
        const form = { grant_type: "client_credentials", scope: "api:read", resource: RESOURCE, ...CLIENT };
        return repeat(connection, { path: "/token", form }, ({ body }) => body.includes('"access_token":"eyJ'));
      },
    },
    "code-loop": {
      requests: 2,
      note: "the access token is opaque; no refresh token",
      start: async (connection) => {
        const { cookie } = await signIn(connection);
        return async () => {
          const { verifier, challenge } = makeProof();
          const path = authorizationPath(challenge, { scope: "openid profile" });
          const code = await fetchCode(connection, { path, headers: { cookie } }, 303);
          await redeem(connection, code, verifier);
        };
      },
    },
    refresh: {
      note: "the access token is opaque",
      start: async (connection) => {
        const { tokens } = await signIn(connection);
        const trade = (token) => askForTokens(connection, { grant_type: "refresh_token", refresh_token: token });
        return rotate(tokens.refresh_token, trade);
      },
    },
    "users-me": {
      note: "/me with an opaque token",
      start: async (connection) => {
        const { tokens } = await signIn(connection);
        const request = { path: "/me", headers: { authorization: `Bearer ${tokens.access_token}` } };
        return repeat(connection, request, ({ body }) => body.includes('"sub"'));
      },
    },
    introspection: {
      note: "of an opaque token",
      start: async (connection) => {
        const { tokens } = await signIn(connection);
        const form = { token: tokens.access_token, ...CLIENT };
        return repeat(connection, { path: "/token/introspection", form }, ({ body }) => body.includes('"active":true'));
      },
    },
  },
};
