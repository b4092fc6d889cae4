import { expect } from "vitest";
import { expectErrorPage, readTokens, refusalOf } from "../support/checks.ts";
import { type Module, module, seconds, type Trial } from "../support/plan.ts";
import { type Changes, pkce } from "../support/relying-party.ts";
import { redirectUri } from "../support/target.ts";

/** What a client sends that wants to be able to act later (OIDC Core §11). */
const offline = ({ metadata }: Trial): Changes =>
  metadata.scopes_supported.includes("offline_access") ? { scope: "openid offline_access", prompt: "consent" } : {};

const near = [
  `${redirectUri}/`,
  `${redirectUri}/more`,
  `${redirectUri}?added=1`,
  `${redirectUri}#fragment`,
  redirectUri.slice(0, -1),
  redirectUri.replace("/callback", "/x/../callback"),
  redirectUri.replace("/callback", "/Callback"),
  redirectUri.replace("rp.example.com", "rp.example.com.evil.example"),
  redirectUri.replace("rp.example.com", "rp.example.com@evil.example"),
  redirectUri.replace("https:", "http:"),
  "https://evil.example/callback",
];

export const codes: readonly Module[] = [
  module(
    "oidcc-codereuse-30seconds",
    "CODE-03 CODE-04 refuses a used code and takes back what it gave",
    async (trial) => {
      const party = await trial.party();
      const { code, tokens } = await party.signIn(offline(trial));
      await seconds(30);
      expect(await refusalOf(await party.redeem(code))).toBe("invalid_grant");
      expect((await party.userInfo(tokens.access_token)).status, "UserInfo afterwards").toBe(401);
      if (tokens.refresh_token === undefined) return;
      const { refresh_token } = tokens;
      expect(await refusalOf(await party.tokenRequest({ grant_type: "refresh_token", refresh_token }))).toBe(
        "invalid_grant",
      );
    },
  ),

  module("oidcc-codereuse", "CODE-03 refuses a used code", async (trial) => {
    const party = await trial.party();
    const { code } = await party.signIn();
    expect(await refusalOf(await party.redeem(code))).toBe("invalid_grant");
  }),

  module(
    "oidcc-ensure-registered-redirect-uri",
    "RU-01 RU-02 sends nobody to an address that is not registered",
    async (trial) => {
      const party = await trial.party();
      await party.signIn();
      for (const uri of near) {
        const { place } = await party.ask({ redirect_uri: uri });
        expectErrorPage(trial.target, place);
      }
    },
  ),

  module("oidcc-ensure-post-request-succeeds", "AZ-05 takes the request by POST from another site", async (trial) => {
    const { shown } = await (await trial.party()).signIn({}, { method: "POST" });
    expect(shown).toContain("sign-in");
  }),

  module(
    "oidcc-server-client-secret-post",
    "TOK-04 takes the client's secret in the body, where it is registered so",
    async (trial) => {
      expect(trial.metadata.token_endpoint_auth_methods_supported).toContain("client_secret_post");
      const party = await trial.party({ token_endpoint_auth_method: "client_secret_post" });
      await party.signIn();
      const code = party.code(await party.ask());
      expect(await refusalOf(await party.redeem(code, { client_secret: "wrong" }), [400, 401])).toBe("invalid_client");
    },
  ),

  module("oidcc-refresh-token", "RT-01 RT-02 refreshes, for the client that it was given to", async (trial) => {
    const party = await trial.party();
    const first = await party.signIn(offline(trial));
    const { refresh_token } = first.tokens;
    if (refresh_token === undefined) trial.skip("no refresh token is issued");
    expect(trial.metadata.grant_types_supported).toContain("refresh_token");
    const request = { grant_type: "refresh_token", refresh_token: refresh_token ?? "" };
    const stranger = (await trial.party()).setting.client;
    expect(await refusalOf(await party.besides(stranger).tokenRequest(request))).toBe("invalid_grant");

    await seconds(1.1);
    const tokens = await readTokens(await party.tokenRequest(request));
    expect(tokens.access_token).not.toBe(first.tokens.access_token);
    expect((await party.userInfo(tokens.access_token)).status).toBe(200);
    await party.checkRefreshed(first, tokens);
  }),

  module(
    "oidcc-ensure-request-with-valid-pkce-succeeds",
    "CODE-11 CODE-12 CODE-13 holds a code to its verifier",
    async (trial) => {
      const party = await trial.party();
      const { verifier, challenge } = pkce();
      const challenged = { code_challenge: challenge, code_challenge_method: "S256" };
      await party.signIn(challenged, { redeemWith: { code_verifier: verifier } });

      for (const wrong of [{ code_verifier: pkce().verifier }, {}, { code_verifier: `${verifier}A` }]) {
        const code = party.code(await party.ask(challenged));
        expect(await refusalOf(await party.redeem(code, wrong))).toBe("invalid_grant");
      }
      const unchallenged = party.code(await party.ask());
      expect(await refusalOf(await party.redeem(unchallenged, { code_verifier: verifier }))).toBe("invalid_grant");
    },
  ),
];
