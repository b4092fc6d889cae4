import { expect } from "vitest";
import { expectErrorPage, refusalOf } from "../support/checks.ts";
import { type Module, module, seconds, type Trial } from "../support/plan.ts";
import { type Changes, type Outcome, pkce } from "../support/relying-party.ts";
import { redirectUri } from "../support/target.ts";
import { FapiParty } from "./fapi-party.ts";

const plan = "fapi2-security-profile-final";

/** Such a request is refused when it is pushed: RFC 9126 §2.3. */
const refusedPush = (name: string, proves: string, changes: Changes, errors: readonly string[]): Module =>
  module(`${plan}-${name}`, proves, async (trial) => {
    const party = await FapiParty.register(trial);
    expect(errors).toContain(await refusalOf(await party.push(party.authorizationParameters(changes))));
  });

/** No way on: a page, or the client is told. */
function expectRefused(trial: Trial, party: FapiParty, outcome: Outcome): void {
  if (outcome.place.at === "provider") expectErrorPage(trial.target, outcome.place);
  else expect(["invalid_request", "invalid_request_uri"]).toContain(party.error(outcome));
}

const unregistered = "https://evil.example/callback";

export const pushedRequests: readonly Module[] = [
  module(
    `${plan}-par-attempt-to-use-expired-request_uri`,
    "PAR-05 takes no request that was pushed too long ago",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const parameters = party.authorizationParameters();
      const { request_uri, expires_in } = await party.pushed(parameters);
      if (expires_in > 120) trial.skip(`expires_in is ${expires_in}: longer than the official suite waits`);
      await seconds(expires_in + 2);
      expectRefused(trial, party, await party.authorize(parameters, { request_uri }));
    },
  ),

  module(
    `${plan}-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds`,
    "PAR-04 lets a page be opened again before the person has signed in",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const parameters = party.authorizationParameters();
      const { request_uri } = await party.pushed(parameters);
      const first = await party.authorize(parameters, { request_uri }, { stopAt: "sign-in" });
      expect(first.shown).toEqual(["sign-in"]);
      await party.complete(await party.authorize(parameters, { request_uri }));
    },
  ),

  module(`${plan}-par-attempt-reuse-request_uri`, "PAR-04 takes a pushed request to its end once", async (trial) => {
    const party = await FapiParty.register(trial);
    const parameters = party.authorizationParameters();
    const { request_uri } = await party.pushed(parameters);
    await party.complete(await party.authorize(parameters, { request_uri }));
    expectRefused(trial, party, await party.authorize(parameters, { request_uri }));
  }),

  module(
    `${plan}-par-attempt-to-use-request_uri-for-different-client`,
    "PAR-03 binds the handle to its client",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const stranger = await FapiParty.register(trial);
      const parameters = party.authorizationParameters();
      const { request_uri } = await party.pushed(parameters);
      expectRefused(trial, stranger, await stranger.authorize(new URLSearchParams(), { request_uri }));
      await party.complete(await party.authorize(parameters, { request_uri }));
    },
  ),

  module(
    `${plan}-par-authorization-request-containing-request_uri-form-param`,
    "PAR-02 takes no request_uri inside a pushed request",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const { request_uri } = await party.pushed(party.authorizationParameters());
      const nested = party.authorizationParameters({ request_uri });
      expect(["invalid_request", "request_uri_not_supported"]).toContain(await refusalOf(await party.push(nested)));
    },
  ),

  module(`${plan}-par-attempt-invalid-http-method`, "PAR-01 takes pushed requests by POST alone", async (trial) => {
    const party = await FapiParty.register(trial);
    const endpoint = new URL(trial.metadata.pushed_authorization_request_endpoint ?? "");
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await trial.target.send(endpoint, { method });
      expect([404, 405], method).toContain(response.status);
    }
    await party.pushed(party.authorizationParameters());
  }),

  module(
    `${plan}-par-without-duplicate-parameters`,
    "PAR-06 needs nothing in the address but client_id and request_uri",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const outcome = await party.ask();
      expect([...outcome.parameters.keys()]).toContain("scope");
      await party.complete(outcome);
    },
  ),

  refusedPush(
    "par-ensure-pkce-required",
    "CODE-09 PAR-14 refuses a request without code_challenge",
    {
      code_challenge: null,
      code_challenge_method: null,
    },
    ["invalid_request"],
  ),
  refusedPush("par-plain-pkce-rejected", "CODE-10 refuses the method plain", { code_challenge_method: "plain" }, [
    "invalid_request",
  ]),
  refusedPush(
    "ensure-response-type-code-idtoken-fails",
    "AZ-01 refuses response_type=code id_token",
    {
      response_type: "code id_token",
    },
    ["invalid_request", "unsupported_response_type", "unauthorized_client"],
  ),
  refusedPush("ensure-response-type-token-fails", "AZ-01 refuses response_type=token", { response_type: "token" }, [
    "invalid_request",
    "unsupported_response_type",
    "unauthorized_client",
  ]),
  refusedPush(
    "ensure-redirect-uri-in-authorization-request",
    "RU-04 refuses a request without redirect_uri",
    {
      redirect_uri: null,
    },
    ["invalid_request"],
  ),
  refusedPush(
    "ensure-registered-redirect-uri",
    "RU-01 PAR-07 refuses an address that is not registered",
    {
      redirect_uri: unregistered,
    },
    ["invalid_request", "invalid_redirect_uri"],
  ),

  module(
    `${plan}-plain-fapi-tolerate-unregistered-redirect-uri`,
    "RU-01 lets no unregistered address in by being pushed",
    async (trial) => {
      const party = await FapiParty.register(trial);
      for (const uri of [unregistered, `${redirectUri}?added=1`])
        await refusalOf(await party.push(party.authorizationParameters({ redirect_uri: uri })));
    },
  ),

  module(
    `${plan}-ensure-request-object-without-redirect-uri-fails`,
    "PAR-06 takes no redirect_uri from the address",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const parameters = party.authorizationParameters({ redirect_uri: null });
      const response = await party.push(parameters);
      if (response.status !== 201) expect(await refusalOf(response)).toBe("invalid_request");
      else {
        const { request_uri } = (await response.json()) as { request_uri: string };
        expectRefused(trial, party, await party.authorize(parameters, { request_uri, redirect_uri: redirectUri }));
      }
    },
  ),

  module(
    `${plan}-ensure-unsigned-authorization-request-without-using-par-fails`,
    "PAR-08 takes no request by the address from a client that has to push",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const parameters = party.authorizationParameters();
      expectRefused(trial, party, await party.authorize(parameters, Object.fromEntries(parameters)));
    },
  ),

  module(`${plan}-ensure-pkce-code-verifier-required`, "CODE-11 refuses a code without its verifier", async (trial) => {
    const party = await FapiParty.register(trial);
    const outcome = await party.ask();
    const refusal = await refusalOf(await party.redeemWith(outcome, {}, { code_verifier: null }));
    expect(["invalid_grant", "invalid_request"]).toContain(refusal);
  }),

  module(
    `${plan}-incorrect-pkce-code-verifier-rejected`,
    "CODE-12 refuses a code with another's verifier",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const outcome = await party.ask();
      const wrong = { code_verifier: pkce().verifier };
      expect(await refusalOf(await party.redeemWith(outcome, {}, wrong))).toBe("invalid_grant");
    },
  ),
];
