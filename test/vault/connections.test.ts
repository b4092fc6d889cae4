import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { KeyRing, keyRing } from "../../src/crypto/key-ring.ts";
import { makeApiKey } from "../../src/domain/api-keys/api-key.ts";
import { deleteProvider } from "../../src/domain/federation/change-provider.ts";
import { deleteUser } from "../../src/domain/users/change-user.ts";
import { credentialsOf } from "../../src/domain/vault/connection.ts";
import { travel } from "../support/clock.ts";
import { objectOf } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeConnection, storedConnection } from "../support/vault.ts";
import { config, makeClient, makeUser, request, signIn } from "../support/world.ts";
import { bearer, makeVault, type Vault } from "./support.ts";

beforeAll(stubInternet);
afterEach(() => void vi.useRealTimers());

async function connected(vault?: Vault) {
  const it = vault ?? (await makeVault());
  const { context, drive, provider, client, session } = it;
  const secrets = bearer(provider, drive);
  const about = { provider, clientId: client.clientId, session };
  const { who, connection } = await makeConnection(context, about, { secrets, scopes: ["files.read"] });
  const keys = { public_key: client.clientId, private_key: client.secret, user_id: String(who.userId) };
  const ask = (query: Record<string, string> = keys, init: RequestInit = {}, path = "") =>
    request(`${context.realm.issuer}/api/connection${path}?${new URLSearchParams(query)}`, init);
  return { ...it, who, connection, secrets, keys, ask };
}

describe("GET /api/connection", () => {
  it("tells an application of its own connections with a user, and no token", async () => {
    const { ask, connection, client, secrets } = await connected();
    const response = await ask();
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      connections: [
        {
          oauthId: connection.oauthId,
          provider: "drive",
          label: "Drive",
          clientId: client.clientId,
          clientName: "Partner",
          status: "active",
          scopes: ["files.read"],
          needsConsent: false,
          connectedAt: new Date(connection.connectedAt).toISOString(),
          refreshedAt: null,
          expiresAt: null,
          lastError: null,
        },
      ],
    });
    expect(text).not.toContain(secrets.accessToken);
  });

  it.each<[string, number, string, (it: Awaited<ReturnType<typeof connected>>) => Promise<Response>]>([
    ["a wrong private_key", 403, "unauthorized", ({ ask, keys }) => ask({ ...keys, private_key: "wrong" })],
    [
      "another application's private_key",
      403,
      "unauthorized",
      async ({ ask, keys, context }) => ask({ ...keys, private_key: (await makeClient(context)).secret }),
    ],
    [
      "an API key that is none",
      403,
      "unauthorized",
      ({ ask, keys }) => ask({ user_id: keys.user_id }, { headers: { "x-api-key": "gk_no" } }),
    ],
    [
      "a page on another site",
      403,
      "unauthorized-domain",
      ({ ask, keys }) => ask(keys, { headers: { origin: "https://evil.test" } }),
    ],
    ["a user that is none", 401, "INVALID_OAUTHID", ({ ask, keys }) => ask({ ...keys, user_id: "12345" })],
    ["nobody's session", 403, "session-required", ({ ask, keys }) => ask({ public_key: keys.public_key })],
  ])("refuses %s", async (_, status, code, tryIt) => {
    const response = await tryIt(await connected());
    expect(response.status).toBe(status);
    expect(response.headers.get("x-error-code")).toBe(code);
  });

  it("MR-01 shows another application, another user and another realm nothing", async () => {
    const { ask, keys, context, user } = await connected();
    const other = await makeClient(context);
    const own = { public_key: other.clientId, private_key: other.secret, user_id: keys.user_id };
    expect(await (await ask(own)).json()).toEqual({ connections: [] });
    const stranger = await makeUser(context);
    expect(await (await ask({ ...keys, user_id: String(stranger.id) })).json()).toEqual({ connections: [] });
    const elsewhere = await makeVault();
    const there = `${elsewhere.context.realm.issuer}/api/connection?${new URLSearchParams(keys)}`;
    expect((await request(there)).status).toBe(403);
    expect(user.id).toBe(Number(keys.user_id));
  });

  it("takes an API key with the scope, and the external_id for the user", async () => {
    const { context, client, drive, provider } = await makeVault();
    const user = await makeUser(context, { externalId: "megan-7" });
    const session = await signIn(context, user);
    const about = { provider, clientId: client.clientId, session };
    await makeConnection(context, about, { secrets: bearer(provider, drive) });
    const owner = { ownerType: "client" as const, owner: client.clientId };
    const url = `${context.realm.issuer}/api/connection?user_id=megan-7`;
    const keyWith = async (scope: "vault:use" | "sessions:verify") =>
      (await makeApiKey(context, owner, { note: null, scopes: [scope], expiresAt: null })).key;
    const shown = await request(url, { headers: { "x-api-key": await keyWith("vault:use") } });
    expect(await shown.json()).toMatchObject({ connections: [{ provider: "drive" }] });
    expect((await request(url, { headers: { "x-api-key": await keyWith("sessions:verify") } })).status).toBe(403);
  });
});

