// OpenAuth's issuer; everything lies in KV. Its providers sign people in: one of the bench's own without asking, and its password provider.
import { cookieHeader, fetchCode, makeProof, nextPath, repeat, rotate } from "../lib/steps.mjs";
import { REDIRECT_URI } from "../operations.mjs";

const CLIENT = { client_id: "bench", client_secret: "a secret of the bench, which guards nothing at all" };
const READER = { email: "reader@bench.localhost", password: "correct horse battery staple" };

async function beginSignIn(connection, provider) {
  const { verifier, challenge } = makeProof();
  const query = new URLSearchParams({
    provider,
    response_type: "code",
    client_id: CLIENT.client_id,
    redirect_uri: REDIRECT_URI,
    state: "bench",
    ...challenge,
  });
  const answer = await connection.request({ path: `/authorize?${query}` }, 302);
  return { verifier, path: nextPath(answer), cookies: answer.cookies() };
}

async function redeemNewCode(connection) {
  const { verifier, path, cookies } = await beginSignIn(connection, "instant");
  const code = await fetchCode(connection, { path, headers: { cookie: cookieHeader(cookies) } });
  const { client_id } = CLIENT;
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT_URI,
    client_id,
    code_verifier: verifier,
  };
  return askForTokens(connection, form);
}

async function askForTokens(connection, form) {
  const tokens = (await connection.request({ path: "/token", form })).json();
  if (!tokens.access_token || !tokens.refresh_token) throw new Error(`no tokens for a ${form.grant_type}`);
  return tokens;
}

/** The steps of the password provider's registration, the code by mail included. */
async function prepare(connection) {
  let { cookies } = await beginSignIn(connection, "password");
  const register = async (form, status) => {
    const request = { path: "/password/register", headers: { cookie: cookieHeader(cookies) }, form };
    const answer = await connection.request(request, status);
    cookies = { ...cookies, ...answer.cookies() };
  };
  await register(undefined, 200);
  await register({ action: "register", ...READER, repeat: READER.password }, 200);
  const code = (await connection.request({ path: "/bench/code" })).body;
  await register({ action: "verify", code }, 302);
  return { users: [] };
}

export default {
  about: "a Worker with KV; one issuer for all requests, its log of requests off",
  packages: ["@openauthjs/openauth"],
  worker: "workers/openauth/wrangler.toml",
  vars: { CLIENT_SECRET: CLIENT.client_secret },
  probe: "/.well-known/oauth-authorization-server",
  prepare,
  operations: {
    discovery: {
      note: "/.well-known/oauth-authorization-server",
      start: (connection) =>
        repeat(connection, { path: "/.well-known/oauth-authorization-server" }, ({ body }) =>
          body.includes('"issuer"'),
        ),
    },
    jwks: {
      start: (connection) =>
        repeat(connection, { path: "/.well-known/jwks.json" }, ({ body }) => body.includes('"kid"')),
    },
    "client-credentials": {
      note: "the secret is compared by the integrator's code; gives a refresh token too",
      start: (connection) => {
        const form = { grant_type: "client_credentials", provider: "instant", ...CLIENT };
        return repeat(connection, { path: "/token", form }, ({ body }) => body.includes('"access_token":"eyJ'));
      },
    },
    "code-loop": {
      requests: 3,
      note: "three requests, without a session that was there before, a client's secret, or an ID token",
      start: (connection) => () => redeemNewCode(connection),
    },
    refresh: {
      note: "no ID token; an old refresh token is good for another minute",
      start: async (connection) => {
        const { refresh_token } = await redeemNewCode(connection);
        return rotate(refresh_token, (token) =>
          askForTokens(connection, { grant_type: "refresh_token", refresh_token: token }),
        );
      },
    },
    "users-me": {
      note: "it has no such endpoint: a route beside it that verifies the token with its client",
      start: async (connection) => {
        const { access_token } = await redeemNewCode(connection);
        const request = { path: "/bench/me", headers: { authorization: `Bearer ${access_token}` } };
        return repeat(connection, request, ({ body }) => body.includes("@bench.localhost"));
      },
    },
    "password-sign-in": {
      note: "scrypt, N = 16384, r = 8; answers with a code",
      start: async (connection) => {
        const { cookies } = await beginSignIn(connection, "password");
        const request = { path: "/password/authorize", headers: { cookie: cookieHeader(cookies) }, form: READER };
        return repeat(connection, request, (answer) => answer.header("location").includes("code="), 302);
      },
    },
  },
};
