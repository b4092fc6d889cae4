import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type MadeClient, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";

const redirectUri = "http://rp.localhost:9/callback";
const scope = "openid email offline_access";

interface Case {
  readonly site: Site;
  readonly client: MadeClient;
  readonly isPublic: boolean;
  readonly wantsNonce: boolean;
  readonly email: string;
}

async function prepare(isPublic: boolean, wantsNonce: boolean, more: Record<string, unknown> = {}): Promise<Case> {
  const site = await makeSite("dpop", wantsNonce ? { dpop_nonce: "required" } : {});
  const client = await makeClient(site, {
    redirect_uris: [redirectUri],
    dpop_bound_access_tokens: true,
    first_party: true,
    ...(isPublic ? { type: "public" } : { token_endpoint_auth_method: "client_secret_basic" }),
    ...more,
  });
  const email = "delia@example.com";
  await makeUser(site, email);
  return { site, client, isPublic, wantsNonce, email };
}

/** What a signed-in browser is sent back with. */
async function respondTo({ site, email }: Case, address: URL): Promise<URL> {
  const body = JSON.stringify({ email, password });
  const headers = { "content-type": "application/json" };
  const entered = await localFetch(`${site.issuer}/api/auth/v1/login`, { method: "POST", headers, body });
  const cookie = entered.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  const response = await localFetch(address, { headers: { cookie } });
  return new URL(response.headers.get("location") ?? "about:blank");
}

const cases: [name: string, isPublic: boolean, wantsNonce: boolean][] = [
  ["a confidential client", false, false],
  ["a public client", true, false],
  ["a confidential client, the realm wanting nonces", false, true],
  ["a public client, the realm wanting nonces", true, true],
];

/** Notes how each request was answered. */
function watchedFetch() {
  const answers: string[] = [];
  const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await localFetch(url, init);
    answers.push(`${new URL(url).pathname} ${response.status}`);
    return response;
  };
  return { answers, fetch };
}

describe("openid-client, unmodified, with DPoP (RFC 9449)", () => {
  async function configure({ site, client, isPublic }: Case) {
    const { answers, fetch } = watchedFetch();
    const authentication = isPublic ? oidc.None() : oidc.ClientSecretBasic(client.client_secret);
    const configuration = await oidc.discovery(new URL(site.issuer), client.client_id, undefined, authentication, {
      execute: [oidc.allowInsecureRequests],
      [oidc.customFetch]: (url, options) => fetch(url, options as RequestInit),
    });
    answers.length = 0;
    return { configuration, answers };
  }

  it.each(cases)("signs in, reads claims and refreshes as %s", async (_name, isPublic, wantsNonce) => {
    const given = await prepare(isPublic, wantsNonce);
    const { configuration, answers } = await configure(given);
    const DPoP = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair());
    const verifier = oidc.randomPKCECodeVerifier();
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      dpop_jkt: await DPoP.calculateThumbprint(),
    });
    const back = await respondTo(given, address);
    const checks = { pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(configuration, back, checks, undefined, { DPoP });
    expect(tokens.token_type).toBe("dpop");
    const subject = tokens.claims()?.sub ?? "";
    const info = await oidc.fetchUserInfo(configuration, tokens.access_token, subject, { DPoP });
    expect(info).toMatchObject({ sub: subject, email: given.email });
    const refreshed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? "", undefined, { DPoP });
    expect(refreshed.token_type).toBe("dpop");
    expect((await oidc.fetchUserInfo(configuration, refreshed.access_token, subject, { DPoP })).sub).toBe(subject);
    // The first refusal says the nonce, and every answer keeps it fresh.
    const askedOnce = wantsNonce ? ["/token 400"] : [];
    expect(answers).toEqual([...askedOnce, "/token 200", "/userinfo 200", "/token 200", "/userinfo 200"]);

    await expect(oidc.fetchUserInfo(configuration, refreshed.access_token, subject)).rejects.toMatchObject({
      status: 401,
    });
    const otherKey = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair());
    const stolen = oidc.refreshTokenGrant(configuration, refreshed.refresh_token ?? "", undefined, { DPoP: otherKey });
    if (isPublic) await expect(stolen).rejects.toMatchObject({ error: "invalid_grant" });
    else expect((await stolen).token_type).toBe("dpop");
  });

  it.each([false, true])(
    "pushes its request with the proof that binds the code, nonces wanted: %s",
    async (wantsNonce) => {
      const given = await prepare(false, wantsNonce, { require_par: true });
      const { configuration, answers } = await configure(given);
      const DPoP = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair("Ed25519"));
      const verifier = oidc.randomPKCECodeVerifier();
      const parameters = {
        redirect_uri: redirectUri,
        scope,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      };
      const address = await oidc.buildAuthorizationUrlWithPAR(configuration, parameters, { DPoP });
      expect(address.searchParams.has("request_uri")).toBe(true);
      const back = await respondTo(given, address);
      const checks = { pkceCodeVerifier: verifier, idTokenExpected: true };
      const otherKey = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair());
      await expect(
        oidc.authorizationCodeGrant(configuration, back, checks, undefined, { DPoP: otherKey }),
      ).rejects.toMatchObject({ error: "invalid_grant" });
      const tokens = await oidc.authorizationCodeGrant(configuration, back, checks, undefined, { DPoP });
      expect(tokens.token_type).toBe("dpop");
      expect(answers).toEqual(
        wantsNonce
          ? ["/par 400", "/par 201", "/token 400", "/token 400", "/token 200"]
          : ["/par 201", "/token 400", "/token 200"],
      );
    },
  );
});

