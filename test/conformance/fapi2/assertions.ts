import { expect } from "vitest";
import { readTokens, refusalOf } from "../support/checks.ts";
import { type Module, module, type Trial } from "../support/plan.ts";
import { FapiParty, type Proofs } from "./fapi-party.ts";
import { type Members, makeKeyPair, nowSeconds } from "./proofs.ts";

const plan = "fapi2-security-profile-final";

type Assertion = (party: FapiParty, trial: Trial) => Members | null;

/** The code survives a caller who could not prove to be its client: it still is the client's own (CODE-05). */
async function expectRefusedAtToken(party: FapiParty, proofs: Proofs): Promise<void> {
  const outcome = await party.ask();
  expect(await refusalOf(await party.redeemWith(outcome, proofs), [400, 401])).toBe("invalid_client");
  await readTokens(await party.redeemWith(outcome));
}

const refusedAtToken = (name: string, proves: string, assertion: Assertion): Module =>
  module(`${plan}-${name}`, proves, async (trial) => {
    const party = await FapiParty.register(trial);
    await expectRefusedAtToken(party, { assertion: assertion(party, trial) });
  });

const refusedAtPush = (name: string, proves: string, assertion: (trial: Trial) => Members): Module =>
  module(`${plan}-${name}`, proves, async (trial) => {
    const party = await FapiParty.register(trial);
    const proofs = { assertion: assertion(trial), proof: null };
    const response = await party.push(party.authorizationParameters(), proofs);
    expect(await refusalOf(response, [400, 401])).toBe("invalid_client");
  });

export const assertions: readonly Module[] = [
  refusedAtToken(
    "ensure-client-assertion-in-token-endpoint",
    "TOK-06 refuses a client without its assertion",
    () => null,
  ),
  refusedAtToken(
    "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails",
    "TOK-08 refuses an assertion that is over",
    () => ({ iat: nowSeconds() - 360, exp: nowSeconds() - 300 }),
  ),
  refusedAtToken(
    "ensure-client-assertion-with-wrong-aud-fails",
    "TOK-08 refuses an assertion for somebody else",
    () => ({
      aud: "https://other1.example.com",
    }),
  ),
  refusedAtToken("ensure-client-assertion-with-no-sub-fails", "TOK-08 refuses an assertion about nobody", () => ({
    sub: undefined,
  })),

  module(
    `${plan}-ensure-signed-client-assertion-with-RS256-fails`,
    "TOK-08 PAR-14 refuses an assertion signed with RS256",
    async (trial) => {
      const assertionKey = await makeKeyPair("RS256");
      await expectRefusedAtToken(await FapiParty.register(trial, [assertionKey]), { assertionKey });
    },
  ),

  module(
    `${plan}-ensure-invalid-client-assertions-fail`,
    "TOK-08 refuses assertions that are wrong in other ways",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const jti = crypto.randomUUID();
      await party.pushed(party.authorizationParameters(), { assertion: { jti }, proof: null });
      const wrong: readonly Members[] = [
        { jti },
        { iss: "somebody-else" },
        { sub: "somebody-else" },
        { iss: undefined },
        { exp: undefined },
        { jti: undefined },
        { aud: undefined },
      ];
      for (const assertion of wrong) {
        const response = await party.push(party.authorizationParameters(), { assertion, proof: null });
        // Where client_id and assertion do not name the same client, the request is no less malformed than unproven.
        const refusal = await refusalOf(response, [400, 401]);
        expect(["invalid_client", "invalid_request"], JSON.stringify(assertion)).toContain(refusal);
      }
      const foreign = { assertionKey: await makeKeyPair(), proof: null };
      const response = await party.push(party.authorizationParameters(), foreign);
      expect(await refusalOf(response, [400, 401]), "another's key").toBe("invalid_client");
    },
  ),

  module(
    `${plan}-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted`,
    "PAR-10 bears with a clock that is 8 seconds ahead",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const ahead = nowSeconds() + 8;
      await party.pushed(party.authorizationParameters(), { assertion: { iat: ahead, nbf: ahead }, proof: null });
    },
  ),
  refusedAtPush(
    "par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails",
    "PAR-10 does not bear with a clock that is more than a minute ahead",
    () => ({ iat: nowSeconds() + 65, nbf: nowSeconds() + 65, exp: nowSeconds() + 125 }),
  ),
  refusedAtPush(
    "par-test-array-as-audience-fails",
    "TOK-08 takes the issuer as aud, and not in a list",
    ({ metadata }) => ({
      aud: [metadata.issuer, metadata.token_endpoint],
    }),
  ),
  refusedAtPush(
    "par-test-par-endpoint-url-as-audience-fails",
    "TOK-08 takes no endpoint's address as aud",
    ({ metadata }) => ({
      aud: metadata.pushed_authorization_request_endpoint,
    }),
  ),
  refusedAtPush(
    "par-test-token-endpoint-url-as-audience-fails",
    "TOK-08 takes no token endpoint as aud",
    ({ metadata }) => ({
      aud: metadata.token_endpoint,
    }),
  ),
];
