import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  boundTokens,
  makeProof,
  makeProofKey,
  type ProofKey,
  provenTokenRequest,
  tokensByKey,
  tokenUrl,
  userinfoByKey,
  userinfoUrl,
} from "../support/dpop.ts";
import {
  expectOAuthError,
  introspection,
  issued,
  postAs,
  redemption,
  signedInUser,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let app: TestClient;
let key: ProofKey;
let other: ProofKey;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  app = await makeClient(context, {}, { type: "public" });
  [key, other] = await Promise.all([makeProofKey(), makeProofKey()]);
});

const refreshFields = (token: string) => ({ grant_type: "refresh_token", refresh_token: token });
const codeOf = async (as: TestClient, parameters: Record<string, string | undefined> = {}) => {
  const { cookie } = await signedInUser(context);
  const { code, verifier } = await obtainCode(context, as, cookie, parameters);
  return redemption(as, code, verifier);
};

describe("DP-01 a proof binds the tokens to its key (RFC 9449 §5, §6)", () => {
  it("the answer and the token say so, and UserInfo takes it with a proof", async () => {
    const { tokens } = await boundTokens(context, client, key);
    expect(tokens.token_type).toBe("DPoP");
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: key.jkt });
    expect(decodeJwt(tokens.id_token).cnf).toBeUndefined();
    const shown = await userinfoByKey(context, tokens.access_token, key);
    expect(shown.status).toBe(200);
    expect(shown.headers.get("dpop-nonce")).toBeNull();
    expect(await shown.json()).toMatchObject({ sub: decodeJwt(tokens.id_token).sub });
  });

  it("IR-04 introspection shows the key and the kind of token (RFC 9449 §6.2)", async () => {
    const { tokens } = await boundTokens(context, client, key);
    expect(await introspection(context, client, tokens.access_token)).toMatchObject({
      active: true,
      token_type: "DPoP",
      cnf: { jkt: key.jkt },
      scope: "openid profile email offline_access",
      client_id: client.clientId,
      iss: context.realm.issuer,
    });
    const { tokens: plain } = await issued(context, client);
    const state = await introspection(context, client, plain.access_token);
    expect(state).toMatchObject({ active: true, token_type: "Bearer" });
    expect(state).not.toHaveProperty("cnf");
  });

  it("a client's own token is bound too", async () => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const answer = await tokenAnswer(await tokensByKey(context, machine, { grant_type: "client_credentials" }, key));
    expect(answer.token_type).toBe("DPoP");
    expect(decodeJwt(answer.access_token).cnf).toEqual({ jkt: key.jkt });
    expect(await introspection(context, machine, answer.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
  });

  it("bound tokens are revoked like others, without a proof (RFC 7009 §2.1)", async () => {
    const { tokens } = await boundTokens(context, client, key);
    expect((await postAs(context, client, "/revoke", { token: tokens.access_token })).status).toBe(200);
    const refused = await userinfoByKey(context, tokens.access_token, key);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    expect(await introspection(context, client, tokens.access_token)).toEqual({ active: false });
    const renewed = await tokenAnswer(await tokensByKey(context, client, refreshFields(tokens.refresh_token), key));
    expect((await postAs(context, client, "/revoke", { token: renewed.refresh_token })).status).toBe(200);
    expect((await userinfoByKey(context, renewed.access_token, key)).status).toBe(401);
  });

  it("a client registered for bound tokens gets none without a proof, by no grant (RFC 9449 §5.2)", async () => {
    const grant_types = ["authorization_code", "refresh_token", "client_credentials"];
    const bound = await makeClient(context, {
      grant_types,
      dpop_bound_access_tokens: true,
      scopes: ["openid", "offline_access", "reports"],
    });
    const fields = await codeOf(bound, { scope: "openid offline_access" });
    await expectOAuthError(await provenTokenRequest(context, bound, fields), 400, "invalid_dpop_proof");
    const tokens = await tokenAnswer(await tokensByKey(context, bound, fields, key));
    expect(tokens.token_type).toBe("DPoP");
    for (const without of [refreshFields(tokens.refresh_token), { grant_type: "client_credentials" }])
      await expectOAuthError(await provenTokenRequest(context, bound, without), 400, "invalid_dpop_proof");
    await tokenAnswer(await tokensByKey(context, bound, refreshFields(tokens.refresh_token), key));
    await tokenAnswer(await tokensByKey(context, bound, { grant_type: "client_credentials" }, key));
  });

  it("a FAPI client may not sign its proofs with RS256 (FAPI 2.0 Security Profile §5.4.1)", async () => {
    const [rsa, pss] = await Promise.all([makeProofKey("RS256"), makeProofKey("PS256")]);
    const machine = await makeClient(context, {
      grant_types: ["client_credentials"],
      scopes: ["reports"],
      profile: "fapi2",
      token_endpoint_auth_method: "client_secret",
    });
    const fields = { grant_type: "client_credentials" };
    await expectOAuthError(await tokensByKey(context, machine, fields, rsa), 400, "invalid_dpop_proof");
    await expectOAuthError(await provenTokenRequest(context, machine, fields), 400, "invalid_dpop_proof");
    expect((await tokenAnswer(await tokensByKey(context, machine, fields, pss))).token_type).toBe("DPoP");
  });
});

