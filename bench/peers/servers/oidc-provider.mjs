// oidc-provider as a program: gets its port, and ends with whoever started it.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import { REDIRECT_URI } from "../../operations.mjs";
import { CLIENT, RESOURCE } from "../oidc-provider.mjs";

const SCOPE = "openid profile offline_access";
const port = Number(process.argv[2]);
const origin = `http://127.0.0.1:${port}`;

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const resourceServer = {
  scope: "api:read",
  audience: RESOURCE,
  accessTokenTTL: 3600,
  accessTokenFormat: "jwt",
  jwt: { sign: { alg: "ES256" } },
};

const provider = new Provider(origin, {
  clients: [
    {
      ...CLIENT,
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: "ES256",
      scope: `${SCOPE} api:read`,
    },
  ],
  jwks: { keys: [{ ...key, use: "sig", alg: "ES256", kid: "bench" }] },
  scopes: [...SCOPE.split(" "), "api:read"],
  claims: { profile: ["name"] },
  cookies: { keys: ["a key of the bench, which guards nothing at all"] },
  rotateRefreshToken: true,
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: "Reader" }) }),
  issueRefreshToken: async (_ctx, client, code) =>
    client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 60,
    ClientCredentials: 3600,
    Grant: 86_400,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => false,
      getResourceServerInfo: () => resourceServer,
    },
  },
});

/** The integrator's page: signs in whom the query names, and consents to everything. */
async function endInteraction(request, response) {
  const { session, grantId, params } = await provider.interactionDetails(request, response);
  const accountId = session?.accountId ?? new URL(request.url, origin).searchParams.get("reader");
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(SCOPE);
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  return endInteraction(request, response).catch((error) => response.writeHead(500).end(error.message));
});
server.listen(port, "127.0.0.1", () => process.send("listening"));
process.once("disconnect", () => process.exit());
