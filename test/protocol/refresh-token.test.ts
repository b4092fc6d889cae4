import { evictDurableObject } from "cloudflare:test";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { issueRefreshToken, readRefreshToken } from "../../src/domain/tokens/refresh-token.ts";
import { travel } from "../support/clock.ts";
import { spoiled } from "../support/spoiled.ts";
import {
  bareTokenRequest,
  expectOAuthError,
  introspection,
  isLive,
  issued,
  objectOf,
  redemption,
  refresh,
  signedInUser,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, type TokenAnswer } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

async function line(settings: Record<string, unknown> = {}, parameters: Record<string, string | undefined> = {}) {
  const context = await makeRealm(settings);
  const client = await makeClient(context);
  const first = await issued(context, client, parameters);
  const next = async (from: TokenAnswer) => tokenAnswer(await refresh(context, client, from.refresh_token));
  const refused = async (token: string) =>
    expectOAuthError(await refresh(context, client, token), 400, "invalid_grant");
  return { context, client, first, next, refused };
}

describe("rotation (RFC 9700 §4.14.2)", () => {
  it("RT-01 gives none to a client that is not registered for it, nor the scope offline_access (OIDC Core §11)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, { grant_types: ["authorization_code"] });
    const { tokens } = await issued(context, client, { scope: "openid email offline_access" });
    expect(tokens).not.toHaveProperty("refresh_token");
    expect(tokens.scope).toBe("openid email");
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
  });

  it("RT-01 RT-03 gives a new token each time, of characters that a header may carry", async () => {
    const { first, next } = await line();
    const second = await next(first.tokens);
    const third = await next(second);
    const tokens = [first.tokens, second, third].map((answer) => answer.refresh_token);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(token).toMatch(/^[\x21-\x7E]{64,512}$/);
    expect(new Set([first.tokens, second, third].map((answer) => decodeJwt(answer.access_token).jti)).size).toBe(3);
    expect(third.scope).toBe(first.tokens.scope);
  });

  it("RT-03 RT-04 reuse of a token whose successor was used ends the family, its access tokens included", async () => {
    const { context, client, first, next, refused } = await line();
    const second = await next(first.tokens);
    const third = await next(second);
    expect(await isLive(context, client, third.access_token)).toBe(true);
    await refused(first.tokens.refresh_token);
    for (const answer of [first.tokens, second, third]) {
      await refused(answer.refresh_token);
      expect(await isLive(context, client, answer.access_token)).toBe(false);
      expect(await introspection(context, client, answer.refresh_token)).toEqual({ active: false });
    }
  });

  it("RT-04 leaves the user's other families alone", async () => {
    const { context, client, first, next, refused } = await line();
    const { code, verifier } = await obtainCode(context, client, first.cookie);
    const other = await tokenAnswer(
      await bareTokenRequest(context, {
        ...redemption(client, code, verifier),
        client_id: client.clientId,
        client_secret: client.secret,
      }),
    );
    await next(await next(first.tokens));
    await refused(first.tokens.refresh_token);
    expect(await isLive(context, client, other.access_token)).toBe(true);
    await next(other);
  });

  it("RT-05 a retry within 30 s is told the same again, as often as it asks (FAPI 2.0 §5.3.2.1)", async () => {
    const { context, client, first, next } = await line();
    const second = await next(first.tokens);
    for (const wait of [0, 10, 19]) {
      travel(wait);
      const again = await next(first.tokens);
      expect(again.refresh_token).toBe(second.refresh_token);
      const [told, before] = [decodeJwt(again.access_token), decodeJwt(second.access_token)];
      expect(told).toEqual(before);
      expect(decodeJwt(again.id_token).iat).toBe(decodeJwt(second.id_token).iat);
    }
    const third = await next(second);
    expect(await isLive(context, client, third.access_token)).toBe(true);
  });

  it("RT-05 after 30 s a retry is a reuse", async () => {
    const { context, client, first, next, refused } = await line();
    const second = await next(first.tokens);
    travel(31);
    await refused(first.tokens.refresh_token);
    await refused(second.refresh_token);
    expect(await isLive(context, client, second.access_token)).toBe(false);
  });

  it("RT-06 RE-01 fifty parallel refreshes are one line: one successor, one access token id", async () => {
    const { context, client, first, next } = await line();
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => refresh(context, client, first.tokens.refresh_token)),
    );
    const answers = await Promise.all(responses.map(tokenAnswer));
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
    expect(new Set(answers.map((answer) => decodeJwt(answer.access_token).jti)).size).toBe(1);
    const [second] = answers;
    if (second === undefined) throw new Error("no answer");
    expect(await isLive(context, client, (await next(second)).access_token)).toBe(true);
  });

  it("RT-06 fifty parallel reuses of a spent token all fail", async () => {
    const { context, client, first, next } = await line();
    await next(await next(first.tokens));
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => refresh(context, client, first.tokens.refresh_token)),
    );
    for (const response of responses) await expectOAuthError(response, 400, "invalid_grant");
  });

  it("RT-07 remembers after its object was evicted from memory (CVE-2026-9802)", async () => {
    const { context, client, first, next, refused } = await line();
    const second = await next(first.tokens);
    const third = await next(second);
    await evictDurableObject(objectOf(context, first.user.id));
    await refused(first.tokens.refresh_token);
    await evictDurableObject(objectOf(context, first.user.id));
    await refused(third.refresh_token);
    expect(await isLive(context, client, third.access_token)).toBe(false);
  });
});

