// What is measured. An operation is a function that readies one connection (signs in, gets a first token …) and returns
// the step to repeat. A step throws when the answer is not exactly what a client would want.
import { createHash, randomBytes } from "node:crypto";
import { UnexpectedAnswer } from "./lib/connection.mjs";

export const REDIRECT_URI = "https://app.bench.localhost/callback";
export const SCOPE = "openid profile email offline_access";

/** Sends one fixed request over and over, encoded once. */
function repeat(connection, request, isGood = () => true) {
  const encoded = connection.encode(request);
  return async () => {
    const answer = await connection.send(encoded);
    if (answer.status !== 200 || !isGood(answer)) throw new UnexpectedAnswer(request, answer);
  };
}

const clientAuthentication = ({ client }) => ({
  authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`,
});

/** From a signed-in browser to tokens: GET /authorize with the session cookie, then POST /token. */
async function redeemNewCode(connection, { realm, user }) {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: realm.client.id,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: "bench",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const headers = { cookie: `qt-auth=${user.session}` };
  const answer = await connection.request({ path: `/authorize?${query}`, headers }, 302);
  const code = new URL(answer.header("location")).searchParams.get("code");
  if (code === null) throw new UnexpectedAnswer({ path: "/authorize" }, answer);
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
      let { refresh_token } = await redeemNewCode(connection, context);
      return async () => {
        const tokens = await askForTokens(connection, context.realm, { grant_type: "refresh_token", refresh_token });
        if (tokens.refresh_token === refresh_token) throw new Error("the refresh token was not rotated");
        refresh_token = tokens.refresh_token;
      };
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
