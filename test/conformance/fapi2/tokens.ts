import { expect } from "vitest";
import { readTokens, refusalOf } from "../support/checks.ts";
import { type Module, module, seconds } from "../support/plan.ts";
import { FapiParty } from "./fapi-party.ts";

const plan = "fapi2-security-profile-final";

export const tokens: readonly Module[] = [
  module(
    `${plan}-ensure-token-endpoint-fails-with-expired-auth-code`,
    "CODE-02 takes no code after 62 seconds",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const outcome = await party.ask();
      await seconds(62);
      expect(await refusalOf(await party.redeemWith(outcome))).toBe("invalid_grant");
    },
  ),

  module(
    `${plan}-attempt-reuse-authorization-code-after-one-second`,
    "CODE-03 CODE-04 refuses a used code",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const signedIn = await party.signIn();
      await seconds(1);
      expect(await refusalOf(await party.redeemWith(signedIn))).toBe("invalid_grant");
      expect((await party.userInfo(signedIn.tokens.access_token)).status, "UserInfo afterwards").toBe(401);
    },
  ),

  module(
    `${plan}-ensure-client-id-in-token-endpoint`,
    "CODE-07 refuses another's client_id beside the assertion",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const stranger = await FapiParty.register(trial);
      const outcome = await party.ask();
      const response = await party.redeemWith(outcome, {}, { client_id: stranger.setting.client.id });
      expect(["invalid_client", "invalid_request", "invalid_grant"]).toContain(await refusalOf(response, [400, 401]));
    },
  ),

  module(`${plan}-ensure-authorization-code-is-bound-to-client`, "CODE-07 refuses another's code", async (trial) => {
    const party = await FapiParty.register(trial);
    const stranger = await FapiParty.register(trial);
    const outcome = await party.ask();
    const stolen = await stranger.redeem(party.code(outcome), party.verifierOf(outcome));
    expect(await refusalOf(stolen)).toBe("invalid_grant");
  }),

  module(
    `${plan}-ensure-holder-of-key-required`,
    "PAR-14 gives no tokens without a proof of possession",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const refusal = await refusalOf(await party.redeemWith(await party.ask(), { proof: null }));
      expect(["invalid_request", "invalid_dpop_proof", "invalid_grant"]).toContain(refusal);
    },
  ),

  module(
    `${plan}-refresh-token`,
    "RT-02 RT-05 refreshes for its client alone, and bears a lost answer",
    async (trial) => {
      const party = await FapiParty.register(trial);
      const first = await party.signIn({ scope: "openid offline_access", prompt: "consent" });
      const { refresh_token } = first.tokens;
      if (refresh_token === undefined) return trial.skip("no refresh token is issued");
      const request = { grant_type: "refresh_token", refresh_token };
      const stranger = await FapiParty.register(trial);
      expect(await refusalOf(await stranger.tokenRequest(request))).toBe("invalid_grant");
      const unproven = await party.tokenRequest(request, {}, { assertion: null });
      expect(await refusalOf(unproven, [400, 401])).toBe("invalid_client");

      await seconds(1.1);
      const refreshed = await readTokens(await party.tokenRequest(request));
      expect(refreshed.token_type.toLowerCase()).toBe("dpop");
      expect((await party.userInfo(refreshed.access_token)).status).toBe(200);
      await party.checkRefreshed(first, refreshed);
      // FAPI 2.0 Security Profile §5.3.2.1: no rotation, or the one before is good until the answer has arrived.
      const repeated = await readTokens(await party.tokenRequest(request));
      expect((await party.userInfo(repeated.access_token)).status).toBe(200);
    },
  ),
];
