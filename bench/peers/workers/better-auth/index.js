// better-auth as a Worker, with routes under /bench for what its API has no request for.
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";

const RESOURCES = ["https://api.bench.localhost"];

const optionsOf = (env, origin) => ({
  database: env.DB,
  baseURL: origin,
  secret: "a secret of the bench, which guards nothing at all",
  trustedOrigins: [origin],
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  // The oauth-provider plugin asks for this: /oauth2/token is its own.
  disabledPaths: ["/token"],
  session: { cookieCache: { enabled: env.COOKIE_CACHE !== undefined, maxAge: 300 } },
  plugins: [
    jwt({
      disableSettingJwtHeader: true,
      ...(env.KEY_ALGORITHM === undefined ? {} : { jwks: { keyPairConfig: { alg: env.KEY_ALGORITHM } } }),
    }),
    oauthProvider({
      loginPage: "/login",
      consentPage: "/consent",
      clientPrivileges: async () => true,
      resourcePrivileges: async () => true,
      resources: RESOURCES,
      scopes: ["openid", "profile", "email", "offline_access", "api:read"],
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});

/** Reads the resources from D1, so that the tables must be there. What it begins in one request must end there: it is made by the first it serves. */
async function makeAuth(env, origin) {
  const made = betterAuth(optionsOf(env, origin));
  await made.$context;
  return made;
}

async function makeClient(api, request) {
  const { redirectUri, scope, resource } = await request.json();
  const { headers } = request;
  const client = await api.adminCreateOAuthClient({
    headers,
    body: {
      client_name: "Bench",
      redirect_uris: [redirectUri],
      skip_consent: true,
      grant_types: ["authorization_code", "client_credentials", "refresh_token"],
      scope,
      client_credentials_scopes: ["api:read"],
      token_endpoint_auth_method: "client_secret_post",
    },
  });
  const params = { identifier: encodeURIComponent(resource), client_id: client.client_id };
  await api.adminLinkClientResource({ headers, params });
  return client;
}

let auth;

export default {
  async fetch(request, env) {
    const { origin, pathname } = new URL(request.url);
    if (pathname === "/ok") return new Response("ok");
    if (pathname === "/bench/tables") {
      const { runMigrations } = await getMigrations(optionsOf(env, origin));
      await runMigrations();
      return new Response("made");
    }
    if (pathname === "/bench/client") return Response.json(await makeClient(auth.api, request));
    auth ??= await makeAuth(env, origin);
    return auth.handler(request);
  },
};
