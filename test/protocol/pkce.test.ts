import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  bareTokenRequest,
  expectOAuthError,
  redemption,
  type SignedInUser,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, pkce, redeem, type TestClient, tokenRequest } from "../support/world.ts";

let context: RealmContext;
let who: SignedInUser;
let confidential: TestClient;
let open: TestClient;
let lenient: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  who = await signedInUser(context);
  confidential = await makeClient(context);
  open = await makeClient(context, {}, { type: "public" });
  lenient = await makeClient(context, { require_pkce: false });
});

/** What /authorize tells the client when it gives no code. */
async function refusal(client: TestClient, parameters: Record<string, string | undefined>): Promise<URL> {
  const error: unknown = await obtainCode(context, client, who.cookie, parameters).then(
    () => new Error("a code was given"),
    (reason: unknown) => reason,
  );
  const address = /^no code: 302 (\S+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (address === undefined) throw error;
  const location = new URL(address);
  expect(location.origin + location.pathname).toBe("https://partner.test/callback");
  expect(location.searchParams.get("code")).toBeNull();
  expect(location.searchParams.get("iss")).toBe(context.realm.issuer);
  return location;
}

const withoutChallenge = { code_challenge: undefined, code_challenge_method: undefined };

describe("at the authorization endpoint (RFC 7636 §4.3)", () => {
  it("CODE-09 CODE-13 requires a challenge of public and of confidential clients (RFC 9700 §2.1.1)", async () => {
    for (const client of [open, confidential])
      expect((await refusal(client, withoutChallenge)).searchParams.get("error")).toBe("invalid_request");
  });

  it.each([
    ["plain", "plain"],
    ["an absent method, which means plain", undefined],
    ["an unknown method", "S512"],
    ["another case", "s256"],
  ])("CODE-10 refuses %s", async (_name, method) => {
    for (const client of [open, confidential, lenient]) {
      const location = await refusal(client, { code_challenge_method: method });
      expect(location.searchParams.get("error")).toBe("invalid_request");
    }
  });

  it("CODE-10 refuses a method without a challenge", async () => {
    for (const client of [open, confidential, lenient]) {
      const location = await refusal(client, { code_challenge: undefined, code_challenge_method: "S256" });
      expect(location.searchParams.get("error")).toBe("invalid_request");
    }
  });

  it.each([
    ["of 42 characters", "a".repeat(42)],
    ["of 44 characters", "a".repeat(44)],
    ["with padding", `${"a".repeat(42)}=`],
    ["in plain base64", `${"a".repeat(41)}+/`],
    ["in hexadecimal", "ab".repeat(32)],
    ["with a blank", `${"a".repeat(42)} `],
  ])("CODE-12 refuses a challenge %s", async (_name, challenge) => {
    expect((await refusal(open, { code_challenge: challenge })).searchParams.get("error")).toBe("invalid_request");
  });

  it("CODE-13 excuses only a confidential OpenID client that was registered so", async () => {
    const parameters = { ...withoutChallenge, scope: "openid" };
    const { code } = await obtainCode(context, lenient, who.cookie, parameters);
    await tokenAnswer(
      await tokenRequest(context, lenient, { ...redemption(lenient, code, ""), code_verifier: undefined }),
    );
    const notOpenId = await refusal(lenient, { ...withoutChallenge, scope: "email" });
    expect(notOpenId.searchParams.get("error")).toBe("invalid_request");
    // Cannot be registered; should such a row exist all the same, a public client is still not excused.
    const careless = await makeClient(context, { require_pkce: false }, { type: "public" });
    expect((await refusal(careless, parameters)).searchParams.get("error")).toBe("invalid_request");
  });
});

describe("at the token endpoint (RFC 7636 §4.6)", () => {
  it("CODE-11 a code with a challenge needs its verifier, whoever the client is (CVE-2025-4144)", async () => {
    for (const client of [confidential, lenient]) {
      const { code, verifier } = await obtainCode(context, client, who.cookie);
      const stripped = { ...redemption(client, code, verifier), code_verifier: undefined };
      await expectOAuthError(await tokenRequest(context, client, stripped), 400, "invalid_grant");
      await redeem(context, client, code, verifier);
    }
    const { code, verifier } = await obtainCode(context, open, who.cookie);
    const stripped = { ...redemption(open, code, verifier), code_verifier: undefined, client_id: open.clientId };
    await expectOAuthError(await bareTokenRequest(context, stripped), 400, "invalid_grant");
    await tokenAnswer(await bareTokenRequest(context, { ...stripped, code_verifier: verifier }));
  });

  it("CODE-11 a verifier for a code without a challenge is refused (RFC 9700 §4.8.2)", async () => {
    const { code } = await obtainCode(context, lenient, who.cookie, { ...withoutChallenge, scope: "openid" });
    const { verifier } = await pkce();
    const answer = await tokenRequest(context, lenient, redemption(lenient, code, verifier));
    await expectOAuthError(answer, 400, "invalid_grant");
  });

  const wrongs: [string, (verifier: string) => string | Promise<string>][] = [
    ["another one", async () => (await pkce()).verifier],
    ["cut short", (verifier) => verifier.slice(0, -1)],
    ["lengthened", (verifier) => `${verifier}a`],
    ["the challenge itself", (verifier) => sha256(verifier)],
    ["empty", () => ""],
    ["in upper case", (verifier) => verifier.toUpperCase()],
    ["followed by a line break", (verifier) => `${verifier}\n`],
    ["of ten thousand characters", () => "x".repeat(10_000)],
  ];

  it.each(wrongs)("CODE-12 refuses a verifier that is %s", async (_name, spoil) => {
    const { code, verifier } = await obtainCode(context, open, who.cookie);
    const fields = { ...redemption(open, code, await spoil(verifier)), client_id: open.clientId };
    await expectOAuthError(await bareTokenRequest(context, fields), 400, "invalid_grant");
    await tokenAnswer(await bareTokenRequest(context, { ...fields, code_verifier: verifier }));
  });

  it.each([
    ["42 characters", "v".repeat(42)],
    ["129 characters", "v".repeat(129)],
    ["characters outside the alphabet", `${"v".repeat(42)}+`],
    ["characters outside ASCII", `${"v".repeat(42)}é`],
  ])("CODE-12 refuses a verifier of %s even if its hash is the challenge (§4.1)", async (_name, verifier) => {
    const { code } = await obtainCode(context, open, who.cookie, { code_challenge: await sha256(verifier) });
    const fields = { ...redemption(open, code, verifier), client_id: open.clientId };
    await expectOAuthError(await bareTokenRequest(context, fields), 400, "invalid_grant");
  });

  it.each([
    ["43 characters", "v".repeat(43)],
    ["128 characters", "v".repeat(128)],
    ["every kind of character allowed", `${"-._~".repeat(10)}aZ09`],
  ])("CODE-13 takes a verifier of %s (§4.1)", async (_name, verifier) => {
    for (const client of [confidential, lenient]) {
      const { code } = await obtainCode(context, client, who.cookie, { code_challenge: await sha256(verifier) });
      await redeem(context, client, code, verifier);
    }
  });

  it("CODE-07 binds a public client's code to its client_id", async () => {
    const other = await makeClient(context, {}, { type: "public" });
    const { code, verifier } = await obtainCode(context, open, who.cookie);
    const fields = redemption(open, code, verifier);
    await expectOAuthError(await bareTokenRequest(context, fields), 401, "invalid_client");
    const asOther = await bareTokenRequest(context, { ...fields, client_id: other.clientId });
    await expectOAuthError(asOther, 400, "invalid_grant");
    await tokenAnswer(await bareTokenRequest(context, { ...fields, client_id: open.clientId }));
  });
});