describe("GET /api/connection with a session", () => {
  it("is for its own user, whom it may name, and for no other (contract §6)", async () => {
    const { ask, keys, context, session } = await connected();
    const headers = { cookie: `qt-auth=${session}` };
    for (const names of [{}, { user_id: keys.user_id }])
      expect(await (await ask(names, { headers })).json()).toMatchObject({ connections: [{ provider: "drive" }] });
    const stranger = await makeUser(context);
    const refused = await ask({ user_id: String(stranger.id) }, { headers });
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([403, "user-mismatch"]);
  });
});

describe("DELETE /api/connection/:provider", () => {
  it("ends the connection, and gives the tokens back (RFC 7009 §2.1)", async () => {
    const { ask, keys, context, who, drive, secrets } = await connected();
    expect((await ask(keys, { method: "DELETE" }, "/drive")).status).toBe(204);
    expect(await credentialsOf(context, who)).toBeNull();
    await vi.waitFor(() => expect(drive.revoked).toHaveLength(1), { timeout: 5000 });
    expect(drive.revoked[0]?.get("token")).toBe(secrets.refreshToken);
    const again = await ask(keys, { method: "DELETE" }, "/drive");
    expect(again.headers.get("x-error-code")).toBe("INVALID_OAUTHID");
  });

  it("SE-06 takes the session of whoever is signed in, and from no other site", async () => {
    const { ask, context, who, session } = await connected();
    const cookie = `qt-auth=${session}`;
    const foreign = { cookie, origin: "https://evil.test" };
    expect((await ask({}, { method: "DELETE", headers: foreign }, "/drive")).status).toBe(403);
    expect(await storedConnection(context, who)).not.toBeNull();
    expect((await ask({}, { method: "DELETE", headers: { cookie } }, "/drive")).status).toBe(204);
    expect(await storedConnection(context, who)).toBeNull();
  });
});

