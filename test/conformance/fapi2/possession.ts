import { expect } from "vitest";
import { readTokens, readUserInfo, refusalOf } from "../support/checks.ts";
import { type Module, module, type Trial } from "../support/plan.ts";
import type { Outcome } from "../support/relying-party.ts";
import { FapiParty, type Proofs } from "./fapi-party.ts";
import { makeKeyPair, nowSeconds, type ProofChanges } from "./proofs.ts";

const plan = "fapi2-security-profile-final";

/** Proofs like these are as good as any, for tokens and with them. */
const acceptedProofs = (name: string, proves: string, changes: () => ProofChanges): Module =>
  module(`${plan}-${name}`, proves, async (trial) => {
    const party = await FapiParty.register(trial);
    const tokens = await readTokens(await party.redeemWith(await party.ask(), { proof: changes() }));
    expect((await party.userInfo(tokens.access_token, "DPoP", changes())).status).toBe(200);
  });

/** Pushes a request that names a key, by a proof or by the parameter (RFC 9449 §10, §10.1). */
async function askBoundBy(party: FapiParty, by: "proof" | "parameter"): Promise<Outcome> {
  const parameters = party.authorizationParameters(by === "parameter" ? { dpop_jkt: party.proofKey.thumbprint } : {});
  return party.follow(parameters, { proofs: { proof: by === "proof" ? {} : null } });
}

const boundBy = (name: string, proves: string, by: "proof" | "parameter"): Module =>
  module(`${plan}-${name}`, proves, async (trial) => {
    const party = await FapiParty.register(trial);
    await party.complete(await askBoundBy(party, by));
  });

const mismatchedBy = (name: string, proves: string, by: "proof" | "parameter"): Module =>
  module(`${plan}-${name}`, proves, async (trial) => {
    const party = await FapiParty.register(trial);
    const outcome = await askBoundBy(party, by);
    const proofs: Proofs = { proof: { key: await makeKeyPair() } };
    const refusal = await refusalOf(await party.redeemWith(outcome, proofs));
    expect(["invalid_grant", "invalid_dpop_proof"]).toContain(refusal);
  });

/** What is wrong with each, and a proof that is wrong just so. */
async function wrongProofs(party: FapiParty): Promise<[string, ProofChanges][]> {
  const other = await makeKeyPair();
  return [
    ["another type", { header: { typ: "JWT" } }],
    ["no type", { header: { typ: undefined } }],
    ["no key", { header: { jwk: undefined } }],
    ["a private key", { header: { jwk: party.proofKey.privateJwk } }],
    ["a key that has not signed", { header: { jwk: other.publicJwk } }],
    ["no jti", { claims: { jti: undefined } }],
    ["no htm", { claims: { htm: undefined } }],
    ["no htu", { claims: { htu: undefined } }],
    ["no iat", { claims: { iat: undefined } }],
    ["another method", { claims: { htm: "PUT" } }],
    ["another address", { claims: { htu: "https://other1.example.com/token" } }],
    ["an hour ago", { claims: { iat: nowSeconds() - 3600 } }],
    ["in an hour", { claims: { iat: nowSeconds() + 3600 } }],
  ];
}

/** What no library signs. `good` is a right proof for the same request. */
function forgedProofs(good: string): [string, string][] {
  const [head = "", body = "", signature = ""] = good.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Record<string, unknown>;
  const withHeader = (changes: Record<string, unknown>): string =>
    `${Buffer.from(JSON.stringify({ ...header, ...changes })).toString("base64url")}.${body}`;
  return [
    ["no JWT", "not.a.jwt"],
    ["two proofs in one", `${good}, ${good}`],
    ["alg none", `${withHeader({ alg: "none" })}.`],
    ["alg HS256", `${withHeader({ alg: "HS256" })}.${signature}`],
    ["no alg", `${withHeader({ alg: undefined })}.${signature}`],
    ["a broken signature", `${head}.${body}.${[...signature].toReversed().join("")}`],
  ];
}

const withProofHeader = (trial: Trial, url: URL, init: RequestInit, proof: string): Promise<Response> => {
  const headers = new Headers(init.headers);
  headers.set("dpop", proof);
  return trial.target.send(url, { ...init, headers });
};

