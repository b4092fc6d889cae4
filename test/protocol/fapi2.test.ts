import { decodeJwt, decodeProtectedHeader, importJWK } from "jose";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorize } from "../authorization/requests.ts";
import { assertionFields, type ClientKey, makeAssertion, makeKey, makeSigningClient } from "../support/assertions.ts";
import { travel } from "../support/clock.ts";
import { makeProof, makeProofKey, type ProofKey, tokenUrl, userinfoByKey } from "../support/dpop.ts";
import { answerOf, authorizationFields, openPushed, requestUriIn } from "../support/pushed.ts";
import { expectOAuthError, redemption, signedInUser, tokenAnswer, userinfo } from "../support/token-side.ts";
import { basicAuth, formBody, makeRealm, pkce, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let key: ClientKey;
let proofKey: ProofKey;
let cookie: string;
beforeAll(async () => {
  // Many wrong assertions in a minute: the limit for them is not what is tried here.
  context = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 10_000 } });
  [key, proofKey] = [await makeKey("ES256"), await makeProofKey()];
  ({ cookie } = await signedInUser(context));
});
afterEach(() => {
  vi.useRealTimers();
});

const byName = { profile: "fapi2", token_endpoint_auth_method: undefined };
const byParts = { require_par: true, dpop_bound_access_tokens: true };

type Fields = Record<string, string | undefined>;

/** A form with an assertion and, unless told otherwise, a proof of possession. */
async function send(
  client: TestClient,
  path: string,
  fields: Fields,
  { claims = {}, by = key, proof = "" }: { claims?: object; by?: ClientKey; proof?: string | null } = {},
): Promise<Response> {
  const assertion = await makeAssertion(context, client, by, { ...claims });
  const init = formBody({ ...fields, ...assertionFields(assertion) });
  const url = `${context.realm.issuer}${path}`;
  const dpop = proof === "" ? await makeProof(proofKey, { url }) : proof;
  return request(url, { ...init, headers: { ...init.headers, ...(dpop === null ? {} : { dpop }) } });
}

const push = (client: TestClient, changes: Fields = {}, how: Parameters<typeof send>[3] = { proof: null }) =>
  send(client, "/par", authorizationFields(client, changes), how);

/** A code, by the book. */
async function codeFor(client: TestClient, changes: Fields = {}): Promise<Fields> {
  const { verifier, challenge } = await pkce();
  const requestUri = await requestUriIn(await push(client, { code_challenge: challenge, ...changes }));
  const answer = answerOf(await openPushed(context, client, requestUri, { cookie }));
  expect(answer.iss).toBe(context.realm.issuer);
  return redemption(client, answer.code ?? "", verifier);
}

