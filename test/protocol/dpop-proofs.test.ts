import { beforeAll, describe, expect, it } from "vitest";
import { proofAlgorithms } from "../../src/crypto/dpop-proof.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { reasons } from "../../src/errors/reasons.ts";
import {
  boundTokens,
  makeProof,
  makeProofKey,
  type ProofAbout,
  provenTokenRequest,
  provenUserinfo,
  tokensByKey,
  tokenUrl,
  userinfoByKey,
  userinfoUrl,
} from "../support/dpop.ts";
import { part } from "../support/forgery.ts";
import { type MutantKeys, makeWeakKey, proofMutants } from "../support/proof-mutants.ts";
import { expectOAuthError, redemption, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { basicAuth, formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let keys: MutantKeys;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  const [own, other, rsa, weak] = await Promise.all([
    makeProofKey(),
    makeProofKey(),
    makeProofKey("RS256"),
    makeWeakKey(),
  ]);
  keys = { own, other, rsa, weak };
});

const withProofs = (proofs: string | string[], init: RequestInit): RequestInit => {
  const headers = new Headers(init.headers);
  for (const proof of [proofs].flat()) headers.append("dpop", proof);
  return { ...init, headers };
};

const descriptionOf = async (response: Response): Promise<string> =>
  ((await response.clone().json()) as { error_description: string }).error_description;

async function expectTokenRefusal(response: Response, error: string): Promise<void> {
  expect(response.status).toBe(401);
  expect(response.headers.get("x-error-code")).toBe(error);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const challenge = response.headers.get("www-authenticate") ?? "";
  expect(challenge).toMatch(
    /^DPoP realm="oauth", algs="[A-Za-z0-9 ]+", error="[a-z_]+", error_description="[^"]+", resource_metadata="[^"]+", Bearer /,
  );
  expect(challenge).toContain(`error="${error}"`);
  expect(await response.json()).toEqual({ error, error_description: expect.any(String), code: error });
}

describe("DP-02 a proof with one thing wrong is refused (RFC 9449 §4.3)", () => {
  it("by the token endpoint, which then still takes the code", async () => {
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, cookie);
    const fields = redemption(client, code, verifier);
    const init = formBody(fields);
    const asClient = { ...init, headers: { ...init.headers, authorization: basicAuth(client) } };
    const mutants = await proofMutants(keys, { url: tokenUrl(context) });
    expect(mutants.length).toBeGreaterThan(80);
    for (const { name, proofs, reason } of mutants) {
      const response = await request(tokenUrl(context), withProofs(proofs, asClient));
      expect([name, await descriptionOf(response)]).toEqual([name, reasons[reason].message]);
      await expectOAuthError(response, 400, "invalid_dpop_proof");
    }
    const answer = await tokenAnswer(await tokensByKey(context, client, fields, keys.own));
    expect(answer.token_type).toBe("DPoP");
  });

  it("by UserInfo, which then still takes the token", async () => {
    const { tokens } = await boundTokens(context, client, keys.own);
    const accessToken = tokens.access_token;
    const authorization = `DPoP ${accessToken}`;
    const mutants = await proofMutants(keys, { url: userinfoUrl(context), method: "GET", accessToken });
    for (const { name, proofs, reason } of mutants) {
      const response = await request(userinfoUrl(context), withProofs(proofs, { headers: { authorization } }));
      expect([name, await descriptionOf(response)]).toEqual([name, reasons[reason].message]);
      await expectTokenRefusal(response, "invalid_dpop_proof");
    }
    expect((await userinfoByKey(context, accessToken, keys.own)).status).toBe(200);
  });

  it("by UserInfo when it is not of this token, or not of its key (RFC 9449 §7.1)", async () => {
    const { tokens } = await boundTokens(context, client, keys.own);
    const { tokens: others } = await boundTokens(context, client, keys.other);
    const accessToken = tokens.access_token;
    const about: ProofAbout = { url: userinfoUrl(context), method: "GET", accessToken };
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(accessToken)));
    const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const proofs = {
      "no proof": undefined,
      "no ath": await makeProof(keys.own, about, { ath: undefined }),
      "an empty ath": await makeProof(keys.own, about, { ath: "" }),
      "ath in hexadecimal": await makeProof(keys.own, about, { ath: hex }),
      "ath that is the token": await makeProof(keys.own, about, { ath: accessToken }),
      "ath of another token": await makeProof(keys.own, { ...about, accessToken: others.access_token }),
      "ath as a list": await makeProof(keys.own, about, { ath: [part(accessToken)] }),
      "another key": await makeProof(keys.other, about),
      "made for the token endpoint": await makeProof(keys.own, { url: tokenUrl(context) }),
    };
    for (const [name, proof] of Object.entries(proofs)) {
      const response = await provenUserinfo(context, accessToken, proof);
      expect([name, response.status]).toEqual([name, 401]);
      await expectTokenRefusal(response, "invalid_dpop_proof");
    }
    expect((await userinfoByKey(context, accessToken, keys.own)).status).toBe(200);
    expect((await userinfoByKey(context, others.access_token, keys.other)).status).toBe(200);
  });

  it("JWT-05 when it is a token of another kind (RFC 8725 §3.11)", async () => {
    const { tokens, cookie } = await boundTokens(context, client, keys.own);
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    for (const other of [tokens.access_token, tokens.id_token, tokens.refresh_token, cookie]) {
      const refused = await provenTokenRequest(context, machine, { grant_type: "client_credentials" }, other);
      await expectOAuthError(refused, 400, "invalid_dpop_proof");
      await expectTokenRefusal(await provenUserinfo(context, tokens.access_token, other), "invalid_dpop_proof");
    }
    const proof = await makeProof(keys.own, { url: userinfoUrl(context), method: "GET" });
    for (const scheme of ["Bearer", "DPoP"]) {
      const headers = { authorization: `${scheme} ${proof}`, dpop: proof };
      const shown = await request(userinfoUrl(context), { headers });
      expect([shown.status, shown.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    }
  });
});

