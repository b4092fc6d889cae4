// Cloudflare's OAuth provider for Workers; everything lies in KV. It issues tokens and leaves people to the integrator.
import { randomUUID } from "node:crypto";
import { basic, fetchCode, makeProof, repeat, rotate } from "../lib/steps.mjs";
import { REDIRECT_URI } from "../operations.mjs";

const METADATA = "/.well-known/oauth-authorization-server";

async function prepare(connection, { origin }) {
  const { clientId, clientSecret } = (
    await connection.request({ path: "/bench/client", json: { redirectUri: REDIRECT_URI } })
  ).json();
  return { users: [], resource: `${origin}/api`, client: { id: clientId, secret: clientSecret } };
}

async function askForTokens(connection, { client }, form) {
  const request = { path: "/oauth/token", headers: { authorization: basic(client) }, form };
  const tokens = (await connection.request(request)).json();
  if (!tokens.access_token || !tokens.refresh_token) throw new Error(`no tokens for a ${form.grant_type}`);
  return tokens;
}

async function redeemNewCode(connection, realm, reader) {
  const { verifier, challenge } = makeProof();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: realm.client.id,
    redirect_uri: REDIRECT_URI,
    scope: "openid profile",
    state: "bench",
    resource: realm.resource,
    login_hint: reader,
    ...challenge,
  });
  const code = await fetchCode(connection, { path: `/authorize?${query}` });
  const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
  return askForTokens(connection, realm, form);
}

// A code for somebody withdraws the tokens that he had before, one call of KV each: every connection has a reader of its own, in every run.
export default {
  about: "a Worker with KV; opaque tokens only, no keys, no passwords",
  packages: ["@cloudflare/workers-oauth-provider"],
  worker: "workers/workers-oauth-provider/wrangler.toml",
  probe: METADATA,
  prepare,
  operations: {
    discovery: {
      note: METADATA,
      start: (connection) => repeat(connection, { path: METADATA }, ({ body }) => body.includes('"issuer"')),
    },
    "code-loop": {
      requests: 2,
      note: "without a session or an ID token: whoever asks is signed in",
      start: (connection, { realm }) => {
        const reader = randomUUID();
        return () => redeemNewCode(connection, realm, reader);
      },
    },
    refresh: {
      note: "no ID token",
      start: async (connection, { realm }) => {
        const { refresh_token } = await redeemNewCode(connection, realm, randomUUID());
        const trade = (token) => askForTokens(connection, realm, { grant_type: "refresh_token", refresh_token: token });
        return rotate(refresh_token, trade);
      },
    },
    "users-me": {
      note: "a route of the integrator behind its check of the token",
      start: async (connection, { realm }) => {
        const { access_token } = await redeemNewCode(connection, realm, randomUUID());
        const request = { path: "/api/me", headers: { authorization: `Bearer ${access_token}` } };
        return repeat(connection, request, ({ body }) => body.includes("@bench.localhost"));
      },
    },
  },
};