describe.each([
  ["named", byName],
  ["put together from its parts", byParts],
])("PAR-14 a client of the FAPI 2.0 Security Profile, %s", (_name, profile) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await makeSigningClient(context, key, profile);
  });

  it("pushes, proves its key, and gets tokens bound to it, signed with ES256 (FAPI 2.0 §5.3.2.1, §5.4.1)", async () => {
    const tokens = await tokenAnswer(await send(client, "/token", await codeFor(client)));
    expect(tokens.token_type).toBe("DPoP");
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: proofKey.jkt });
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe("ES256");
    expect((await userinfoByKey(context, tokens.access_token, proofKey)).status).toBe(200);
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    const renewed = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    expect((await tokenAnswer(await send(client, "/token", renewed))).token_type).toBe("DPoP");
  });

  it("is refused plain requests (FAPI 2.0 §5.3.2.2)", async () => {
    const answer = answerOf(await authorize(context, client, {}, cookie));
    expect(answer).toMatchObject({ error: "invalid_request" });
    expect(answer).not.toHaveProperty("code");
  });

  it("is refused tokens without proof of possession, and keeps its code (FAPI 2.0 §5.3.2.1)", async () => {
    const fields = await codeFor(client);
    await expectOAuthError(await send(client, "/token", fields, { proof: null }), 400, "invalid_dpop_proof");
    await tokenAnswer(await send(client, "/token", fields));
  });

  it("is refused without PKCE, and with plain (FAPI 2.0 §5.3.2.2)", async () => {
    const without = { code_challenge: undefined, code_challenge_method: undefined };
    await expectOAuthError(await push(client, without), 400, "invalid_request");
    await expectOAuthError(await push(client, { code_challenge_method: "plain" }), 400, "invalid_request");
    const fields = await codeFor(client);
    await expectOAuthError(await send(client, "/token", { ...fields, code_verifier: undefined }), 400, "invalid_grant");
  });

  it.each(["token", "id_token", "code id_token", "code token"])("is refused response_type=%s", async (responseType) => {
    await expectOAuthError(await push(client, { response_type: responseType }), 400, "unsupported_response_type");
  });

  it("is refused a code that is 62 s old (FAPI 2.0 §5.3.2.2)", async () => {
    const fields = await codeFor(client);
    travel(62);
    await expectOAuthError(await send(client, "/token", fields), 400, "invalid_grant");
  });

  it("TOK-08 says whom its assertion is for in one way: the issuer, as a string (FAPI 2.0 §5.3.2.1)", async () => {
    const { issuer } = context.realm;
    for (const aud of [[issuer], `${issuer}/token`, `${issuer}/par`, [issuer, `${issuer}/token`], `${issuer}/`])
      await expectOAuthError(await push(client, {}, { claims: { aud }, proof: null }), 401, "invalid_client");
    expect((await push(client, {}, { claims: { aud: issuer }, proof: null })).status).toBe(201);
  });

  it("TOK-06 is refused by a secret, and without any authentication", async () => {
    const fields = authorizationFields(client);
    const init = formBody(fields);
    const headers = { ...init.headers, authorization: basicAuth(client) };
    const bySecret = await request(`${context.realm.issuer}/par`, { ...init, headers });
    await expectOAuthError(bySecret, 401, "invalid_client");
    await expectOAuthError(await request(`${context.realm.issuer}/par`, init), 401, "invalid_client");
  });

  it("signs neither assertions nor proofs with RS256 (FAPI 2.0 §5.4.1)", async () => {
    const rsa = await makeKey("RS256");
    const asPs256 = {
      ...rsa,
      alg: "PS256",
      privateKey: (await importJWK(rsa.privateJwk, "PS256")) as CryptoKey,
    } as const;
    const own = await makeSigningClient(context, rsa, { ...profile, jwks: { keys: [rsa.publicJwk] } });
    await expectOAuthError(await push(own, {}, { by: rsa, proof: null }), 401, "invalid_client");
    expect((await push(own, {}, { by: asPs256, proof: null })).status).toBe(201);
    const proof = await makeProof(await makeProofKey("RS256"), { url: tokenUrl(context) });
    await expectOAuthError(await send(client, "/token", await codeFor(client), { proof }), 400, "invalid_dpop_proof");
  });

  it.each(["PS256", "EdDSA", "Ed25519"] as const)("may sign with %s (FAPI 2.0 §5.4.1)", async (alg) => {
    const own = await makeKey(alg);
    const signer = await makeSigningClient(context, own, profile);
    expect((await push(signer, {}, { by: own, proof: null })).status).toBe(201);
  });

  it("gets its state and nonce back whole", async () => {
    const [state, nonce] = ["s".repeat(1024), "n".repeat(64)];
    const requestUri = await requestUriIn(await push(client, { state, nonce }));
    expect(answerOf(await openPushed(context, client, requestUri, { cookie })).state).toBe(state);
    const tokens = await tokenAnswer(await send(client, "/token", await codeFor(client, { nonce })));
    expect(decodeJwt(tokens.id_token).nonce).toBe(nonce);
  });

  it("cannot redeem another such client's code", async () => {
    const other = await makeSigningClient(context, key, profile);
    const fields = await codeFor(client);
    await expectOAuthError(await send(other, "/token", fields), 400, "invalid_grant");
  });
});