describe("DP-03 what a proof may be (RFC 9449 §4.3)", () => {
  const machineRequest = async (proof: string, name = "dpop") => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const init = formBody({ grant_type: "client_credentials" });
    const headers = { ...init.headers, authorization: basicAuth(machine), [name]: proof };
    return tokenAnswer(await request(tokenUrl(context), { ...init, headers }));
  };
  const now = () => Math.floor(Date.now() / 1000);
  const upperHost = () => tokenUrl(context).replace(/\/\/[^/]+/, (host) => host.toUpperCase());

  it.each(proofAlgorithms)("is signed with %s", async (algorithm) => {
    const key = await makeProofKey(algorithm);
    const { access_token } = await machineRequest(await makeProof(key, { url: tokenUrl(context) }));
    const [, claims = ""] = access_token.split(".");
    expect(JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")))).toMatchObject({ cnf: { jkt: key.jkt } });
  });

  it.each(["DPoP", "DPOP", "dpop", "dPoP"])("comes in a header written %s", async (name) => {
    const answer = await machineRequest(await makeProof(keys.own, { url: tokenUrl(context) }), name);
    expect(answer.token_type).toBe("DPoP");
  });

  it.each([
    ["htu with a query", () => ({ htu: `${tokenUrl(context)}?a=b` })],
    ["htu with a fragment", () => ({ htu: `${tokenUrl(context)}#here` })],
    [
      "htu with both, the address in them",
      () => ({ htu: `${tokenUrl(context)}?x=https://evil.test/#https://evil.test/` }),
    ],
    ["htu with the port that goes without saying", () => ({ htu: tokenUrl(context).replace("/token", ":443/token") })],
    ["htu in capitals where case means nothing", () => ({ htu: upperHost().replace("https", "HTTPS") })],
    ["htu with a detour", () => ({ htu: tokenUrl(context).replace("/token", "/./x/../token") })],
    ["iat ten seconds ago", () => ({ iat: now() - 10 })],
    ["iat in ten seconds", () => ({ iat: now() + 10 })],
    ["iat forty seconds ago", () => ({ iat: now() - 40 })],
    ["iat with a fraction", () => ({ iat: now() + 0.5 })],
    ["exp to come", () => ({ exp: now() + 30 })],
    ["nbf past", () => ({ nbf: now() - 30 })],
    ["exp and nbf at the edge of two clocks", () => ({ exp: now() - 5, nbf: now() + 5 })],
    ["a nonce that nobody asked for", () => ({ nonce: "of some other server" })],
    ["ath, where there is no token", () => ({ ath: "x" })],
    ["claims of its own", () => ({ sub: "1", iss: "https://evil.test", aud: "https://evil.test", jwk: {} })],
    ["jti of 512 characters", () => ({ jti: "j".repeat(512) })],
  ])("has %s", async (_name, claims) => {
    const answer = await machineRequest(await makeProof(keys.own, { url: tokenUrl(context) }, claims()));
    expect(answer.token_type).toBe("DPoP");
  });

  it.each([
    ["typ with its media type in full", { typ: "application/dpop+jwt" }],
    ["a kid that means nothing", { kid: "../../dev/null" }],
  ])("has %s in its header", async (_name, header) => {
    const answer = await machineRequest(await makeProof(keys.own, { url: tokenUrl(context) }, {}, header));
    expect(answer.token_type).toBe("DPoP");
  });

  it("holds a key that says more of itself: the thumbprint is of the key alone (RFC 7638 §3)", async () => {
    const jwk = {
      ...keys.own.jwk,
      use: "enc",
      alg: "none",
      key_ops: [],
      ext: false,
      kid: "x",
      x5u: "https://evil.test",
    };
    const { access_token } = await machineRequest(await makeProof(keys.own, { url: tokenUrl(context) }, {}, { jwk }));
    const [, claims = ""] = access_token.split(".");
    expect(JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).cnf).toEqual({ jkt: keys.own.jkt });
  });

  it("the scheme is written as one likes (RFC 9110 §11.1)", async () => {
    const { tokens } = await boundTokens(context, client, keys.own);
    const accessToken = tokens.access_token;
    for (const scheme of ["DPoP", "dpop", "DPOP"]) {
      const dpop = await makeProof(keys.own, { url: userinfoUrl(context), method: "GET", accessToken });
      const headers = { authorization: `${scheme} ${accessToken}`, dpop };
      expect((await request(userinfoUrl(context), { headers })).status, scheme).toBe(200);
    }
  });
});