/** RFC 9449 §7.1: 401, and says why in the header. */
function expectUnauthorized(response: Response, what: string): void {
  expect(response.status, what).toBe(401);
  expect(response.headers.get("www-authenticate"), what).toMatch(
    /^DPoP\b.*error="(?:invalid_dpop_proof|invalid_token)"/,
  );
}

export const possession: readonly Module[] = [
  acceptedProofs("check-dpop-proof-nbf-exp", "DP-03 takes proofs that also say from when and until when", () => ({
    claims: { nbf: nowSeconds() - 5, exp: nowSeconds() + 60 },
  })),
  acceptedProofs(
    "ensure-dpopproof-with-iat-10seconds-before-succeeds",
    "DP-03 bears with a clock 10 seconds behind",
    () => ({
      claims: { iat: nowSeconds() - 10 },
    }),
  ),
  acceptedProofs(
    "ensure-dpopproof-with-iat-10seconds-after-succeeds",
    "DP-03 bears with a clock 10 seconds ahead",
    () => ({
      claims: { iat: nowSeconds() + 10 },
    }),
  ),

  boundBy(
    "ensure-dpopproof-at-par-endpoint-binding-success",
    "DP-07 binds the code to the key of a pushed proof",
    "proof",
  ),
  boundBy("ensure-dpop-auth-code-binding-success", "DP-07 binds the code to the key of dpop_jkt", "parameter"),
  mismatchedBy(
    "ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt",
    "DP-07 refuses another key than the pushed proof's",
    "proof",
  ),
  mismatchedBy(
    "ensure-token-endpoint-fails-with-mismatched-dpop-jkt",
    "DP-07 refuses another key than dpop_jkt's",
    "parameter",
  ),
  module(
    `${plan}-ensure-mismatched-dpop-jkt-fails`,
    "DP-07 refuses a proof and a dpop_jkt of two keys",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const { thumbprint } = await makeKeyPair();
      const response = await party.push(party.authorizationParameters({ dpop_jkt: thumbprint }), { proof: {} });
      expect(["invalid_request", "invalid_dpop_proof"]).toContain(await refusalOf(response));
    },
  ),

  module(
    `${plan}-dpop-negative-tests`,
    "DP-02 DP-04 DP-05 refuses whatever is wrong with a proof, and a right one twice",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const { tokens, idToken } = await party.signIn();
      const token = tokens.access_token;
      const url = new URL(trial.metadata.userinfo_endpoint);
      const headers = { authorization: `DPoP ${token}` };

      for (const [what, proof] of await wrongProofs(party))
        expectUnauthorized(await party.userInfo(token, "DPoP", proof), what);
      expectUnauthorized(await party.userInfo(token, "DPoP", { claims: { ath: undefined } }), "no ath");
      expectUnauthorized(
        await party.userInfo(token, "DPoP", { claims: { ath: "A".repeat(43) } }),
        "another token's ath",
      );
      expectUnauthorized(await party.userInfo(token, "DPoP", { key: await makeKeyPair() }), "another key");
      expect([400, 401], "no proof").toContain((await trial.target.send(url, { headers })).status);
      expect([400, 401], "as a bearer token").toContain((await party.userInfo(token, "Bearer")).status);
      expect((await party.userInfo(token, "Bearer", null)).status, "as a bearer token, without a proof").toBe(401);

      const good = await party.proofFor({ method: "GET", url, accessToken: token });
      for (const [what, forged] of forgedProofs(good))
        expect((await withProofHeader(trial, url, { headers }, forged)).status, what).toBe(401);
      await readUserInfo(await withProofHeader(trial, url, { headers }, good), idToken.sub);
      expect((await withProofHeader(trial, url, { headers }, good)).status, "a second time").toBe(401);

      const outcome = await party.ask();
      for (const [what, proof] of await wrongProofs(party))
        expect(await refusalOf(await party.redeemWith(outcome, { proof })), what).toBe("invalid_dpop_proof");
      await readTokens(await party.redeemWith(outcome));
    },
  ),
];
