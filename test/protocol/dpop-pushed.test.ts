import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { assertionFields, makeAssertion, makeKey, makeSigningClient } from "../support/assertions.ts";
import { makeProof, makeProofKey, type ProofKey, provenTokenRequest, tokensByKey } from "../support/dpop.ts";
import { makeWeakKey, proofMutants } from "../support/proof-mutants.ts";
import { expectOAuthError, redemption, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { basicAuth, formBody, makeClient, makeRealm, pkce, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let key: ProofKey;
let other: ProofKey;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  [key, other] = await Promise.all([makeProofKey(), makeProofKey()]);
});

const parUrl = (about = context): string => `${about.realm.issuer}/par`;

async function pushFields(more: Record<string, string> = {}) {
  const { verifier, challenge } = await pkce();
  const fields: Record<string, string> = {
    response_type: "code",
    redirect_uri: "https://partner.test/callback",
    scope: "openid",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...more,
  };
  return { fields, verifier };
}

function push(fields: Record<string, string>, proofs: string | string[] = []): Promise<Response> {
  const init = formBody(fields);
  const headers = new Headers({ ...(init.headers as Record<string, string>), authorization: basicAuth(client) });
  for (const proof of [proofs].flat()) headers.append("dpop", proof);
  return request(parUrl(), { ...init, headers });
}

/** From the pushed request to its code. */
async function codeOf(pushed: Response): Promise<string> {
  const text = await pushed.text();
  expect(pushed.status, text).toBe(201);
  const { request_uri } = JSON.parse(text) as { request_uri: string };
  const { cookie } = await signedInUser(context);
  const query = new URLSearchParams({ client_id: client.clientId, request_uri });
  const headers = { cookie: `qt-auth=${cookie}` };
  const response = await request(`${context.realm.issuer}/authorize?${query}`, { headers });
  const code = new URL(response.headers.get("location") ?? "about:blank").searchParams.get("code");
  if (code === null) throw new Error(`no code: ${response.status} ${response.headers.get("location")}`);
  return code;
}

describe("DP-02 a proof with one thing wrong is refused with a pushed request (RFC 9449 §10.1)", () => {
  it("by the pushed request endpoint", async () => {
    const keys = { own: key, other, rsa: await makeProofKey("RS256"), weak: await makeWeakKey() };
    const { fields } = await pushFields();
    for (const { name, proofs } of await proofMutants(keys, { url: parUrl() })) {
      const response = await push(fields, proofs);
      expect([name, response.status]).toEqual([name, 400]);
      await expectOAuthError(response, 400, "invalid_dpop_proof");
    }
    expect((await push(fields, await makeProof(key, { url: parUrl() }))).status).toBe(201);
  });
});

describe("DP-07 a pushed request binds the code to a key (RFC 9449 §10.1)", () => {
  it.each([
    ["its proof", async () => [{}, await makeProof(key, { url: parUrl() })] as const],
    ["dpop_jkt", async () => [{ dpop_jkt: key.jkt }, []] as const],
    ["both, which agree", async () => [{ dpop_jkt: key.jkt }, await makeProof(key, { url: parUrl() })] as const],
  ])("by %s", async (_way, given) => {
    const [more, proofs] = await given();
    const { fields, verifier } = await pushFields(more);
    const code = await codeOf(await push(fields, [proofs].flat()));
    const redeeming = redemption(client, code, verifier);
    await expectOAuthError(await tokensByKey(context, client, redeeming, other), 400, "invalid_grant");
    await expectOAuthError(await provenTokenRequest(context, client, redeeming), 400, "invalid_grant");
    const tokens = await tokenAnswer(await tokensByKey(context, client, redeeming, key));
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: key.jkt });
  });

  it("is refused when dpop_jkt and its proof disagree", async () => {
    const { fields } = await pushFields({ dpop_jkt: other.jkt });
    await expectOAuthError(await push(fields, await makeProof(key, { url: parUrl() })), 400, "invalid_request");
  });

  it("is refused when dpop_jkt is no thumbprint", async () => {
    for (const dpop_jkt of ["abc", `${"x".repeat(42)}=`, "x".repeat(44)])
      await expectOAuthError(await push((await pushFields({ dpop_jkt })).fields), 400, "invalid_request");
  });

  it("what stands beside request_uri at /authorize binds to no other key (RFC 9126 §4)", async () => {
    const { fields, verifier } = await pushFields();
    const pushed = await push(fields, await makeProof(key, { url: parUrl() }));
    const { request_uri } = (await pushed.json()) as { request_uri: string };
    const { cookie } = await signedInUser(context);
    const query = new URLSearchParams({ client_id: client.clientId, request_uri, dpop_jkt: other.jkt });
    const headers = { cookie: `qt-auth=${cookie}` };
    const response = await request(`${context.realm.issuer}/authorize?${query}`, { headers });
    const code = new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const redeeming = redemption(client, code, verifier);
    await expectOAuthError(await tokensByKey(context, client, redeeming, other), 400, "invalid_grant");
    await tokenAnswer(await tokensByKey(context, client, redeeming, key));
  });
});

describe("DP-04 a proof is good once (RFC 9449 §11.1)", () => {
  it("lets one of fifty parallel pushes through", async () => {
    const { fields } = await pushFields();
    const proof = await makeProof(key, { url: parUrl() });
    const answers = await Promise.all(Array.from({ length: 50 }, () => push(fields, proof)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 400)]);
  });
});

describe("DP-08 nonces (RFC 9449 §8)", () => {
  it("are asked for before the client's assertion is spent, so that both may be repeated", async () => {
    const strict = await makeRealm({ dpop_nonce: "required" });
    const assertionKey = await makeKey("ES256");
    const signing = await makeSigningClient(strict, assertionKey);
    const { fields } = await pushFields();
    const assertion = assertionFields(await makeAssertion(strict, signing, assertionKey));
    const ask = async (nonce?: string) => {
      const init = formBody({ ...fields, ...assertion });
      const dpop = await makeProof(key, { url: parUrl(strict) }, { nonce });
      return request(parUrl(strict), { ...init, headers: { ...init.headers, dpop } });
    };
    const refused = await ask();
    await expectOAuthError(refused, 400, "use_dpop_nonce");
    const nonce = refused.headers.get("dpop-nonce") ?? "";
    const pushed = await ask(nonce);
    expect([pushed.status, pushed.headers.get("dpop-nonce")]).toEqual([201, nonce]);
    await expectOAuthError(await ask(nonce), 401, "invalid_client");
  });
});
