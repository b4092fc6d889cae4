import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  assertionFields,
  type ClientKey,
  makeAssertion,
  makeKey,
  makeSigningClient,
  nowSeconds,
  postSigned,
} from "../support/assertions.ts";
import { bareTokenRequest, expectOAuthError, redemption, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { basicAuth, formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

const machine = { grant_types: ["client_credentials"], scopes: ["reports"] };
const grant = { grant_type: "client_credentials" };

let context: RealmContext;
let key: ClientKey;
let client: TestClient;
beforeAll(async () => {
  // Many wrong assertions in a minute: the limit for them is not what is tried here.
  context = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 10_000 } });
  key = await makeKey("ES256");
  client = await makeSigningClient(context, key, machine);
});

const present = (assertion: string, fields: Record<string, string | undefined> = {}): Promise<Response> =>
  bareTokenRequest(context, { ...grant, ...assertionFields(assertion), ...fields });

describe("TOK-08 private_key_jwt proves who the client is (RFC 7523 §2.2, OIDC Core §9)", () => {
  it.each(["ES256", "PS256", "RS256", "EdDSA", "Ed25519"] as const)("with %s", async (alg) => {
    const own = await makeKey(alg);
    const signer = await makeSigningClient(context, own, machine);
    await tokenAnswer(await postSigned(context, signer, own, "/token", grant));
  });

  it("with client_id beside it, as long as the two agree (RFC 7521 §4.2)", async () => {
    await tokenAnswer(await present(await makeAssertion(context, client, key), { client_id: client.clientId }));
    const other = await makeSigningClient(context, key, machine);
    const disagreeing = await present(await makeAssertion(context, client, key), { client_id: other.clientId });
    await expectOAuthError(disagreeing, 401, "invalid_client");
  });

  it("with any of several keys, named by kid or tried one by one (RFC 7517 §4.5)", async () => {
    const [old, next] = [await makeKey("ES256"), await makeKey("ES256")];
    const keys = [old.publicJwk, next.publicJwk, (await makeKey("PS256")).publicJwk];
    const signer = await makeSigningClient(context, old, { ...machine, jwks: { keys } });
    for (const used of [old, next])
      for (const header of [{}, { kid: undefined }])
        await tokenAnswer(await present(await makeAssertion(context, signer, used, {}, header)));
    const nameless = keys.map(({ kid: _, ...jwk }) => jwk);
    const plain = await makeSigningClient(context, old, { ...machine, jwks: { keys: nameless } });
    await tokenAnswer(await present(await makeAssertion(context, plain, next)));
  });

  it.each([
    ["the issuer", (issuer: string) => issuer],
    ["the issuer alone in a list", (issuer: string) => [issuer]],
    ["the token endpoint", (issuer: string) => `${issuer}/token`],
    ["one of its other addresses", (issuer: string) => `${issuer}/v1/token`],
    ["the pushed request endpoint", (issuer: string) => [`${issuer}/par`]],
  ])("with %s as audience (RFC 7523 §3, RFC 9126 §2)", async (_name, audience) => {
    const aud = audience(context.realm.issuer);
    await tokenAnswer(await present(await makeAssertion(context, client, key, { aud })));
  });

  it("PAR-10 with a clock 10 s ahead of ours, and for five minutes", async () => {
    const ahead = { nbf: nowSeconds() + 10, iat: nowSeconds() + 10 };
    await tokenAnswer(await present(await makeAssertion(context, client, key, ahead)));
    await tokenAnswer(await present(await makeAssertion(context, client, key, { exp: nowSeconds() + 300 })));
    await tokenAnswer(await present(await makeAssertion(context, client, key, { iat: undefined })));
    await tokenAnswer(
      await present(await makeAssertion(context, client, key, {}, { typ: "client-authentication+jwt" })),
    );
  });

  it("at every endpoint that asks who the client is", async () => {
    const signer = await makeSigningClient(context, key);
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, signer, cookie);
    const tokens = await tokenAnswer(
      await postSigned(context, signer, key, "/token", redemption(signer, code, verifier)),
    );
    const token = { token: tokens.access_token };
    const before = await postSigned(context, signer, key, "/introspect", token);
    expect(await before.json()).toMatchObject({ active: true, client_id: signer.clientId });
    expect((await postSigned(context, signer, key, "/revoke", token)).status).toBe(200);
    const after = await postSigned(context, signer, key, "/introspect", token);
    expect(await after.json()).toEqual({ active: false });
    for (const prefix of ["/v1", "/api/auth/v1/oauth"])
      expect((await postSigned(context, client, key, `${prefix}/token`, grant)).status).toBe(200);
  });
});

