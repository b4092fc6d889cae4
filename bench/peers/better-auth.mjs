// better-auth with its OAuth provider; everything lies in D1.
import { fetchCode, makeProof, repeat, rotate } from "../lib/steps.mjs";
import { REDIRECT_URI, SCOPE } from "../operations.mjs";

const BASE = "/api/auth";
const RESOURCE = "https://api.bench.localhost";
const SESSION_COOKIE = "better-auth.session_token";
const PASSWORD = "correct horse battery staple";

async function prepare(connection, { origin, userCount }) {
  await connection.request({ path: "/bench/tables", form: {} });
  const users = [];
  for (let index = 0; index < userCount; index += 1) {
    const user = { email: `reader-${index}@bench.localhost`, password: PASSWORD, name: `Reader ${index}` };
    const answer = await connection.request({ path: `${BASE}/sign-up/email`, headers: { origin }, json: user });
    users.push({ ...user, cookie: `${SESSION_COOKIE}=${answer.cookie(SESSION_COOKIE)}` });
  }
  const json = { redirectUri: REDIRECT_URI, scope: SCOPE, resource: RESOURCE };
  const answer = await connection.request({ path: "/bench/client", headers: { cookie: users[0].cookie }, json });
  const { client_id, client_secret } = answer.json();
  return { origin, users, credentials: { client_id, client_secret } };
}

async function askForTokens(connection, { credentials }, form) {
  const tokens = (await connection.request({ path: `${BASE}/oauth2/token`, form: { ...form, ...credentials } })).json();
  if (!tokens.access_token || !tokens.refresh_token) throw new Error(`no tokens for a ${form.grant_type}`);
  return tokens;
}

async function redeemNewCode(connection, { realm, user }) {
  const { verifier, challenge } = makeProof();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: realm.credentials.client_id,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: "from-the-bench",
    ...challenge,
  });
  const headers = { cookie: user.cookie };
  const code = await fetchCode(connection, { path: `${BASE}/oauth2/authorize?${query}`, headers });
  const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
  const tokens = await askForTokens(connection, realm, form);
  if (!tokens.id_token) throw new Error("no ID token for a code");
  return tokens;
}

export default {
  about: "a Worker with D1; jwt and oauth-provider plugins, its rate limit off; its first 200 is a route beside it",
  packages: ["better-auth", "@better-auth/oauth-provider"],
  worker: "workers/better-auth/wrangler.toml",
  probe: "/ok",
  prepare,
  operations: {
    discovery: {
      start: (connection) =>
        repeat(connection, { path: `${BASE}/.well-known/openid-configuration` }, ({ body }) =>
          body.includes('"issuer"'),
        ),
    },
    jwks: {
      note: "read from D1 each time",
      start: (connection) => repeat(connection, { path: `${BASE}/jwks` }, ({ body }) => body.includes('"kid"')),
    },
    "client-credentials": {
      note: "a JWT by EdDSA",
      start: (connection, { realm }) => {
        const form = { grant_type: "client_credentials", scope: "api:read", resource: RESOURCE, ...realm.credentials };
        const request = { path: `${BASE}/oauth2/token`, form };
        return repeat(connection, request, ({ body }) => body.includes('"access_token":"eyJ'));
      },
    },
    "code-loop": {
      requests: 2,
      note: "the access token is opaque",
      start: (connection, context) => () => redeemNewCode(connection, context),
    },
    refresh: {
      note: "the access token is opaque",
      start: async (connection, context) => {
        const { refresh_token } = await redeemNewCode(connection, context);
        const trade = (token) =>
          askForTokens(connection, context.realm, { grant_type: "refresh_token", refresh_token: token });
        return rotate(refresh_token, trade);
      },
    },
    "users-me": {
      note: "GET /get-session with the cookie",
      start: (connection, { user }) => {
        const request = { path: `${BASE}/get-session`, headers: { cookie: user.cookie } };
        return repeat(connection, request, ({ body }) => body.includes(user.email));
      },
    },
    introspection: {
      note: "of an opaque token",
      start: async (connection, context) => {
        const { access_token } = await redeemNewCode(connection, context);
        const form = { token: access_token, token_type_hint: "access_token", ...context.realm.credentials };
        const request = { path: `${BASE}/oauth2/introspect`, form };
        return repeat(connection, request, ({ body }) => body.includes('"active":true'));
      },
    },
    "password-sign-in": {
      note: "scrypt, N = 16384, r = 16",
      start: (connection, { realm, user: { email, password } }) => {
        const request = { path: `${BASE}/sign-in/email`, headers: { origin: realm.origin }, json: { email, password } };
        return repeat(connection, request, ({ body }) => body.includes('"token"'));
      },
    },
  },
};