describe("what is kept", () => {
  it("SS-05 AU-02 holds no usable token: neither the object, nor D1, nor KV", async () => {
    const { context, who, secrets } = await connected();
    const tables = await runInDurableObject(objectOf(context, who.userId), (_, { storage: { sql } }) => {
      const names = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
      return names
        .filter(({ name }) => !name.startsWith("_cf"))
        .map(({ name }) => JSON.stringify(sql.exec(`SELECT * FROM ${name}`).toArray()));
    });
    const { results } = await env.DB.prepare("SELECT * FROM providers").all();
    const { keys } = await env.GRANTS.list();
    const values = await Promise.all(keys.map(({ name }) => env.GRANTS.get(name)));
    const dump = [...tables, JSON.stringify(results), ...keys.map(({ name }) => name), ...values].join("\n");
    expect(dump).toContain(who.clientId);
    for (const secret of [secrets.accessToken, secrets.refreshToken, "upstream-secret-0123456789"])
      expect(dump).not.toContain(secret);
  });

  it("is worth nothing in another row: user, provider and application are part of the seal", async () => {
    const { context, provider, drive, client, who, session } = await connected();
    const other = await makeClient(context);
    const about = { provider, clientId: other.clientId, session };
    const theirs = await makeConnection(context, about, { secrets: bearer(provider, drive) });
    await runInDurableObject(objectOf(context, who.userId), (_, { storage: { sql } }) => {
      const [row] = sql.exec("SELECT sealed FROM connections WHERE client_id = ?", client.clientId).toArray();
      sql.exec("UPDATE connections SET sealed = ? WHERE client_id = ?", row?.sealed ?? "", other.clientId);
    });
    await expect(credentialsOf(context, theirs.who)).rejects.toMatchObject({ reason: "connection-unreadable" });
  });

  it("is sealed anew under a new key, when it is used", async () => {
    const { context, who, secrets } = await connected();
    const [old] = config.keyEncryptionKeys;
    const fresh = { id: "fresh", bytes: crypto.getRandomValues(new Uint8Array(32)) };
    const later = { ...context, ring: new KeyRing([fresh, old]) };
    expect((await credentialsOf(later, who))?.credentials).toMatchObject({ accessToken: secrets.accessToken });
    const alone = { ...context, ring: new KeyRing([fresh]) };
    expect((await credentialsOf(alone, who))?.credentials).toMatchObject({ accessToken: secrets.accessToken });
  });

  it("is sealed anew when nobody uses it, by the object's alarm", async () => {
    const { context, who, secrets } = await connected();
    const fresh = { id: "fresh", bytes: crypto.getRandomValues(new Uint8Array(32)) };
    const ring = new KeyRing([fresh, ...config.keyEncryptionKeys]);
    const sealedFor = `${context.realm.id}|${who.userId}|drive|${who.clientId}`;
    const text = new TextEncoder().encode(JSON.stringify(secrets));
    const sealed = await ring.seal("vault-connection", sealedFor, text);
    const stub = objectOf(context, who.userId);
    // As if it had been sealed by a key that has become the second.
    const keys = `${config.keyEncryptionKeys.map(({ id }) => id)[0]}`;
    await runInDurableObject(stub, (instance, { storage: { sql } }) => {
      sql.exec("UPDATE connections SET sealed = ?", sealed);
      const held = instance as unknown as { env: Record<string, unknown> };
      const base64 = btoa(String.fromCharCode(...fresh.bytes))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replace("=", "");
      held.env = { ...held.env, KEY_ENCRYPTION_KEYS: `${env.KEY_ENCRYPTION_KEYS},fresh:${base64}` };
    });
    travel(limits.vaultSweepMs / 1000 + 1);
    await runDurableObjectAlarm(stub);
    const kept = await runInDurableObject(
      stub,
      (_, { storage: { sql } }) => sql.exec<{ sealed: string }>("SELECT sealed FROM connections").one().sealed,
    );
    expect(kept.startsWith(`${keys}.`)).toBe(true);
    expect((await credentialsOf({ ...context, ring: keyRing(config) }, who))?.credentials).toMatchObject({
      accessToken: secrets.accessToken,
    });
  });

  it("AU-09 goes with the user, and the provider is told", async () => {
    const { context, who, drive, secrets } = await connected();
    await deleteUser(context, who.userId);
    expect(await context.objects.call(who.userId, (user) => user.connections(null, null))).toEqual([]);
    await vi.waitFor(() => expect(drive.revoked.map((form) => form.get("token"))).toEqual([secrets.refreshToken]), {
      timeout: 5000,
    });
  });

  it("goes with the provider: another of the same name gets nothing of it", async () => {
    const { context, who, provider, drive } = await connected();
    await deleteProvider(context, provider.name);
    const another = { ...provider, createdAt: provider.createdAt + 1 };
    expect(await credentialsOf(context, { ...who, provider: another })).toBeNull();
    expect(await storedConnection(context, who)).toBeNull();
    expect(drive.asked).toEqual([]);
  });
});
