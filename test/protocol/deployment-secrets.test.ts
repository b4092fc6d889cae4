import { afterEach, describe, expect, it, vi } from "vitest";
import type { Bindings } from "../../src/config/env.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { issued } from "../support/token-side.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import { basicAuth, formBody, makeClient, makeRealm, ring, type TokenAnswer } from "../support/world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const usual = watchedEnv({ before: () => {} });
const anotherKey = `t2:${encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)))}`;

/** The same stores, seen by a Worker that was deployed with other secrets. */
const deployedWith = (secrets: Partial<Record<keyof Bindings, string | undefined>>): Bindings =>
  ({ ...watchedEnv({ before: () => {} }), ...secrets }) as Bindings;

/** Tokens given before the deployment, and a way to use them after it. */
async function givenBefore() {
  const context = await makeRealm();
  const client = await makeClient(context);
  const who = await issued(context, client);
  return {
    ...who,
    refresh: (bindings: Bindings, refreshToken: string) => {
      forgetHosts(context.realm.hosts);
      const init = formBody({ grant_type: "refresh_token", refresh_token: refreshToken });
      const headers = { ...init.headers, authorization: basicAuth(client) };
      return requestIn(bindings, `${context.realm.issuer}/token`, { ...init, headers });
    },
    userinfo: (bindings: Bindings, accessToken: string) => {
      forgetHosts(context.realm.hosts);
      const headers = { authorization: `Bearer ${accessToken}` };
      return requestIn(bindings, `${context.realm.issuer}/userinfo`, { headers });
    },
  };
}

describe("the key-encryption keys", () => {
  it("CODE-14 are one for each purpose: what was made for one is nothing for another, or in another place", async () => {
    const sealed = await ring.seal("one purpose", "a place", utf8("a secret"));
    expect(await ring.open("one purpose", "a place", sealed)).toEqual(utf8("a secret"));
    expect(await ring.open("another purpose", "a place", sealed)).toBeNull();
    expect(await ring.open("one purpose", "another place", sealed)).toBeNull();
    const { keyId, tag } = await ring.authenticate("one purpose", "a message");
    expect(await ring.isAuthentic("one purpose", "a message", keyId, tag)).toBe(true);
    expect(await ring.isAuthentic("another purpose", "a message", keyId, tag)).toBe(false);
    expect(await ring.isAuthentic("one purpose", "another message", keyId, tag)).toBe(false);
  });

  it("may be rotated: the new one seals, and what the old one sealed and tagged stays good", async () => {
    const before = await givenBefore();
    const rotated = deployedWith({ KEY_ENCRYPTION_KEYS: `${anotherKey},${usual.KEY_ENCRYPTION_KEYS}` });
    const response = await before.refresh(rotated, before.tokens.refresh_token);
    expect(response.status).toBe(200);
    const answer = (await response.json()) as TokenAnswer;
    expect(answer.refresh_token).toMatch(/^rt\.t2\./);
    expect((await before.userinfo(rotated, answer.access_token)).status).toBe(200);
    expect((await before.refresh(rotated, answer.refresh_token)).status).toBe(200);
  });

  it("RE-18 once dropped too early: refresh tokens are unknown, nothing is signed, what was signed still verifies", async () => {
    const before = await givenBefore();
    const dropped = deployedWith({ KEY_ENCRYPTION_KEYS: anotherKey });
    expect((await before.refresh(dropped, before.tokens.refresh_token)).status).toBe(400);
    expect((await before.userinfo(dropped, before.tokens.access_token)).status).toBe(200);
    expect((await before.refresh(usual, before.tokens.refresh_token)).status).toBe(200);
  });
});

describe("RE-19 a deployment without usable secrets serves nothing", () => {
  const faults: [string, Partial<Record<keyof Bindings, string | undefined>>][] = [
    ["no admin token", { ADMIN_TOKEN: undefined }],
    ["a short admin token", { ADMIN_TOKEN: "short" }],
    ["a placeholder as admin token", { ADMIN_TOKEN: "change-me-change-me-change-me-change-me" }],
    ["no key-encryption key", { KEY_ENCRYPTION_KEYS: undefined }],
    ["a short key-encryption key", { KEY_ENCRYPTION_KEYS: "k1:AAEC" }],
    ["a key-encryption key of zeros", { KEY_ENCRYPTION_KEYS: `k1:${encodeBase64Url(new Uint8Array(32))}` }],
    ["two keys of one name", { KEY_ENCRYPTION_KEYS: `${anotherKey},${anotherKey}` }],
    ["a key without a name", { KEY_ENCRYPTION_KEYS: anotherKey.slice(3) }],
    ["an environment of another name", { ENVIRONMENT: "staging" }],
  ];

  it.each(faults)("%s", async (_name, secrets) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const before = await givenBefore();
    const faulty = deployedWith(secrets);
    for (const response of [
      await before.refresh(faulty, before.tokens.refresh_token),
      await before.userinfo(faulty, before.tokens.access_token),
    ]) {
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        error: "temporarily_unavailable",
        error_description: "The service is not ready.",
      });
    }
    for (const secret of Object.values(secrets))
      if (secret !== undefined && secret.length > 8) expect(JSON.stringify(log.mock.calls)).not.toContain(secret);
  });
});