describe("whose token it is (RFC 6749 §6)", () => {
  it("RT-02 is refused to another client, which changes nothing for the right one", async () => {
    const { context, client, first, next } = await line();
    const other = await makeClient(context);
    const second = await next(first.tokens);
    for (const { refresh_token } of [first.tokens, second])
      await expectOAuthError(await refresh(context, other, refresh_token), 400, "invalid_grant");
    const third = await next(second);
    await expectOAuthError(await refresh(context, other, first.tokens.refresh_token), 400, "invalid_grant");
    expect(await isLive(context, client, third.access_token)).toBe(true);
  });

  it("RT-02 is refused without client authentication", async () => {
    const { context, client, first, next } = await line();
    const fields = { grant_type: "refresh_token", refresh_token: first.tokens.refresh_token };
    await expectOAuthError(await bareTokenRequest(context, fields), 401, "invalid_client");
    await expectOAuthError(
      await bareTokenRequest(context, { ...fields, client_id: client.clientId }),
      401,
      "invalid_client",
    );
    await next(first.tokens);
  });

  it("RT-02 RT-03 is rotated for a public client too, which sends its client_id", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, {}, { type: "public" });
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, cookie);
    const send = (fields: Record<string, string | undefined>) => bareTokenRequest(context, fields);
    const first = await tokenAnswer(await send({ ...redemption(client, code, verifier), client_id: client.clientId }));
    const fields = { grant_type: "refresh_token", refresh_token: first.refresh_token };
    await expectOAuthError(await send(fields), 401, "invalid_client");
    const second = await tokenAnswer(await send({ ...fields, client_id: client.clientId }));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    travel(31);
    await expectOAuthError(await send({ ...fields, client_id: client.clientId }), 400, "invalid_grant");
    expect((await userinfo(context, second.access_token)).status).toBe(401);
  });

  it("RT-02 cannot be made up or altered", async () => {
    const { context, first, next, refused } = await line();
    const token = first.tokens.refresh_token;
    const [, keyId = "", payload = "", tag = ""] = token.split(".");
    const stranger = await signedInUser(context);
    const named = await readRefreshToken(context, token);
    if (named === null) throw new Error("the token is not readable");
    const altered = (fields: unknown) => btoa(JSON.stringify(fields)).replaceAll("=", "");
    const forged = [
      spoiled(token),
      `rt.${keyId}.${payload}.`,
      `rt.${keyId}.${payload}`,
      `rt.${keyId}.${payload}.${tag}.`,
      `rt.${keyId}.${payload}.${tag}=`,
      `RT.${keyId}.${payload}.${tag}`,
      `rt.other.${payload}.${tag}`,
      `rt.__proto__.${payload}.${tag}`,
      `rt.${keyId}.${altered([stranger.user.id, named.grantId, 1])}.${tag}`,
      `rt.${keyId}.${altered([named.userId, named.grantId, 2])}.${tag}`,
      ` ${token}`,
      `${token}\n`,
      token.repeat(3),
    ];
    for (const text of forged) await refused(text);
    // Well signed, but of generations that were never handed out: not a reuse, so the line goes on.
    for (const generation of [0, -1, 2, 1.5, Number.MAX_SAFE_INTEGER])
      await refused(await issueRefreshToken(context, { ...named, generation }));
    await refused(await issueRefreshToken(context, { ...named, grantId: "another" }));
    await refused(await issueRefreshToken(context, { ...named, userId: stranger.user.id }));
    await next(first.tokens);
  });
});

describe("scope of a refresh (RFC 6749 §6)", () => {
  it("RT-08 may narrow for one access token without shrinking the grant", async () => {
    const { context, client, first, next } = await line();
    const narrow = await tokenAnswer(
      await refresh(context, client, first.tokens.refresh_token, { scope: "openid email" }),
    );
    expect(narrow.scope).toBe("openid email");
    expect(decodeJwt(narrow.access_token).scope).toBe("openid email");
    const claims = (await (await userinfo(context, narrow.access_token)).json()) as Record<string, unknown>;
    expect(Object.keys(claims).sort()).toEqual(["email", "email_verified", "sub"]);
    expect((await next(narrow)).scope).toBe(first.tokens.scope);
  });

  it("RT-08 gives no ID token when openid was left out", async () => {
    const { context, client, first } = await line();
    const narrow = await tokenAnswer(await refresh(context, client, first.tokens.refresh_token, { scope: "email" }));
    expect(narrow).not.toHaveProperty("id_token");
    expect((await userinfo(context, narrow.access_token)).status).toBe(403);
  });

  it.each([
    "openid phone",
    "roles",
    "admin",
    "openid profile email offline_access roles",
    "OPENID",
    "openid\u00a0email",
  ])("RT-08 never widens: scope=%s is refused and nothing is rotated", async (scope) => {
    const { context, client, first, next } = await line();
    const answer = await refresh(context, client, first.tokens.refresh_token, { scope });
    await expectOAuthError(answer, 400, "invalid_scope");
    expect(decodeJwt((await next(first.tokens)).access_token).jti).toMatch(/-2$/);
  });
});
