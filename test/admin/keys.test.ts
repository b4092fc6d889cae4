import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { makeRealm, obtainCode, redeem, request } from "../support/world.ts";
import { type Answer, bearer, call, cookie, done, type Json, makeSite, operate, type Site } from "./support.ts";

type Key = { kid: string; alg: string; status: string; expires_at: string | null };

const keysOf = async (path: string) => (await done(200, operate("GET", `${path}/keys`))).keys as unknown as Key[];
const published = async (host: string): Promise<string[]> => {
  const { keys } = await (await request(`https://${host}/jwks.json`)).json<{ keys: Key[] }>();
  return keys.map((key) => key.kid).toSorted();
};
const kidOf = (jwt: string): string =>
  JSON.parse(atob((jwt.split(".")[0] ?? "").replaceAll("-", "+").replaceAll("_", "/"))).kid;
const having = (keys: readonly Key[], alg: string, status: string) =>
  keys.filter((key) => key.alg === alg && key.status === status).map((key) => key.kid);

const newToken = async (site: Site): Promise<string> => {
  const { code, verifier } = await obtainCode(site.context, site.client, site.user.session, { scope: "openid" });
  return (await redeem(site.context, site.client, code, verifier)).access_token;
};
const userinfo = async (site: Site, token: string) =>
  (await request(`https://${site.host}/userinfo`, { headers: bearer(token) })).status;

