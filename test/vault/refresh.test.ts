import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { credentialsOf } from "../../src/domain/vault/connection.ts";
import { Problem } from "../../src/errors/errors.ts";
import { travel } from "../support/clock.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeConnection, storedConnection } from "../support/vault.ts";
import { bearer, makeVault, truth, type Vault } from "./support.ts";

beforeAll(stubInternet);
afterEach(() => void vi.useRealTimers());

/** Connected, with an access token that has `seconds` left. */
async function connected(seconds: number | null, about: { refreshToken?: null; vault?: Vault } = {}) {
  const vault = about.vault ?? (await makeVault());
  const { context, drive, provider, client, session } = vault;
  const secrets = bearer(provider, drive, about);
  const expiresAt = seconds === null ? null : Date.now() + seconds * 1000;
  const { who } = await makeConnection(
    context,
    { provider, clientId: client.clientId, session },
    { secrets, expiresAt },
  );
  const credentials = async (refused?: string) => {
    const found = await credentialsOf(context, who, refused);
    if (found?.credentials.type !== "bearer") throw new Error("no bearer token");
    return found.credentials.accessToken;
  };
  const refusal = () =>
    credentials().then(
      () => "none",
      (error: unknown) => (error instanceof Problem ? error.reason : String(error)),
    );
  return { ...vault, who, secrets, credentials, refusal, connection: () => storedConnection(context, who) };
}

describe("when a token is refreshed (RFC 6749 §6)", () => {
  it.each([
    ["not with an hour left", 3600, 0],
    ["not where the provider says nothing of an end", null, 0],
    ["with less than a minute left", 59, 1],
    ["when it is over", -10, 1],
  ])("%s", async (_, seconds, times) => {
    const { credentials, secrets, drive } = await connected(seconds);
    // The lifetime counts from the connection: one of 59 seconds is used up to the half.
    if (seconds === 59) travel(30);
    const token = await credentials();
    expect(drive.asked).toHaveLength(times);
    expect(token === secrets.accessToken).toBe(times === 0);
  });

  it("when the provider has just refused it, and not when what it refused is an older one", async () => {
    const { credentials, secrets, drive } = await connected(3600);
    const fresh = await credentials(secrets.accessToken);
    expect(fresh).not.toBe(secrets.accessToken);
    expect(await credentials(secrets.accessToken)).toBe(fresh);
    expect(drive.asked).toHaveLength(1);
  });

  it("not without a refresh token: the refusal is written down, and the token is answered as it is", async () => {
    const { credentials, secrets, connection, drive } = await connected(3600, { refreshToken: null });
    expect(await credentials(secrets.accessToken)).toBe(secrets.accessToken);
    expect(await connection()).toMatchObject({ status: "active", lastError: { code: "credentials-refused" } });
    expect(drive.asked).toEqual([]);
  });
});

describe("one at a time", () => {
  it("RE-01 asks the provider once for a hundred calls on an expired token, and answers them all alike", async () => {
    const { credentials, drive } = await connected(-10);
    drive.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return null;
    };
    const tokens = await Promise.all(Array.from({ length: 100 }, () => credentials()));
    expect(new Set(tokens).size).toBe(1);
    expect(drive.asked).toHaveLength(1);
  });

  it("RE-11 asks once for fifty calls while the provider is down, refuses them all, and lets it rest", async () => {
    const { refusal, connection, drive } = await connected(-10);
    drive.answer = () => new Response("bad gateway", { status: 502 });
    const reasons = await Promise.all(Array.from({ length: 50 }, refusal));
    expect(new Set(reasons)).toEqual(new Set(["provider-unavailable"]));
    // The one try, and its repetition at once.
    expect(drive.asked).toHaveLength(2);
    expect(await connection()).toMatchObject({ status: "active", lastError: { code: "provider-unavailable" } });
    drive.answer = null;
    expect(await refusal()).toBe("provider-unavailable");
    travel(limits.vaultRefreshFirstRestMs / 1000 + 1);
    expect(await refusal()).toBe("none");
    expect(await connection()).toMatchObject({ status: "active", lastError: null });
  });

  it("lets another take the turn of whoever died with it", async () => {
    const { context, who, credentials, connection, drive } = await connected(-10);
    const { oauthId = "" } = (await connection()) ?? {};
    const name = { provider: "drive", clientId: who.clientId };
    const claim = { oauthId, version: 1, turnId: "died" };
    travel(0);
    expect(await context.objects.call(who.userId, (user) => user.takeRefreshTurn(name, claim))).toEqual({
      state: "yours",
    });
    travel(limits.vaultRefreshTurnMs / 1000 + 1);
    await credentials();
    expect(drive.asked).toHaveLength(1);
  });
});

