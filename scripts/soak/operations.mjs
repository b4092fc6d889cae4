// What the soak does all the time. An operation readies one connection and answers the step to repeat, which throws unless the
// answer is the right one for this very user, client, realm and request.
import { createHash, randomBytes } from "node:crypto";
import { UnexpectedAnswer } from "../../bench/lib/connection.mjs";
import {
  checkAccessToken,
  checkDiscovery,
  checkForeignIntrospection,
  checkIdToken,
  checkIntrospection,
  checkKeys,
  checkPerson,
  checkReturn,
  checkSession,
  checkUserInfo,
  WrongAnswer,
} from "./checks.mjs";

export const SCOPE = "openid profile email offline_access";

const cookie = (session) => ({ cookie: `qt-auth=${session}` });
const authentication = ({ id, secret }) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const random = () => randomBytes(18).toString("base64url");
const ask = async (connection, request) => (await connection.request(request)).json();

async function signIn(connection, context) {
  const { email, password } = context.user;
  const answer = await connection.request({ path: "/api/auth/v1/login", json: { email, password } });
  checkPerson(answer.json(), context);
  const session = answer.cookie("qt-auth");
  if (session === undefined) throw new WrongAnswer("no session");
  checkSession(session, context);
  return session;
}

/** From a signed-in browser to tokens, all of them looked at. */
async function redeemNewCode(connection, context, session) {
  const { client } = context;
  const [verifier, state, nonce] = [randomBytes(32).toString("base64url"), random(), random()];
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const request = { path: `/authorize?${query}`, headers: cookie(session) };
  const location = (await connection.request(request, 302)).header("location");
  const code = checkReturn(location, { ...context, state });
  const form = { grant_type: "authorization_code", code, redirect_uri: client.redirectUri, code_verifier: verifier };
  return askForTokens(connection, { ...context, nonce }, form);
}

async function askForTokens(connection, context, form) {
  const tokens = await ask(connection, { path: "/token", headers: authentication(context.client), form });
  checkAccessToken(tokens.access_token, { ...context, scope: SCOPE });
  checkIdToken(tokens.id_token, { ...context, accessToken: tokens.access_token });
  if (!tokens.refresh_token) throw new WrongAnswer("no refresh token");
  return tokens;
}

/** `restMs`: how long a connection rests between two steps: load, but no more than the machine can take. */
export const OPERATIONS = {
  discovery: {
    restMs: 20,
    start: (connection, context) => async () =>
      checkDiscovery(await ask(connection, { path: "/.well-known/openid-configuration" }), context),
  },
  jwks: {
    restMs: 20,
    start: (connection, context) => async () => checkKeys(await ask(connection, { path: "/jwks.json" }), context),
  },
  "client-credentials": {
    restMs: 40,
    start: (connection, context) => async () => {
      const request = {
        path: "/token",
        headers: authentication(context.client),
        form: { grant_type: "client_credentials" },
      };
      checkAccessToken((await ask(connection, request)).access_token, { ...context, user: null });
    },
  },
  "code-loop": {
    restMs: 80,
    start: async (connection, context) => {
      const session = await signIn(connection, context);
      return () => redeemNewCode(connection, context, session);
    },
  },
  refresh: {
    restMs: 40,
    start: async (connection, context) => {
      let { refresh_token } = await redeemNewCode(connection, context, await signIn(connection, context));
      return async () => {
        // An ID token that comes of a refresh has no nonce (OIDC Core §12.2).
        const tokens = await askForTokens(connection, context, { grant_type: "refresh_token", refresh_token });
        if (tokens.refresh_token === refresh_token) throw new WrongAnswer("the refresh token was not rotated");
        refresh_token = tokens.refresh_token;
      };
    },
  },
  userinfo: {
    restMs: 20,
    start: async (connection, context) => {
      const { access_token } = await redeemNewCode(connection, context, await signIn(connection, context));
      const request = { path: "/userinfo", headers: { authorization: `Bearer ${access_token}` } };
      return async () => checkUserInfo(await ask(connection, request), context);
    },
  },
  "users-me": {
    restMs: 20,
    start: async (connection, context) => {
      const request = { path: "/api/auth/v1/users/me", headers: cookie(await signIn(connection, context)) };
      return async () => checkPerson(await ask(connection, request), context);
    },
  },
  introspection: {
    restMs: 40,
    start: async (connection, context) => {
      const { access_token: token } = await redeemNewCode(connection, context, await signIn(connection, context));
      const asked = (client) => ({ path: "/introspect", headers: authentication(client), form: { token } });
      const [own, foreign] = [asked(context.client), asked(context.otherClient)];
      return async () => {
        checkIntrospection(await ask(connection, own), context);
        checkForeignIntrospection(await ask(connection, foreign));
      };
    },
  },
  "sign-in and out": {
    restMs: 400,
    start: (connection, context) => async () => {
      const headers = cookie(await signIn(connection, context));
      await connection.request({ method: "GET", path: "/api/auth/v1/logout", headers }, 204);
      const request = { path: "/api/auth/v1/users/me", headers };
      const answer = await connection.send(connection.encode(request));
      if (answer.status !== 403) throw new UnexpectedAnswer(request, answer);
    },
  },
};
