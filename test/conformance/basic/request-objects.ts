import { UnsecuredJWT } from "jose";
import { expect } from "vitest";
import { expectErrorPage } from "../support/checks.ts";
import { type Module, module, type Trial } from "../support/plan.ts";
import type { RelyingParty } from "../support/relying-party.ts";

/** An unsigned request object with all the parameters (OIDC Core §6.1). */
const unsigned = (party: RelyingParty): string =>
  new UnsecuredJWT(Object.fromEntries(party.authorizationParameters()))
    .setIssuer(party.setting.client.id)
    .setAudience(party.setting.metadata.issuer)
    .encode();

/** What is not offered is refused by its own name, never passed over: the request may have meant something else without it. */
async function expectRejected(trial: Trial, parameter: "request" | "request_uri", error: string): Promise<void> {
  const party = await trial.party();
  const value = parameter === "request" ? unsigned(party) : "https://rp.example.com/request.jwt";
  const outcome = await party.ask({ [parameter]: value });
  if (outcome.place.at === "provider") expectErrorPage(trial.target, outcome.place);
  else expect(party.error(outcome)).toBe(error);
}

export const requestObjects: readonly Module[] = [
  module(
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
    "AZ-22 rejects request_uri, as it says it does",
    async (trial) => {
      expect(trial.metadata.request_uri_parameter_supported).toBe(false);
      await expectRejected(trial, "request_uri", "request_uri_not_supported");
    },
  ),

  module(
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    "AZ-22 rejects request, as it says it does",
    async (trial) => {
      expect(trial.metadata.request_parameter_supported).toBe(false);
      await expectRejected(trial, "request", "request_not_supported");
    },
  ),

  module("oidcc-ensure-request-object-with-redirect-uri", "AZ-22 reads no request objects", async (trial) => {
    expect(trial.metadata.request_parameter_supported).toBe(false);
    await expectRejected(trial, "request", "request_not_supported");
    trial.skip("request_parameter_supported is not advertised");
  }),
];