describe("a connection that was ended and made again while the provider was asked", () => {
  it("RE-01 keeps what its user connected last: tokens of the one before belong to nobody", async () => {
    const { context, who, credentials, connection, client, session, provider, drive } = await connected(-10);
    const chosen = bearer(provider, drive);
    drive.answer = async () => {
      const name = { provider: "drive", clientId: who.clientId };
      await context.objects.call(who.userId, (user) => user.deleteConnection(name, null));
      await makeConnection(context, { provider, clientId: client.clientId, session }, { secrets: chosen });
      return null;
    };
    expect(await credentials()).toBe(chosen.accessToken);
    drive.answer = null;
    expect(await credentials()).toBe(chosen.accessToken);
    expect(await connection()).toMatchObject({ version: 1, refreshedAt: null });
  });
});

describe("what the provider answers", () => {
  it("RE-04 keeps the refresh token when the answer has none", async () => {
    const { credentials, drive, secrets } = await connected(-10);
    drive.expiresIn = 1;
    const first = await credentials();
    travel(5);
    expect(await credentials()).not.toBe(first);
    expect(drive.asked.map((form) => form.get("refresh_token"))).toEqual([secrets.refreshToken, secrets.refreshToken]);
  });

  it("RE-04 gets over a lost answer: the same refresh token again at once, while the provider forgives it", async () => {
    const { credentials, drive } = await connected(-10);
    drive.rotates = true;
    let lost: Response | null = null;
    drive.answer = (form) => {
      if (lost !== null) return lost.clone();
      lost = truth(drive, form);
      throw new TypeError("the connection broke");
    };
    expect(await credentials()).toMatch(/^access-/);
    expect(drive.asked).toHaveLength(2);
    drive.answer = null;
    travel(4000);
    expect(await credentials()).toMatch(/^access-/);
  });

  it("RE-04 tries the refresh token before the newest once, where the newest is not taken", async () => {
    const { credentials, drive, secrets, connection } = await connected(-10);
    drive.rotates = true;
    await credentials();
    // The provider has lost what it did last.
    drive.live.clear();
    drive.live.add(secrets.refreshToken ?? "");
    travel(4000);
    expect(await credentials()).toMatch(/^access-/);
    expect(await connection()).toMatchObject({ status: "active" });
  });

  it("says that the connection has expired on invalid_grant, and asks no more", async () => {
    const { refusal, drive, connection } = await connected(-10);
    drive.live.clear();
    expect(await refusal()).toBe("connection-expired");
    expect(await refusal()).toBe("connection-expired");
    expect(drive.asked).toHaveLength(1);
    expect(await connection()).toMatchObject({ status: "expired", lastError: { code: "invalid_grant" } });
  });

  it("says so where the token is over and there is no refresh token", async () => {
    const { refusal, connection } = await connected(-10, { refreshToken: null });
    expect(await refusal()).toBe("connection-expired");
    expect(await connection()).toMatchObject({ status: "expired", lastError: { code: "token-expired" } });
  });

  it.each<[string, () => Response]>([
    ["a failure", () => new Response("no", { status: 500 })],
    ["no JSON", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["JSON without a token", () => Response.json({ ok: true })],
    ["an error that is the operator's to mend", () => Response.json({ error: "invalid_client" }, { status: 401 })],
    ["too many requests", () => new Response(null, { status: 429 })],
    ["an answer without end", () => new Response("x".repeat(300_000))],
  ])("FE-11 keeps the connection, and goes on with a token that is still good, on %s", async (_, answer) => {
    const { credentials, secrets, connection, drive } = await connected(120);
    drive.answer = answer;
    travel(70);
    expect(await credentials()).toBe(secrets.accessToken);
    expect(await connection()).toMatchObject({ status: "active", lastError: { code: expect.any(String) } });
  });

  it("sends no refresh token to another token endpoint than the one that made it", async () => {
    const vault = await makeVault();
    const { who, context } = await connected(-10, { vault });
    const elsewhere = { ...who.provider.settings, token_url: "https://elsewhere.example.com/token" };
    const moved = { ...who, provider: { ...who.provider, settings: elsewhere } };
    await expect(credentialsOf(context, moved)).rejects.toMatchObject({ reason: "connection-expired" });
    expect(vault.drive.asked).toEqual([]);
  });
});
