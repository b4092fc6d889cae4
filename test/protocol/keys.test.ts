import { env } from "cloudflare:workers";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeSigningKey, revokeKey } from "../../src/domain/keys/rotation.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { jwksDocument } from "../../src/routes/oauth/jwks.ts";
import { SigningKeyStore } from "../../src/storage/d1/signing-key-store.ts";
import { travel } from "../support/clock.ts";
import {
  expectOAuthError,
  introspection,
  isLive,
  issued,
  redemption,
  refresh,
  reread,
  rotate,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, redeem, request, ring, tokenRequest } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const keySet = async (context: RealmContext): Promise<JSONWebKeySet> =>
  (await request(`${context.realm.issuer}/jwks.json`)).json();
const kids = async (context: RealmContext): Promise<unknown[]> => (await keySet(context)).keys.map((key) => key.kid);
const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const statuses = (context: RealmContext, algorithm = "ES256") =>
  context.realm.keys.rows
    .filter((row) => row.algorithm === algorithm)
    .map((row) => row.status)
    .sort();
const storeOf = (context: RealmContext) => new SigningKeyStore(env.DB, context.realm.id);
const me = (context: RealmContext, cookie: string) =>
  request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${cookie}` } });

describe("the key set (RFC 7517 §5)", () => {
  it("META-06 holds public members only, each key with a name, a use and an algorithm", async () => {
    const { keys } = await keySet(await makeRealm());
    expect(keys).toHaveLength(6);
    expect(new Set(keys.map((key) => key.kid)).size).toBe(6);
    const membersOf: Record<string, string[]> = { RSA: ["n", "e"], EC: ["crv", "x", "y"], OKP: ["crv", "x"] };
    const kinds = [...new Set(keys.map((key) => `${key.kty} ${key.alg} ${key.crv ?? ""}`))].toSorted();
    expect(kinds).toEqual(["EC ES256 P-256", "OKP EdDSA Ed25519", "RSA RS256 "]);
    for (const key of keys) {
      const members = membersOf[key.kty ?? ""] ?? [];
      expect(Object.keys(key).sort()).toEqual(["alg", "kid", "kty", "use", ...members].sort());
      expect(key.use).toBe("sig");
      if (key.kty === "RSA") expect(key.n).toHaveLength(342);
    }
  });

  it("META-07 has no key in common with another realm's", async () => {
    const [a, b] = await Promise.all([keySet(await makeRealm()), keySet(await makeRealm())]);
    const material = (set: JSONWebKeySet) => set.keys.flatMap((key) => [key.kid, key.n ?? key.x]);
    expect(material(a).filter((value) => material(b).includes(value))).toEqual([]);
  });

  it("MR-07 private keys lie sealed in the database", async () => {
    const context = await makeRealm();
    const { results } = await env.DB.prepare("select * from signing_keys where realm_id = ?")
      .bind(context.realm.id)
      .all<Record<string, string>>();
    expect(results).toHaveLength(6);
    for (const row of results) {
      expect(row.sealed_private_jwk).toMatch(/^t1\.[A-Za-z0-9_-]+$/);
      expect(JSON.stringify(row)).not.toMatch(/"(?:d|p|q|dp|dq|qi)\\?"/);
    }
  });
});

describe("META-08 rotation (OIDC Core §10.1.1)", () => {
  it("signs with the key that was published as the next, and keeps the old one published", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const before = await keySet(context);
    const old = await issued(context, client);
    expect(statuses(context)).toEqual(["active", "next"]);

    const rotated = await rotate(context);
    expect(statuses(rotated)).toEqual(["active", "next", "retired"]);
    expect(statuses(rotated, "RS256")).toEqual(["active", "next", "retired"]);
    expect(await kids(rotated)).toHaveLength(9);
    const fresh = await tokenAnswer(await refresh(rotated, client, old.tokens.refresh_token));
    for (const token of [fresh.access_token, fresh.id_token]) {
      expect(kidOf(token)).not.toBe(kidOf(old.tokens.access_token));
      await jwtVerify(token, createLocalJWKSet(before));
    }
    await jwtVerify(old.tokens.id_token, createLocalJWKSet(await keySet(rotated)));
  });

  it("leaves what the old key signed as good as it was: access token, hint, session", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const old = await issued(context, client);
    const rotated = await rotate(await rotate(context));
    expect(await isLive(rotated, client, old.tokens.access_token)).toBe(true);
    expect((await me(rotated, old.cookie)).status).toBe(200);
    await obtainCode(rotated, client, old.cookie, { id_token_hint: old.tokens.id_token, prompt: "none" });
  });

  it("takes a retired key out when the longest token is over, and its tokens are worth nothing then", async () => {
    const context = await makeRealm({ session_absolute_seconds: 3600, session_idle_seconds: 3600 });
    const client = await makeClient(context);
    const old = await issued(context, client);
    const rotated = await rotate(context);
    const oldKid = kidOf(old.tokens.access_token);
    travel(3600 + 3600 - 20);
    expect(await kids(rotated)).toContain(oldKid);
    travel(40);
    expect(await kids(rotated)).not.toContain(oldKid);
    await expect(obtainCode(rotated, client, old.cookie, { id_token_hint: old.tokens.id_token })).rejects.toThrow(
      /error=invalid_request/,
    );
    const tidied = await rotate(rotated);
    expect(tidied.realm.keys.rows.some((row) => row.kid === oldKid)).toBe(false);
  });

  it("META-09 under load: every token's key is in the key set at that moment", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { cookie } = await signedInUser(context);
    let current = context;
    const flow = async () => {
      const { code, verifier } = await obtainCode(context, client, cookie);
      const tokens = await redeem(context, client, code, verifier);
      const keys = createLocalJWKSet(await keySet(context));
      await jwtVerify(tokens.id_token, keys, { issuer: context.realm.issuer });
      await jwtVerify(tokens.access_token, keys, { issuer: context.realm.issuer });
      return kidOf(tokens.access_token);
    };
    const used = new Set<unknown>();
    for (let round = 0; round < 3; round++) {
      const [, ...flows] = await Promise.all([
        rotate(current).then((next) => {
          current = next;
        }),
        ...Array.from({ length: 12 }, flow),
      ]);
      for (const kid of [...flows, await flow()]) used.add(kid);
    }
    expect(used.size).toBeGreaterThanOrEqual(3);
  });

  it("ten operators at once rotate once", async () => {
    const context = await makeRealm();
    await Promise.all(Array.from({ length: 10 }, () => rotate(context)));
    const rotated = await reread(context);
    expect(statuses(rotated)).toEqual(["active", "next", "retired"]);
    expect(statuses(rotated, "RS256")).toEqual(["active", "next", "retired"]);
  });

  it("by somebody whose picture is two rotations old changes nothing", async () => {
    const context = await makeRealm();
    const current = await rotate(await rotate(context));
    const after = await rotate(context);
    expect(after.realm.keys.rows.map((row) => [row.kid, row.status])).toEqual(
      current.realm.keys.rows.map((row) => [row.kid, row.status]),
    );
    await issued(after, await makeClient(after));
  });

  it("leaves an expired key out to the millisecond, of keys that are in hand", async () => {
    const { realm } = await rotate(await makeRealm());
    const retired = realm.keys.rows.find(({ status }) => status === "retired");
    const expiresAt = retired?.expiresAt ?? Number.NaN;
    for (const now of [expiresAt - 60_000, expiresAt - 1, expiresAt]) {
      const { keys } = JSON.parse(jwksDocument(realm, now)) as { keys: { kid: string }[] };
      expect(keys.some(({ kid }) => kid === retired?.kid)).toBe(now < expiresAt);
    }
  });

  it("withdraws a retired key at once, and never one that signs or will sign", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const old = await issued(context, client);
    const rotated = await rotate(context);
    for (const row of rotated.realm.keys.rows.filter(({ status }) => status !== "retired"))
      await expect(revokeKey(storeOf(rotated), rotated.realm.keys.rows, row.kid)).rejects.toMatchObject({
        code: "key-in-use",
      });
    await revokeKey(storeOf(rotated), rotated.realm.keys.rows, String(kidOf(old.tokens.access_token)));
    const after = await reread(context);
    expect(await isLive(after, client, old.tokens.access_token)).toBe(false);
    expect((await me(after, old.cookie)).status).toBe(403);
  });
});

describe("RE-18 a signing key that cannot be had", () => {
  /** A realm in the middle of things, whose next signing keys are spoilt and then begin to sign. */
  async function spoilt(spoil: (context: RealmContext) => Promise<unknown>) {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client);
    const { code, verifier } = await obtainCode(context, client, who.cookie);
    await spoil(context);
    return { context: await rotate(await reread(context)), client, who, code, verifier };
  }

  const sealedNext = (context: RealmContext, sealed: string) =>
    env.DB.prepare("update signing_keys set sealed_private_jwk = ? where realm_id = ? and status = 'next'")
      .bind(sealed, context.realm.id)
      .run();

  const spoilings: [string, (context: RealmContext) => Promise<unknown>][] = [
    ["is cut short", (context) => sealedNext(context, "t1.AAAA")],
    ["is garbage", (context) => sealedNext(context, "not sealed at all")],
    ["is sealed with a key nobody has", (context) => sealedNext(context, `other.${"A".repeat(300)}`)],
    ["is in the clear", (context) => sealedNext(context, '{"kty":"EC"}')],
    [
      "is another realm's, sealed here too",
      async (context) =>
        sealedNext(context, (await makeSigningKey("another", "ES256", "next", ring, 0)).sealedPrivateJwk),
    ],
  ];

  it.each(spoilings)("because it %s: 503, nothing unsigned, and other realms go on", async (_name, spoil) => {
    const { context, client, who, code, verifier } = await spoilt(spoil);
    const neighbour = await makeRealm();
    const neighbourClient = await makeClient(neighbour);
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    for (const response of [
      await refresh(context, client, who.tokens.refresh_token),
      await tokenRequest(context, client, redemption(client, code, verifier)),
    ]) {
      expect(response.headers.get("retry-after")).toBe("2");
      await expectOAuthError(response, 503, "temporarily_unavailable");
    }
    expect(log).toHaveBeenCalledTimes(2);
    // What was signed before still stands, and so do the neighbours.
    expect(await introspection(context, client, who.tokens.access_token)).toMatchObject({ active: true });
    expect((await me(context, who.cookie)).status).toBe(200);
    expect(decodeJwt((await issued(neighbour, neighbourClient)).tokens.id_token).iss).toBe(neighbour.realm.issuer);
  });

  it("because there is none", async () => {
    const context = await makeRealm();
    const who = await signedInUser(context);
    await env.DB.prepare("delete from signing_keys where realm_id = ? and status = 'active'")
      .bind(context.realm.id)
      .run();
    const emptied = await reread(context);
    vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await request(`${emptied.realm.issuer}/api/auth/v1/signup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "new@example.test", password: "violet-harbour-quill-82" }),
    });
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await me(emptied, who.cookie)).status).toBe(403);
  });
});