describe("META-08 signing keys", () => {
  it("MR-07 are listed without key material", async () => {
    const { realm } = await makeRealm();
    const answer = await operate("GET", `/realms/${realm.id}/keys`);
    const keys = answer.json.keys as Json[];
    expect(keys).toHaveLength(6);
    for (const key of keys) {
      expect(Object.keys(key)).toEqual([
        "kid",
        "alg",
        "status",
        "created_at",
        "activated_at",
        "retired_at",
        "expires_at",
      ]);
      expect(key.activated_at === null).toBe(key.status === "next");
    }
    const { results } = await env.DB.prepare("select sealed_private_jwk as sealed from signing_keys").all();
    for (const { sealed } of results) expect(answer.text).not.toContain(String(sealed));
  });

  it("rotate: the next one signs, the one before still verifies, in the key set and at our endpoints", async () => {
    const site = await makeSite();
    const [before, old] = [await keysOf(site.path), await newToken(site)];
    const rotated = await operate("POST", `${site.path}/keys/rotate`);
    expect(rotated.status).toBe(200);
    const after = rotated.json.keys as unknown as Key[];
    expect(after).toEqual(await keysOf(site.path));
    for (const alg of ["ES256", "RS256", "EdDSA"]) {
      expect(having(after, alg, "active")).toEqual(having(before, alg, "next"));
      expect(having(after, alg, "retired")).toEqual(having(before, alg, "active"));
      expect(having(after, alg, "next")).toHaveLength(1);
    }
    expect(await published(site.host)).toEqual(after.map((key) => key.kid).toSorted());
    const fresh = await newToken(site);
    expect([kidOf(old), kidOf(fresh)]).toEqual([
      having(after, "ES256", "retired")[0],
      having(after, "ES256", "active")[0],
    ]);
    for (const token of [old, fresh]) expect(await userinfo(site, token)).toBe(200);
    const me = await request(`https://${site.host}/api/auth/v1/users/me`, { headers: cookie(site.user.session) });
    expect(me.status).toBe(200);
  });

  it("stay published until the longest thing they signed is over, a session among them", async () => {
    const { realm } = await makeRealm({ session_absolute_seconds: 1_000_000 });
    const rotated = await done(200, operate("POST", `/realms/${realm.id}/keys/rotate`));
    const retired = (rotated.keys as unknown as Key[]).filter((key) => key.status === "retired");
    expect(retired).toHaveLength(3);
    for (const key of retired) {
      const leftSeconds = (Date.parse(String(key.expires_at)) - Date.now()) / 1000;
      expect(leftSeconds).toBeGreaterThan(1_000_000);
      expect(leftSeconds).toBeLessThan(1_010_000);
    }
    const past = Date.now() - 1000;
    await env.DB.prepare("update signing_keys set expires_at = ? where realm_id = ? and status = 'retired'")
      .bind(past, realm.id)
      .run();
    await done(200, operate("POST", `/realms/${realm.id}/keys/rotate`));
    const left = (await keysOf(`/realms/${realm.id}`)).map((key) => key.kid);
    for (const key of retired) expect(left).not.toContain(key.kid);
  });

  it("rotate one algorithm alone", async () => {
    const { realm } = await makeRealm();
    const before = await keysOf(`/realms/${realm.id}`);
    const rotated = await done(200, operate("POST", `/realms/${realm.id}/keys/rotate`, { alg: "RS256" }));
    const after = rotated.keys as unknown as Key[];
    expect(having(after, "ES256", "active")).toEqual(having(before, "ES256", "active"));
    expect(having(after, "RS256", "active")).toEqual(having(before, "RS256", "next"));
  });

  it("rotated by several at once have one active and one next key in the end", async () => {
    const { realm } = await makeRealm();
    const answers: Answer[] = await Promise.all(
      [1, 2, 3, 4].map(() => operate("POST", `/realms/${realm.id}/keys/rotate`, { alg: "ES256" })),
    );
    for (const answer of answers) expect(answer.status).toBe(200);
    const keys = await keysOf(`/realms/${realm.id}`);
    expect([having(keys, "ES256", "active"), having(keys, "ES256", "next")].map((kids) => kids.length)).toEqual([1, 1]);
    for (const { json } of answers) expect(having(json.keys as unknown as Key[], "ES256", "active")).toHaveLength(1);
  });

  it("revoked are out of the key set at once, and all they signed is worth nothing", async () => {
    const site = await makeSite();
    const token = await newToken(site);
    const inUse = await operate("POST", `${site.path}/keys/${kidOf(token)}/revoke`);
    expect([inUse.status, inUse.json.code]).toEqual([409, "key-in-use"]);
    expect(await userinfo(site, token)).toBe(200);
    await done(200, operate("POST", `${site.path}/keys/rotate`));
    await done(204, operate("POST", `${site.path}/keys/${kidOf(token)}/revoke`));
    expect(await published(site.host)).not.toContain(kidOf(token));
    expect(await userinfo(site, token)).toBe(401);
    const me = await request(`https://${site.host}/api/auth/v1/users/me`, { headers: cookie(site.user.session) });
    expect(me.status).toBe(403);
    expect((await call(bearer(site.sysadmin.token), "GET", site.path, { host: site.host })).status).toBe(401);
    expect((await operate("POST", `${site.path}/keys/${kidOf(token)}/revoke`)).status).toBe(404);
  });

  it("that have not signed yet are replaced when revoked, so that the next rotation finds one", async () => {
    const { realm } = await makeRealm();
    const path = `/realms/${realm.id}`;
    const [next = ""] = having(await keysOf(path), "RS256", "next");
    await done(204, operate("POST", `${path}/keys/${next}/revoke`));
    const keys = await keysOf(path);
    expect(having(keys, "RS256", "next")).toHaveLength(1);
    expect(keys.map((key) => key.kid)).not.toContain(next);
    expect(await published(realm.authDomain)).toEqual(keys.map((key) => key.kid).toSorted());
    expect((await operate("POST", `${path}/keys/rotate`)).status).toBe(200);
  });

  it.each([
    ["an algorithm of no value", { alg: "none" }],
    ["a shared key", { alg: "HS256" }],
    ["an algorithm that is not offered", { alg: "ES512" }],
    ["key material", { alg: "ES256", jwk: {} }],
    ["an algorithm that is a list", { alg: ["ES256"] }],
  ])("are not rotated for %s", async (_, body) => {
    const { realm } = await makeRealm();
    const before = await keysOf(`/realms/${realm.id}`);
    expect((await operate("POST", `/realms/${realm.id}/keys/rotate`, body)).status).toBe(422);
    expect(await keysOf(`/realms/${realm.id}`)).toEqual(before);
  });
});
