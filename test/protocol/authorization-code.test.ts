import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { travel } from "../support/clock.ts";
import {
  expectOAuthError,
  introspection,
  isLive,
  issued,
  objectOf,
  redemption,
  refresh,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, pkce, redeem, tokenRequest } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Realm, client and a fresh code. */
async function freshCode(settings: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) {
  const context = await makeRealm(settings);
  const client = await makeClient(context, metadata);
  const who = await signedInUser(context);
  return { context, client, ...who, ...(await obtainCode(context, client, who.cookie)) };
}

describe("an authorization code", () => {
  it("CODE-01 is 256 random bits in base64url, without structure (RFC 6749 §10.10)", async () => {
    const { context, client, cookie } = await freshCode();
    const codes: string[] = [];
    for (let batch = 0; batch < 10; batch++) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => obtainCode(context, client, cookie)));
      codes.push(...answers.map(({ code }) => code));
    }
    expect(new Set(codes).size).toBe(300);
    for (const code of codes) expect(code).toMatch(/^[A-Za-z0-9_-]{43}$/);
    // The last character carries four bits only; each of the others takes nearly all of its 64 values in 300 draws.
    for (let position = 0; position < 42; position++)
      expect(new Set(codes.map((code) => code[position])).size).toBeGreaterThan(50);
  });

  it("CODE-02 lives for sixty seconds (FAPI 2.0 §5.3.2.1)", async () => {
    const { context, client, cookie, code, verifier } = await freshCode();
    const late = await obtainCode(context, client, cookie);
    travel(58);
    await redeem(context, client, code, verifier);
    travel(3);
    const refused = await tokenRequest(context, client, redemption(client, late.code, late.verifier));
    await expectOAuthError(refused, 400, "invalid_grant");
  });
});

describe("single use (RFC 6749 §4.1.2)", () => {
  it("CODE-03 CODE-04 refuses a code used twice and revokes what it gave", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { code, verifier, tokens } = await issued(context, client);
    expect(await isLive(context, client, tokens.access_token)).toBe(true);

    const replay = () => tokenRequest(context, client, redemption(client, code, verifier));
    await expectOAuthError(await replay(), 400, "invalid_grant");
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
    expect(await introspection(context, client, tokens.refresh_token)).toEqual({ active: false });
    await expectOAuthError(await refresh(context, client, tokens.refresh_token), 400, "invalid_grant");
    await expectOAuthError(await replay(), 400, "invalid_grant");
  });

  it("CODE-04 revokes also what was refreshed in the meantime", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { code, verifier, tokens } = await issued(context, client);
    const renewed = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    travel(30);
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
    expect(await isLive(context, client, renewed.access_token)).toBe(false);
    await expectOAuthError(await refresh(context, client, renewed.refresh_token), 400, "invalid_grant");
  });

  it("CODE-04 leaves the user's other grants alone", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { cookie, code, verifier } = await issued(context, client);
    const other = await obtainCode(context, client, cookie);
    const tokens = await redeem(context, client, other.code, other.verifier);
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
  });

  it("CODE-06 lets one of fifty parallel redemptions through, and ends what it gave: the others were replays", async () => {
    const { context, client, code, verifier } = await freshCode();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => tokenRequest(context, client, redemption(client, code, verifier))),
    );
    const [winner, ...others] = answers.filter((answer) => answer.status === 200);
    expect(others).toHaveLength(0);
    if (winner === undefined) throw new Error("nobody won");
    for (const loser of answers.filter((answer) => answer !== winner))
      await expectOAuthError(loser, 400, "invalid_grant");
    const tokens = await tokenAnswer(winner);
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
    await expectOAuthError(await refresh(context, client, tokens.refresh_token), 400, "invalid_grant");
  });

  it("RE-01 knows a spent code after its object was evicted from memory", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user, code, verifier, tokens } = await issued(context, client);
    await evictDurableObject(objectOf(context, user.id));
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
  });

  it("CODE-03 knows a spent code when what it gave has expired and the object has cleaned up", async () => {
    const { context, client, user, code, verifier } = await freshCode(
      { access_token_ttl_seconds: 5 },
      { grant_types: ["authorization_code"] },
    );
    await redeem(context, client, code, verifier);
    travel(20);
    expect(await runDurableObjectAlarm(objectOf(context, user.id))).toBe(true);
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
  });
});

