import * as oauth from "oauth4webapi";
import { expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { makeClient, makeSite, makeUser, password } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { signInOnPage } from "./support/pages.ts";

const redirectUri = "http://rp.localhost:9/callback";
const chromium = useChromium();

const options = {
  [oauth.allowInsecureRequests]: true,
  [oauth.customFetch]: (url: string, init: unknown) => localFetch(url, init as RequestInit),
};

it("oauth4webapi, unmodified, goes through discovery, code with PKCE, userinfo, refresh, introspection and revocation", async () => {
  const site = await makeSite("oauth4webapi");
  const registered = await makeClient(site, {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: "client_secret_basic",
  });
  await makeUser(site, "oscar@example.com");
  const issuer = new URL(site.issuer);
  for (const algorithm of ["oidc", "oauth2"] as const)
    await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...options, algorithm }));
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));

  const client: oauth.Client = { client_id: registered.client_id };
  const authentication = oauth.ClientSecretBasic(registered.client_secret);
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const address = new URL(server.authorization_endpoint ?? "");
  for (const [name, value] of Object.entries({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  }))
    address.searchParams.set(name, value);

  const context = await chromium.context();
  const back = await signInOnPage(context, address.href, "oscar@example.com", password, redirectUri);
  await context.close();
  const parameters = oauth.validateAuthResponse(server, client, back, state);

  const codeAnswer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    redirectUri,
    verifier,
    options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, codeAnswer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, codeAnswer, options);
  const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? "";

  const info = await oauth.userInfoRequest(server, client, tokens.access_token, options);
  expect(await oauth.processUserInfoResponse(server, client, subject, info)).toMatchObject({
    email: "oscar@example.com",
  });

  const refreshAnswer = await oauth.refreshTokenGrantRequest(
    server,
    client,
    authentication,
    tokens.refresh_token ?? "",
    options,
  );
  const refreshed = await oauth.processRefreshTokenResponse(server, client, refreshAnswer);
  expect(refreshed.access_token).not.toBe(tokens.access_token);

  const asked = await oauth.introspectionRequest(server, client, authentication, refreshed.access_token, options);
  expect(await oauth.processIntrospectionResponse(server, client, asked)).toMatchObject({ active: true, sub: subject });

  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, client, authentication, refreshed.refresh_token ?? "", options),
  );
  const again = await oauth.introspectionRequest(server, client, authentication, refreshed.access_token, options);
  expect(await oauth.processIntrospectionResponse(server, client, again)).toEqual({ active: false });
});
