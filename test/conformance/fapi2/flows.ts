import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect } from "vitest";
import { expectErrorPage } from "../support/checks.ts";
import { type Module, module, type Trial } from "../support/plan.ts";
import type { Outcome } from "../support/relying-party.ts";
import { FapiParty } from "./fapi-party.ts";

const plan = "fapi2-security-profile-final";

/** The tokens are bound to the key that the client has proven to hold: RFC 9449 §6. */
async function expectBound(party: FapiParty, accessToken: string): Promise<void> {
  const { metadata } = party.setting;
  const isJwt = accessToken.split(".").length === 3;
  if (isJwt) {
    expect(decodeProtectedHeader(accessToken).typ).toBe("at+jwt");
    expect(decodeJwt(accessToken).cnf).toEqual({ jkt: party.proofKey.thumbprint });
  }
  if (metadata.introspection_endpoint === undefined) return;
  const form = new URLSearchParams({ token: accessToken });
  const response = await party.post(new URL(metadata.introspection_endpoint), form, { proof: null });
  expect(await response.json()).toMatchObject({
    active: true,
    token_type: "DPoP",
    cnf: { jkt: party.proofKey.thumbprint },
  });
}

/** Beside a request_uri nothing else counts: either the pushed parameters do, or the request is refused. */
async function withStray(
  trial: Trial,
  pushed: Readonly<Record<string, string | null>>,
  stray: Readonly<Record<string, string>>,
): Promise<{ party: FapiParty; outcome: Outcome }> {
  const party = await FapiParty.register(trial);
  const parameters = party.authorizationParameters(pushed);
  const { request_uri } = await party.pushed(parameters);
  return { party, outcome: await party.authorize(parameters, { request_uri, ...stray }) };
}

async function expectPushedOrRefused(trial: Trial, party: FapiParty, outcome: Outcome): Promise<void> {
  if (outcome.place.at === "provider") expectErrorPage(trial.target, outcome.place);
  else if (outcome.place.parameters.has("error")) expect(party.error(outcome)).toBe("invalid_request");
  else await party.complete(outcome);
}

/** Long values come back whole, or are refused when the request is pushed. */
const longModule = (parameter: "state" | "nonce"): Module =>
  module(
    `${plan}-ensure-authorization-request-with-long-${parameter}`,
    `AZ-06 AZ-07 cuts nothing off a ${parameter} of 384 characters`,
    async (trial) => {
      const party = await FapiParty.register(trial);
      const value = "0123456789abcdef".repeat(24);
      const parameters = party.authorizationParameters({ [parameter]: value });
      const response = await party.push(parameters);
      if (response.status === 201) await party.complete(await party.follow(parameters));
      else expect(await response.json()).toMatchObject({ error: "invalid_request" });
    },
  );

export const flows: readonly Module[] = [
  module(
    `${plan}-discovery-end-point-verification`,
    "META-03 PAR-14 advertises what the profile needs",
    async (trial) => {
      await FapiParty.register(trial);
      const { metadata } = trial;
      expect(metadata.pushed_authorization_request_endpoint).toMatch(/^https:\/\//);
      expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
      expect(metadata.code_challenge_methods_supported).toContain("S256");
      const allowed = ["PS256", "ES256", "EdDSA", "Ed25519"];
      for (const list of [
        metadata.dpop_signing_alg_values_supported,
        metadata.token_endpoint_auth_signing_alg_values_supported,
        metadata.id_token_signing_alg_values_supported,
      ]) {
        expect(
          list?.some((algorithm) => allowed.includes(algorithm)),
          `one of ${allowed} in ${list}`,
        ).toBe(true);
        expect(list).not.toContain("none");
      }
    },
  ),

  module(`${plan}-happy-flow`, "PAR-01 DP-01 gives two clients tokens that are bound to their keys", async (trial) => {
    for (let clients = 0; clients < 2; clients++) {
      const party = await FapiParty.register(trial);
      const { tokens } = await party.signIn();
      await expectBound(party, tokens.access_token);
    }
  }),

  module(`${plan}-user-rejects-authentication`, "AZ-18 tells the client that the person said no", async (trial) => {
    const party = await FapiParty.register(trial);
    expect(party.error(await party.ask({}, { answer: "deny" }))).toBe("access_denied");
  }),

  module(`${plan}-ensure-authorization-request-without-state-success`, "AZ-06 needs no state", async (trial) => {
    const { place } = await (await FapiParty.register(trial)).signIn({ state: null });
    if (place.at === "client") expect(place.parameters.has("state")).toBe(false);
  }),

  module(`${plan}-ensure-authorization-request-without-nonce-success`, "AZ-07 needs no nonce", async (trial) => {
    const { idToken } = await (await FapiParty.register(trial)).signIn({ nonce: null });
    expect(idToken).not.toHaveProperty("nonce");
  }),

  module(
    `${plan}-ensure-authorization-request-with-64-char-nonce-success`,
    "AZ-07 takes a long nonce",
    async (trial) => {
      const nonce = "0123456789abcdef".repeat(4);
      expect((await (await FapiParty.register(trial)).signIn({ nonce })).idToken.nonce).toBe(nonce);
    },
  ),

  longModule("nonce"),
  longModule("state"),

  module(`${plan}-ensure-other-scope-order-succeeds`, "AZ-03 takes scopes in any order", async (trial) => {
    const { userInfo } = await (await FapiParty.register(trial)).signIn({ scope: "email openid" });
    expect(userInfo.email).toBe(trial.person.claims.email);
  }),

  module(
    `${plan}-test-claims-parameter-identity-claims`,
    "AZ-15 returns single claims where they are asked for",
    async (trial) => {
      if (!trial.metadata.claims_parameter_supported) trial.skip("claims_parameter_supported is not advertised");
      const { userInfo, idToken } = await (await FapiParty.register(trial)).signIn({
        claims: JSON.stringify({ userinfo: { given_name: null }, id_token: { family_name: { essential: true } } }),
      });
      expect(userInfo).toMatchObject({ given_name: trial.person.claims.given_name });
      expect(idToken).toMatchObject({ family_name: trial.person.claims.family_name });
      expect(userInfo).not.toHaveProperty("email");
    },
  ),

  module(
    `${plan}-ensure-different-nonce-inside-and-outside-request-object`,
    "PAR-06 lets no nonce in the address stand for the one that was pushed",
    async (trial) => {
      const { party, outcome } = await withStray(trial, {}, { nonce: "stray" });
      await expectPushedOrRefused(trial, party, outcome);
    },
  ),

  module(
    `${plan}-ensure-different-state-inside-and-outside-request-object`,
    "PAR-06 lets no state in the address stand for the one that was pushed",
    async (trial) => {
      const { party, outcome } = await withStray(trial, {}, { state: "stray" });
      await expectPushedOrRefused(trial, party, outcome);
    },
  ),

  module(
    `${plan}-state-only-outside-request-object-not-used`,
    "PAR-06 uses no state that was not pushed",
    async (trial) => {
      const { party, outcome } = await withStray(trial, { state: null }, { state: "stray" });
      await expectPushedOrRefused(trial, party, outcome);
    },
  ),

  module(
    `${plan}-access-token-type-header-case-sensitivity`,
    "UI-04 takes the scheme's name in any case",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const { tokens } = await party.signIn();
      for (const scheme of ["DPoP", "dpop", "DPOP"])
        expect((await party.userInfo(tokens.access_token, scheme)).status, scheme).toBe(200);
    },
  ),
];
