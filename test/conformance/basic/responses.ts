import { expect } from "vitest";
import { checkIdToken, expectErrorPage, readKeys, readTokens, readUserInfo } from "../support/checks.ts";
import { type Module, module, type Trial } from "../support/plan.ts";

/** Characters that mean something in an address, a form or a page: what comes back is compared with it (AZ-06, AZ-20). */
const hostileState = `Zz"><B id='injected'>&amp;&#43;+%20%zz#?=/\\ é😀`;

/** Bits of a text when each of its characters is as likely as it is frequent in it. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const perCharacter = [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
  return perCharacter * text.length;
}

/** Signs in, and asks UserInfo in another way than usual. */
async function userInfoBy(trial: Trial, ask: (url: URL, accessToken: string) => Promise<Response>): Promise<void> {
  const { tokens, idToken } = await (await trial.party()).signIn();
  const response = await ask(new URL(trial.metadata.userinfo_endpoint), tokens.access_token);
  if (response.status === 200) await readUserInfo(response, idToken.sub);
  else trial.skip(`UserInfo does not take the token in this way (${response.status}), as RFC 6750 §2 lets it`);
}

export const responses: readonly Module[] = [
  module(
    "oidcc-server",
    "JWT-01 CODE-01 AZ-06 signs a person in, with a code that nobody can guess and the state as it was",
    async (trial) => {
      const signedIn = await (await trial.party()).signIn({ state: hostileState });
      expect(entropyBits(signedIn.code), "bits of entropy in the code").toBeGreaterThanOrEqual(96);
      expect(signedIn.code.length * 6, "bits in the code").toBeGreaterThanOrEqual(128);
      expect(signedIn.tokens.scope ?? "openid", "scope").toBe("openid");
    },
  ),

  module("oidcc-response-type-missing", "AZ-02 refuses a request without response_type", async (trial) => {
    const party = await trial.party();
    const outcome = await party.ask({ response_type: null });
    if (outcome.place.at === "provider") expectErrorPage(trial.target, outcome.place);
    else expect(["invalid_request", "unsupported_response_type"]).toContain(party.error(outcome));
  }),

  module("oidcc-idtoken-signature", "JWT-01 signs ID tokens with RS256 and a published key", async (trial) => {
    expect(trial.metadata.id_token_signing_alg_values_supported).toContain("RS256");
    const party = await trial.party({ id_token_signed_response_alg: "RS256" });
    const outcome = await party.ask();
    const code = party.code(outcome);
    const tokens = await readTokens(await party.redeem(code));
    const keys = await readKeys(trial.target, trial.metadata);
    await checkIdToken(tokens.id_token, party.expected(outcome, tokens, code), keys, trial.metadata);
    // One bit of the signature is another: nobody would notice if nothing were checked here.
    const [head, body, signature = ""] = (tokens.id_token ?? "").split(".");
    const forged = `${head}.${body}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    await expect(
      checkIdToken(forged, party.expected(outcome, tokens, code), keys, trial.metadata),
    ).rejects.toMatchObject({ code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  }),

  module("oidcc-idtoken-unsigned", "JWT-02 issues no unsigned ID tokens", async (trial) => {
    expect(trial.metadata.id_token_signing_alg_values_supported).not.toContain("none");
    trial.skip("`none` is not advertised in id_token_signing_alg_values_supported");
  }),

  module("oidcc-userinfo-get", "UI-01 answers GET with the token in the header", async (trial) => {
    const { userInfo, idToken } = await (await trial.party()).signIn();
    expect(userInfo.sub).toBe(idToken.sub);
  }),

  module("oidcc-userinfo-post-header", "UI-01 answers POST with the token in the header", (trial) =>
    userInfoBy(trial, (url, token) =>
      trial.target.send(url, { method: "POST", headers: { authorization: `Bearer ${token}` } }),
    ),
  ),

  module("oidcc-userinfo-post-body", "UI-01 answers POST with the token in the body", (trial) =>
    userInfoBy(trial, (url, token) =>
      trial.target.send(url, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ access_token: token }).toString(),
      }),
    ),
  ),

  module(
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow",
    "AZ-07 needs no nonce in the code flow",
    async (trial) => {
      const { idToken } = await (await trial.party()).signIn({ nonce: null });
      expect(idToken).not.toHaveProperty("nonce");
    },
  ),
];