describe("a redemption that is not the client's own (OAuth 2.1, Reuse of Authorization Codes)", () => {
  const wrongs = [
    ["a wrong verifier", async () => ({ code_verifier: (await pkce()).verifier })],
    ["no verifier", async () => ({ code_verifier: undefined })],
    ["another redirect_uri", async () => ({ redirect_uri: "https://partner.test/other" })],
    ["no redirect_uri", async () => ({ redirect_uri: undefined })],
  ] as const;

  it.each(wrongs)("CODE-05 RU-08 does not burn the code: %s", async (_name, change) => {
    const { context, client, code, verifier } = await freshCode(
      {},
      { redirect_uris: ["https://partner.test/callback", "https://partner.test/other"] },
    );
    for (let tries = 0; tries < 3; tries++) {
      const answer = await tokenRequest(context, client, {
        ...redemption(client, code, verifier),
        ...(await change()),
      });
      await expectOAuthError(answer, 400, "invalid_grant");
    }
    await redeem(context, client, code, verifier);
  });

  it.each(wrongs)("CODE-05 does not revoke the rightful client's tokens: %s", async (_name, change) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { code, verifier, tokens } = await issued(context, client);
    const answer = await tokenRequest(context, client, { ...redemption(client, code, verifier), ...(await change()) });
    await expectOAuthError(answer, 400, "invalid_grant");
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
  });

  it("CODE-05 CODE-07 another client's valid credentials neither redeem, burn nor revoke", async () => {
    const { context, client, code, verifier } = await freshCode();
    const other = await makeClient(context);
    const steal = () => tokenRequest(context, other, redemption(client, code, verifier));
    await expectOAuthError(await steal(), 400, "invalid_grant");
    const tokens = await redeem(context, client, code, verifier);
    await expectOAuthError(await steal(), 400, "invalid_grant");
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
  });

  it("CODE-05 a wrong secret neither burns nor revokes", async () => {
    const { context, client, code, verifier } = await freshCode();
    const impostor = { ...client, secret: `gs_${"x".repeat(43)}` };
    const steal = () => tokenRequest(context, impostor, redemption(client, code, verifier));
    await expectOAuthError(await steal(), 401, "invalid_client");
    const tokens = await redeem(context, client, code, verifier);
    await expectOAuthError(await steal(), 401, "invalid_client");
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
  });

  it("CODE-07 refuses a client_id in the body that is not the authenticated client", async () => {
    const { context, client, code, verifier } = await freshCode();
    const other = await makeClient(context);
    const answer = await tokenRequest(context, client, {
      ...redemption(client, code, verifier),
      client_id: other.clientId,
    });
    await expectOAuthError(answer, 401, "invalid_client");
    await redeem(context, client, code, verifier);
  });

  it("CODE-01 invented codes are refused, of any length and alphabet", async () => {
    const { context, client, verifier } = await freshCode();
    for (const code of ["x", "a".repeat(43), "a".repeat(5000), "../../etc/passwd", "rt.t1.a.b", "\u0000", "😀"])
      await expectOAuthError(
        await tokenRequest(context, client, redemption(client, code, verifier)),
        400,
        "invalid_grant",
      );
  });
});

describe("what a code gives (RFC 6749 §5.1, OIDC Core §3.1.3.3)", () => {
  it("TOK-12 names type, lifetime and granted scope, and is not cached", async () => {
    const { context, client, code, verifier } = await freshCode({ access_token_ttl_seconds: 120 });
    const response = await tokenRequest(context, client, redemption(client, code, verifier));
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.getSetCookie()).toEqual([]);
    const answer = await tokenAnswer(response);
    expect(Object.keys(answer).sort()).toEqual([
      "access_token",
      "expires_in",
      "id_token",
      "refresh_token",
      "scope",
      "token_type",
    ]);
    expect(answer).toMatchObject({
      token_type: "Bearer",
      expires_in: 120,
      scope: "openid profile email offline_access",
    });
    const { iat = 0, exp = 0 } = decodeJwt(answer.access_token);
    expect(exp - iat).toBe(120);
  });
});
