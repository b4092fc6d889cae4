// What is measured. An operation is a function that readies one connection (signs in, gets a first token …) and returns
// the step to repeat. A step throws when the answer is not exactly what a client would want.
import { basic, fetchCode, makeProof, repeat, rotate } from "./lib/steps.mjs";

export const REDIRECT_URI = "https://app.bench.localhost/callback";
export const SCOPE = "openid profile email offline_access";

const clientAuthentication = ({ client }) => ({ authorization: basic(client) });

/** From a signed-in browser to tokens: GET /authorize with the session cookie, then POST /token. */
async function redeemNewCode(connection, { realm, user }) {
  const { verifier, challenge } = makeProof();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: realm.client.id,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: "bench",
    ...challenge,
  });
  const headers = { cookie: `qt-auth=${user.session}` };
  const code = await fetchCode(connection, { path: `/authorize?${query}`, headers });
  const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
  const tokens = await askForTokens(connection, realm, form);
  if (!tokens.id_token) throw new Error("no ID token for a code");
  return tokens;
}

async function askForTokens(connection, realm, form) {
  const request = { path: "/token", headers: clientAuthentication(realm), form };
  const tokens = (await connection.request(request)).json();
  if (!tokens.access_token || !tokens.refresh_token) throw new Error(`no tokens for a ${form.grant_type}`);
  return tokens;
}

/**
 * `requests`: how many make one step. `connections`: how many at once, where the option does not decide. `target`: the least share of the floor's rate (`ofFloor`), or the most CPU as a
 * multiple of one bare password hash (`hashes`).
 */
export const OPERATIONS = {
  discovery: {
    target: { ofFloor: 0.85 },
    start: (connection) =>
      repeat(connection, { path: "/.well-known/openid-configuration" }, ({ body }) => body.includes('"issuer"')),
  },
  jwks: {
    target: { ofFloor: 0.85 },
    start: (connection) => repeat(connection, { path: "/jwks.json" }, ({ body }) => body.includes('"kid"')),
  },
  "client-credentials": {
    target: { ofFloor: 0.4 },
    start: (connection, { realm }) =>
      repeat(
        connection,
        { path: "/token", headers: clientAuthentication(realm), form: { grant_type: "client_credentials" } },
        ({ body }) => body.includes('"access_token":"eyJ'),
      ),
  },
  "code-loop": {
    requests: 2,
    target: { ofFloor: 0.033 },
    start: (connection, context) => () => redeemNewCode(connection, context),
  },
  refresh: {
    target: { ofFloor: 0.18 },
    start: async (connection, context) => {
      const { refresh_token } = await redeemNewCode(connection, context);
      return rotate(refresh_token, (token) =>
        askForTokens(connection, context.realm, { grant_type: "refresh_token", refresh_token: token }),
      );
    },
  },
  "users-me": {
    target: { ofFloor: 0.24 },
    start: (connection, { user }) => {
      const headers = { cookie: `qt-auth=${user.session}` };
      return repeat(connection, { path: "/api/auth/v1/users/me", headers }, ({ body }) => body.includes(user.email));
    },
  },
  introspection: {
    target: { ofFloor: 0.2 },
    start: async (connection, context) => {
      const { access_token } = await redeemNewCode(connection, context);
      const request = {
        path: "/introspect",
        headers: clientAuthentication(context.realm),
        form: { token: access_token },
      };
      return repeat(connection, request, ({ body }) => body.includes('"active":true'));
    },
  },
  "password-sign-in": {
    // Hashes run one after another. With many waiting, a run would end in the middle of most of them.
    connections: 2,
    target: { hashes: 1.15 },
    start: (connection, { user }) => {
      const json = { email: user.email, password: user.password };
      const isGood = (answer) => answer.cookie("qt-auth") !== undefined;
      return repeat(connection, { path: "/api/auth/v1/login", json }, isGood);
    },
  },
};

/** What operations are held against; each is a Worker of its own under `workers/`. */
export const BASELINES = {
  floor: { start: (connection) => repeat(connection, { path: "/ok" }) },
  argon2: { start: (connection) => repeat(connection, { path: "/" }) },
};