describe("oauth4webapi, unmodified, with DPoP (RFC 9449)", () => {
  /** As its documentation has it: once more when the server asks for its nonce. */
  async function retried<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return ask();
    }
  }

  it.each(cases)("signs in, reads claims and refreshes as %s", async (_name, isPublic, wantsNonce) => {
    const given = await prepare(isPublic, wantsNonce);
    const { answers, fetch } = watchedFetch();
    const options = {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (url: string, init: unknown) => fetch(url, init as RequestInit),
    };
    const issuer = new URL(given.site.issuer);
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    expect(server.dpop_signing_alg_values_supported).toContain("PS256");
    const client: oauth.Client = { client_id: given.client.client_id };
    const authentication = isPublic ? oauth.None() : oauth.ClientSecretBasic(given.client.client_secret);
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("PS256"));
    const proven = { ...options, DPoP };
    answers.length = 0;

    const verifier = oauth.generateRandomCodeVerifier();
    const address = new URL(server.authorization_endpoint ?? "");
    for (const [name, value] of Object.entries({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: "code",
      scope,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }))
      address.searchParams.set(name, value);
    const back = oauth.validateAuthResponse(server, client, await respondTo(given, address), oauth.expectNoState);

    const tokens = await retried(async () => {
      const grant = [server, client, authentication, back, redirectUri, verifier, proven] as const;
      const answer = await oauth.authorizationCodeGrantRequest(...grant);
      return oauth.processAuthorizationCodeResponse(server, client, answer, { requireIdToken: true });
    });
    expect(tokens.token_type).toBe("dpop");
    const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? "";
    const info = await retried(async () => {
      const answer = await oauth.userInfoRequest(server, client, tokens.access_token, proven);
      return oauth.processUserInfoResponse(server, client, subject, answer);
    });
    expect(info).toMatchObject({ sub: subject, email: given.email });
    const refreshed = await retried(async () => {
      const refreshToken = tokens.refresh_token ?? "";
      const answer = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, proven);
      return oauth.processRefreshTokenResponse(server, client, answer);
    });
    expect(refreshed.token_type).toBe("dpop");
    expect(answers).toEqual([...(wantsNonce ? ["/token 400"] : []), "/token 200", "/userinfo 200", "/token 200"]);
  });

  it("is told by UserInfo to use a nonce, in a challenge that it can read (RFC 9449 §9)", async () => {
    const { site, client } = await prepare(false, true, { grant_types: ["client_credentials"], scopes: ["openid"] });
    const issuer = new URL(site.issuer);
    const options = {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (url: string, init: unknown) => localFetch(url, init as RequestInit),
    };
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const asClient: oauth.Client = { client_id: client.client_id };
    const keys = await oauth.generateKeyPair("ES256");
    const authentication = oauth.ClientSecretBasic(client.client_secret);
    const proven = { ...options, DPoP: oauth.DPoP(asClient, keys) };
    const tokens = await retried(async () => {
      const answer = await oauth.clientCredentialsGrantRequest(server, asClient, authentication, {}, proven);
      return oauth.processClientCredentialsResponse(server, asClient, answer);
    });
    const newcomer = { ...options, DPoP: oauth.DPoP(asClient, keys) };
    const ask = async () => {
      const answer = await oauth.userInfoRequest(server, asClient, tokens.access_token, newcomer);
      return oauth.processUserInfoResponse(server, asClient, oauth.skipSubjectCheck, answer);
    };
    const asked = await ask().catch((error: unknown) => error);
    expect(oauth.isDPoPNonceError(asked)).toBe(true);
    await expect(ask()).rejects.toMatchObject({ status: 403 });
  });
});