describe("DP-06 RT-03 refresh tokens of bound grants (RFC 9449 §5)", () => {
  it("a public client's is good with the first key alone, and survives the wrong one", async () => {
    const { tokens } = await boundTokens(context, app, key);
    const fields = refreshFields(tokens.refresh_token);
    await expectOAuthError(await tokensByKey(context, app, fields, other), 400, "invalid_grant");
    await expectOAuthError(await provenTokenRequest(context, app, fields), 400, "invalid_grant");
    expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
    const next = await tokenAnswer(await tokensByKey(context, app, fields, key));
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(decodeJwt(next.access_token).cnf).toEqual({ jkt: key.jkt });
    const afterNext = refreshFields(next.refresh_token);
    await expectOAuthError(await tokensByKey(context, app, afterNext, other), 400, "invalid_grant");
    await tokenAnswer(await tokensByKey(context, app, afterNext, key));
  });

  it("a public client's from before it proved a key is bound to none; its access tokens are", async () => {
    const plain = await tokenAnswer(await provenTokenRequest(context, app, await codeOf(app)));
    expect(plain.token_type).toBe("Bearer");
    const next = await tokenAnswer(await tokensByKey(context, app, refreshFields(plain.refresh_token), key));
    expect(next.token_type).toBe("DPoP");
    const last = await tokenAnswer(await tokensByKey(context, app, refreshFields(next.refresh_token), other));
    expect(decodeJwt(last.access_token).cnf).toEqual({ jkt: other.jkt });
  });

  it("a confidential client proves itself by its secret, and may change its key", async () => {
    const { tokens } = await boundTokens(context, client, key);
    const next = await tokenAnswer(await tokensByKey(context, client, refreshFields(tokens.refresh_token), other));
    expect(decodeJwt(next.access_token).cnf).toEqual({ jkt: other.jkt });
    expect((await userinfoByKey(context, next.access_token, other)).status).toBe(200);
    expect((await userinfoByKey(context, next.access_token, key)).status).toBe(401);
    expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
  });

  it("RT-03 the old one is dead after its successor's use, whatever the key", async () => {
    const { tokens } = await boundTokens(context, app, key);
    const first = await tokenAnswer(await tokensByKey(context, app, refreshFields(tokens.refresh_token), key));
    const second = await tokenAnswer(await tokensByKey(context, app, refreshFields(first.refresh_token), key));
    await expectOAuthError(
      await tokensByKey(context, app, refreshFields(tokens.refresh_token), key),
      400,
      "invalid_grant",
    );
    expect((await userinfoByKey(context, second.access_token, key)).status).toBe(401);
  });
});

describe("DP-07 a code bound to a key (RFC 9449 §10)", () => {
  it.each([
    ["confidential", () => client],
    ["public", () => app],
  ])("of a %s client is good with that key alone, and survives the wrong one", async (_type, given) => {
    const fields = await codeOf(given(), { dpop_jkt: key.jkt });
    await expectOAuthError(await tokensByKey(context, given(), fields, other), 400, "invalid_grant");
    await expectOAuthError(await provenTokenRequest(context, given(), fields), 400, "invalid_grant");
    const tokens = await tokenAnswer(await tokensByKey(context, given(), fields, key));
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: key.jkt });
  });

  it.each([
    ["too short", "abc"],
    ["a character too long", "x".repeat(44)],
    ["not base64url", `${"x".repeat(42)}=`],
    ["a key", '{"kty":"EC"}'],
  ])("dpop_jkt that is %s is refused", async (_what, dpop_jkt) => {
    const { cookie } = await signedInUser(context);
    await expect(obtainCode(context, client, cookie, { dpop_jkt })).rejects.toThrow(
      /^no code: 302 https:\/\/partner\.test\/callback\?error=invalid_request&/,
    );
  });

  it("a code that is bound to none is taken with any key", async () => {
    const tokens = await tokenAnswer(await tokensByKey(context, client, await codeOf(client), other));
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: other.jkt });
  });
});

describe("DP-05 the schemes are not interchangeable (RFC 9449 §7.1, §7.2)", () => {
  it("a bound token is worth nothing to its bearer", async () => {
    const { tokens } = await boundTokens(context, client, key);
    const refused = await userinfo(context, tokens.access_token);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    expect(refused.headers.get("www-authenticate")).toMatch(
      /^Bearer realm="oauth", error="invalid_token", error_description="[^"]+", resource_metadata="[^"]+", DPoP realm="oauth", algs="ES256 PS256 RS256 EdDSA Ed25519"$/,
    );
  });

  it("not even when the bearer shows a proof of another key, or of none of the tokens", async () => {
    const { tokens } = await boundTokens(context, client, key);
    const about = { url: userinfoUrl(context), method: "GET", accessToken: tokens.access_token };
    for (const dpop of [await makeProof(other, about), await makeProof(key, { url: tokenUrl(context) })]) {
      const headers = { authorization: `Bearer ${tokens.access_token}`, dpop };
      expect((await request(userinfoUrl(context), { headers })).status).toBe(401);
    }
  });

  it("a bearer's token is not taken by the scheme DPoP", async () => {
    const { tokens } = await issued(context, client);
    const refused = await userinfoByKey(context, tokens.access_token, key);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect((await userinfo(context, tokens.access_token)).status).toBe(200);
  });
});
