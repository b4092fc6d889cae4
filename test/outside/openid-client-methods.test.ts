import * as oidc from "openid-client";
import type { BrowserContext } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { signInOnPage } from "./support/pages.ts";

const redirectUri = "http://rp.localhost:9/callback";
const email = "ozzy@example.com";
const chromium = useChromium();

let site: Site;
beforeAll(async () => {
  site = await makeSite("methods");
  await makeUser(site, email);
});

/** A relying party as its operator registers it and as its programmer sets it up. */
interface Party {
  readonly clientId: string;
  readonly configuration: oidc.Configuration;
}

async function party(
  body: Record<string, unknown>,
  authentication: (secret: string) => oidc.ClientAuth,
): Promise<Party> {
  const client = await makeClient(site, { redirect_uris: [redirectUri], first_party: true, ...body });
  const configuration = await oidc.discovery(
    new URL(site.issuer),
    client.client_id,
    undefined,
    authentication(client.client_secret),
    {
      execute: [oidc.allowInsecureRequests],
      [oidc.customFetch]: (url, options) => localFetch(url, options as RequestInit),
    },
  );
  return { clientId: client.client_id, configuration };
}

const keyKinds = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  PS256: { name: "RSA-PSS", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
} as const;

/** A party that signs assertions with a key of its own making. */
async function signingParty(kind: keyof typeof keyKinds, body: Record<string, unknown> = {}): Promise<Party> {
  const pair = (await crypto.subtle.generateKey(keyKinds[kind], false, ["sign", "verify"])) as CryptoKeyPair;
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwks = { keys: [{ kty, crv, x, y, n, e, kid: `${kind}-1`, use: "sig" }] };
  return party({ token_endpoint_auth_method: "private_key_jwt", jwks, ...body }, () =>
    oidc.PrivateKeyJwt({ key: pair.privateKey, kid: `${kind}-1` }),
  );
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** Through the browser and back, plainly or by a pushed request, with proofs of possession when asked for. */
async function signIn(
  { configuration }: Party,
  context: BrowserContext,
  { pushed = false, proofs }: { pushed?: boolean; proofs?: oidc.DPoPHandle } = {},
): Promise<{ tokens: Tokens; address: URL }> {
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const parameters = {
    redirect_uri: redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  };
  const options = proofs === undefined ? {} : { DPoP: proofs };
  const address = pushed
    ? await oidc.buildAuthorizationUrlWithPAR(configuration, parameters, options)
    : oidc.buildAuthorizationUrl(configuration, parameters);
  const back = await signInOnPage(context, address.href, email, password, redirectUri);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  const tokens = await oidc.authorizationCodeGrant(configuration, back, checks, undefined, options);
  return { tokens, address };
}

/** All that a party does with its tokens: claims, refresh, and, where it can prove who it is, introspection and revocation. */
async function use(
  { clientId, configuration }: Party,
  tokens: Tokens,
  { proofs, introspects }: { proofs?: oidc.DPoPHandle; introspects: boolean },
): Promise<void> {
  const options = proofs === undefined ? {} : { DPoP: proofs };
  const subject = tokens.claims()?.sub ?? "";
  expect(tokens.claims()).toMatchObject({ iss: site.issuer, aud: clientId });
  const claims = await oidc.fetchUserInfo(configuration, tokens.access_token, subject, options);
  expect(claims).toMatchObject({ sub: subject, email, name: "Olive Outside" });
  const refreshed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? "", undefined, options);
  expect(refreshed.token_type).toBe(proofs === undefined ? "bearer" : "dpop");
  const isActive = async () => (await oidc.tokenIntrospection(configuration, refreshed.access_token)).active;
  if (introspects) expect(await isActive()).toBe(true);
  await oidc.tokenRevocation(configuration, refreshed.refresh_token ?? "");
  if (introspects) expect(await isActive()).toBe(false);
  const again = oidc.refreshTokenGrant(configuration, refreshed.refresh_token ?? "", undefined, options);
  await expect(again).rejects.toMatchObject({ error: "invalid_grant" });
}

describe("openid-client, unmodified, authenticates by", () => {
  const methods: [string, () => Promise<Party>][] = [
    [
      "client_secret_basic",
      () => party({ token_endpoint_auth_method: "client_secret_basic" }, (secret) => oidc.ClientSecretBasic(secret)),
    ],
    [
      "client_secret_post",
      () => party({ token_endpoint_auth_method: "client_secret_post" }, (secret) => oidc.ClientSecretPost(secret)),
    ],
    ["none", () => party({ type: "public" }, () => oidc.None())],
    ["private_key_jwt with ES256", () => signingParty("ES256")],
    ["private_key_jwt with PS256", () => signingParty("PS256")],
    ["private_key_jwt with EdDSA", () => signingParty("EdDSA")],
  ];

  it.each(methods)("%s, plainly and with pushed requests (RFC 9126)", async (name, make) => {
    const own = await make();
    const context = await chromium.context();
    for (const pushed of [false, true]) {
      const { tokens, address } = await signIn(own, context, { pushed });
      if (pushed) expect([...address.searchParams.keys()].toSorted()).toEqual(["client_id", "request_uri"]);
      await use(own, tokens, { introspects: name !== "none" });
    }
    await context.close();
  });
});

describe("openid-client, unmodified, proves possession of a key (RFC 9449)", () => {
  it.each([
    ["a client of the FAPI 2.0 Security Profile", { profile: "fapi2", token_endpoint_auth_method: undefined }],
    ["a client that has all its parts", { require_par: true, dpop_bound_access_tokens: true }],
  ])("as %s, with pushed requests and private_key_jwt", async (_name, body) => {
    const own = await signingParty("ES256", body);
    const context = await chromium.context();
    const proofs = oidc.getDPoPHandle(own.configuration, await oidc.randomDPoPKeyPair());
    const { tokens } = await signIn(own, context, { pushed: true, proofs });
    expect(tokens.token_type).toBe("dpop");
    await use(own, tokens, { proofs, introspects: true });
    await context.close();
  });

  it("and is refused without proofs, and without a pushed request, where these are required", async () => {
    const own = await signingParty("PS256", { profile: "fapi2" });
    const context = await chromium.context();
    await expect(signIn(own, context, { pushed: true })).rejects.toMatchObject({ error: "invalid_dpop_proof" });
    await expect(signIn(own, context)).rejects.toMatchObject({ error: "invalid_request" });
    await context.close();
  });
});
