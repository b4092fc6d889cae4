import * as oidc from "openid-client";
import type { BrowserContext } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type MadeClient, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { signInOnPage } from "./support/pages.ts";

const redirectUri = "http://rp.localhost:9/callback";
const afterSignOut = "http://rp.localhost:9/bye";
const chromium = useChromium();

let site: Site;
let basic: MadeClient;
let post: MadeClient;
let publicClient: MadeClient;

beforeAll(async () => {
  site = await makeSite("oidc");
  const common = { redirect_uris: [redirectUri], post_logout_redirect_uris: [afterSignOut] };
  basic = await makeClient(site, {
    ...common,
    name: "Basic partner",
    token_endpoint_auth_method: "client_secret_basic",
  });
  post = await makeClient(site, {
    ...common,
    token_endpoint_auth_method: "client_secret_post",
    id_token_signed_response_alg: "RS256",
  });
  publicClient = await makeClient(site, { ...common, type: "public" });
  await makeUser(site, "olive@example.com");
});

function discover(client: MadeClient, authentication: oidc.ClientAuth): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(site.issuer), client.client_id, client.client_secret, authentication, {
    execute: [oidc.allowInsecureRequests],
    [oidc.customFetch]: (url, options) => localFetch(url, options as RequestInit),
  });
}

/** What a relying party does, with a person in a real browser in the middle. */
async function signIn(configuration: oidc.Configuration, context: BrowserContext, email: string) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const address = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const back = await signInOnPage(context, address.href, email, password, redirectUri);
  return oidc.authorizationCodeGrant(configuration, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
}

describe.each([
  [
    "client_secret_basic and ES256",
    () => ({ client: basic, authentication: oidc.ClientSecretBasic(basic.client_secret) }),
  ],
  ["client_secret_post and RS256", () => ({ client: post, authentication: oidc.ClientSecretPost(post.client_secret) })],
  ["no secret", () => ({ client: publicClient, authentication: oidc.None() })],
])("openid-client, unmodified, with %s", (_name, given) => {
  it("signs a person in, refreshes, reads claims, revokes and signs out", async () => {
    const { client, authentication } = given();
    const configuration = await discover(client, authentication);
    const context = await chromium.context();

    const tokens = await signIn(configuration, context, "olive@example.com");
    const claims = tokens.claims();
    expect(claims).toMatchObject({ iss: site.issuer, aud: client.client_id });
    expect(tokens.scope?.split(" ").toSorted()).toEqual(["email", "offline_access", "openid", "profile"]);

    const subject = claims?.sub ?? "";
    const info = await oidc.fetchUserInfo(configuration, tokens.access_token, subject);
    expect(info).toMatchObject({
      sub: subject,
      name: "Olive Outside",
      email: "olive@example.com",
      email_verified: true,
    });

    const refreshed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? "");
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect(refreshed.claims()?.sub).toBe(subject);

    await oidc.tokenRevocation(configuration, refreshed.refresh_token ?? "");
    await expect(oidc.refreshTokenGrant(configuration, refreshed.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
    await expect(oidc.fetchUserInfo(configuration, refreshed.access_token, subject)).rejects.toMatchObject({
      status: 401,
    });

    const out = oidc.buildEndSessionUrl(configuration, {
      id_token_hint: tokens.id_token ?? "",
      post_logout_redirect_uri: afterSignOut,
      state: "gone",
    });
    const page = await context.newPage();
    const arrival = page.waitForRequest((request) => request.url().startsWith(afterSignOut));
    await page.goto(out.href).catch(() => undefined);
    expect((await arrival).url()).toBe(`${afterSignOut}?state=gone`);
    const me = await (await context.newPage()).goto(`${site.issuer}/api/auth/v1/users/me`);
    expect(me?.status()).toBe(403);
    await context.close();
  });
});

describe("openid-client, unmodified", () => {
  it("asks whether tokens are alive (RFC 7662)", async () => {
    const configuration = await discover(basic, oidc.ClientSecretBasic(basic.client_secret));
    const context = await chromium.context();
    const tokens = await signIn(configuration, context, "olive@example.com");
    expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({
      active: true,
      client_id: basic.client_id,
    });
    await oidc.tokenRevocation(configuration, tokens.access_token);
    expect(await oidc.tokenIntrospection(configuration, tokens.access_token)).toEqual({ active: false });
    await context.close();
  });

  it("acts for itself by client_credentials (RFC 6749 §4.4)", async () => {
    const own = await makeClient(site, { grant_types: ["client_credentials"], scopes: ["articles:read"] });
    const configuration = await discover(own, oidc.ClientSecretBasic(own.client_secret));
    const tokens = await oidc.clientCredentialsGrant(configuration, { scope: "articles:read" });
    expect(tokens).toMatchObject({ scope: "articles:read" });
    expect(tokens.refresh_token).toBeUndefined();
  });
});