describe("TOK-08 an assertion counts once (RFC 7523 §3, CVE-2020-15222)", () => {
  it("whichever endpoint it comes to", async () => {
    const assertion = await makeAssertion(context, client, key);
    await tokenAnswer(await present(assertion));
    await expectOAuthError(await present(assertion), 401, "invalid_client");
    const elsewhere = await request(
      `${context.realm.issuer}/revoke`,
      formBody({ token: "x", ...assertionFields(assertion) }),
    );
    await expectOAuthError(elsewhere, 401, "invalid_client");
  });

  it("whatever else has changed around its jti", async () => {
    const jti = "the same name";
    await tokenAnswer(await present(await makeAssertion(context, client, key, { jti })));
    const again = await makeAssertion(context, client, key, { jti, exp: nowSeconds() + 200 });
    await expectOAuthError(await present(again), 401, "invalid_client");
  });

  it("and lets one of fifty at once through", async () => {
    const assertion = await makeAssertion(context, client, key);
    const answers = await Promise.all(Array.from({ length: 50 }, () => present(assertion)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(49).fill(401)]);
  });

  it("for its own client: another one may use the same jti", async () => {
    const other = await makeSigningClient(context, key, machine);
    const jti = "a name that two clients use";
    for (const signer of [client, other])
      await tokenAnswer(await present(await makeAssertion(context, signer, key, { jti })));
  });

  it("and a refused one is not used up by others who know its jti", async () => {
    const jti = "a name that leaked";
    const stranger = await makeKey("ES256", key.publicJwk.kid);
    await expectOAuthError(
      await present(await makeAssertion(context, client, stranger, { jti })),
      401,
      "invalid_client",
    );
    await tokenAnswer(await present(await makeAssertion(context, client, key, { jti })));
  });
});

describe("TOK-05 one way of authentication, the registered one (RFC 6749 §2.3)", () => {
  it("refuses an assertion together with a secret, in the header or in the body", async () => {
    const fields = assertionFields(await makeAssertion(context, client, key));
    const init = formBody({ ...grant, ...fields });
    const headers = { ...init.headers, authorization: basicAuth(client) };
    const inHeader = await request(`${context.realm.issuer}/token`, { ...init, headers });
    await expectOAuthError(inHeader, 400, "invalid_request");
    const inBody = await bareTokenRequest(context, { ...grant, ...fields, client_secret: client.secret });
    await expectOAuthError(inBody, 400, "invalid_request");
  });

  it("refuses a secret from a client that signs, though one is stored", async () => {
    expect(client.secretHash).not.toBeNull();
    const secret = { client_id: client.clientId, client_secret: client.secret };
    await expectOAuthError(await bareTokenRequest(context, { ...grant, ...secret }), 401, "invalid_client");
    await expectOAuthError(
      await bareTokenRequest(context, { ...grant, client_id: client.clientId }),
      401,
      "invalid_client",
    );
  });

  it("refuses an assertion from a client that has a secret, or none", async () => {
    for (const [metadata, type] of [
      [{}, "confidential"],
      [{ grant_types: ["authorization_code"] }, "public"],
    ] as const) {
      const own = await makeClient(context, { ...machine, jwks: { keys: [key.publicJwk] }, ...metadata }, { type });
      await expectOAuthError(await present(await makeAssertion(context, own, key)), 401, "invalid_client");
    }
  });

  it("refuses a disabled client that signs right", async () => {
    const gone = await makeSigningClient(context, key, machine, { disabled: true });
    await expectOAuthError(await present(await makeAssertion(context, gone, key)), 401, "invalid_client");
  });
});
