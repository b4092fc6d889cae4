import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { getTableColumns } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { KeyRing } from "../../src/crypto/key-ring.ts";
import { clientOf } from "../../src/domain/clients/client.ts";
import { openClientSecret } from "../../src/domain/clients/client-secret.ts";
import { openProviderSecret } from "../../src/domain/federation/provider.ts";
import { keyEncryptionReport } from "../../src/domain/key-encryption/report.ts";
import { nextSweepJob, type Sweeping, type SweepJob, sweepOn } from "../../src/domain/key-encryption/sweep.ts";
import { signingKeyContext, signingKeyPurpose } from "../../src/domain/keys/realm-keys.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { openTotpSecret } from "../../src/domain/second-factor/totp-secret.ts";
import { findSource, openSourceSecret } from "../../src/domain/sources/source.ts";
import { credentialsOf } from "../../src/domain/vault/connection.ts";
import { signingSecrets } from "../../src/domain/webhooks/webhook.ts";
import { encodeBase64Url } from "../../src/lib/base64url.ts";
import { KeySweepStore, type SealedColumnName, sealedColumns } from "../../src/storage/d1/key-sweep-store.ts";
import * as schema from "../../src/storage/d1/schema/index.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { operate } from "../admin/support.ts";
import { travel } from "../support/clock.ts";
import { migrateDatabase } from "../support/database.ts";
import { makeConnection, makeVaultProvider } from "../support/vault.ts";
import { config, makeClient, makeRealm, ring } from "../support/world.ts";
import { makeEnrolled } from "../two-factor/support.ts";

afterEach(() => {
  vi.useRealTimers();
});

const made = (id: string) => ({ id, bytes: crypto.getRandomValues(new Uint8Array(32)) });
const objectOf = (context: RealmContext, userId: number) => env.USERS.getByName(`${context.realm.id}:${userId}`);

/** What the tests before have sealed under keys of their own is none of this one's business. */
async function emptied(): Promise<void> {
  await migrateDatabase();
  const tables = [
    "key_sweeps",
    "users",
    ...Object.values(sealedColumns).map(({ table }) => getTableConfig(table).name),
  ];
  await env.DB.batch(tables.map((name) => env.DB.prepare(`delete from ${name}`)));
}

/** A realm with one thing of every kind that is sealed, all under the test's key `t1`. */
async function sealedHouse() {
  await emptied();
  const context = await makeRealm();
  const path = `/realms/${context.realm.id}`;
  const client = await operate("POST", `${path}/clients`, { name: "Shop", redirect_uris: ["https://shop.test/cb"] });
  const sharedSecret = "a-shared-secret-of-at-least-32-characters";
  const source = { issuer: "main", algorithm: "HS256", secret: sharedSecret };
  expect((await operate("PUT", `${path}/sources/main`, source)).status).toBe(201);
  const webhook = await operate("POST", `${path}/webhooks`, { url: "https://hooks.test/in" });
  const id = String(webhook.json.id);
  const turned = await operate("POST", `${path}/webhooks/${id}/rotate-secret`);
  expect([client.status, webhook.status, turned.status]).toEqual([201, 201, 200]);
  const provider = await makeVaultProvider(context, {
    authorize_url: "https://idp.test/authorize",
    token_url: "https://idp.test/token",
  });
  const enrolled = await makeEnrolled(context);
  const vaultClient = await makeClient(context);
  const tokenEndpoint = "https://idp.test/token";
  const bearer = { type: "bearer" as const, accessToken: "their-access-token", refreshToken: null };
  const secrets = { ...bearer, previousRefreshToken: null, idToken: null, tokenEndpoint };
  const about = { provider, clientId: vaultClient.clientId, session: enrolled.session };
  const { who } = await makeConnection(context, about, { secrets });
  return {
    context,
    client: client.json,
    sharedSecret,
    webhook: webhook.json,
    turned: turned.json,
    enrolled,
    who,
    secrets,
  };
}

/** A deployment where a new key has come first. Objects of users are told of it as they are called. */
function withNewKey(): { fresh: KeyRing; sweeping: Sweeping; onlyFresh: KeyRing } {
  const key = made(`n${crypto.randomUUID().slice(0, 8)}`);
  const text = `${key.id}:${encodeBase64Url(key.bytes)},${env.KEY_ENCRYPTION_KEYS}`;
  const fresh = new KeyRing([key, ...config.keyEncryptionKeys]);
  const sweeping: Sweeping = {
    store: new KeySweepStore(databasesOf(env)),
    ring: fresh,
    now: Date.now(),
    callUser: ({ id, realm }, run) =>
      runInDurableObject(env.USERS.getByName(`${realm.id}:${id}`), (instance) => {
        const held = instance as unknown as { env: Record<string, unknown> };
        held.env = { ...held.env, KEY_ENCRYPTION_KEYS: text };
        return run(instance as never);
      }),
  };
  return { fresh, sweeping, onlyFresh: new KeyRing([key]) };
}

async function sweepToEnd(sweeping: Sweeping, from: SweepJob | null): Promise<number> {
  let steps = 0;
  for (let job = from; job !== null; job = await sweepOn(sweeping, job)) steps++;
  return steps;
}

const countedUnder = async (keyId: string) => {
  const names = Object.keys(sealedColumns) as SealedColumnName[];
  const store = new KeySweepStore(databasesOf(env));
  const counts = await Promise.all(names.map(async (name) => [name, await store.countByKey(name)] as const));
  return counts.flatMap(([name, keys]) => (keys.some((key) => key.keyId === keyId) ? [name] : []));
};

describe("what is sealed comes under the newest key-encryption key", () => {
  it("every sealed column of the database is known to the sweep", () => {
    const tables = Object.values(schema).filter((value) => value instanceof SQLiteTable);
    const inSchema = tables.flatMap((table) =>
      Object.values(getTableColumns(table))
        .filter(({ name }) => name.startsWith("sealed_"))
        .map(({ name }) => `${getTableConfig(table).name}.${name}`),
    );
    const known = Object.values(sealedColumns).map(
      ({ table, column }) => `${getTableConfig(table).name}.${column.name}`,
    );
    expect(inSchema.toSorted()).toEqual(known.toSorted());
  });

  it("RE-18 after the sweep the old key can go: everything opens, and is what it was (ASVS 11.2.2)", async () => {
    const { context, client, sharedSecret, webhook, turned, enrolled, who, secrets } = await sealedHouse();
    const { fresh, sweeping, onlyFresh } = withNewKey();
    await sweepToEnd(sweeping, await nextSweepJob(sweeping));
    expect(await countedUnder("t1")).toEqual([]);
    expect(await sweeping.store.find()).toMatchObject({ keyId: fresh.currentKeyId, round: 1, lost: 0 });

    const after: RealmContext = { ...context, ring: onlyFresh };
    const row = await context.clients.store.findByClientId(String(client.client_id));
    expect(row && (await openClientSecret(after, clientOf(row)))).toBe(client.client_secret);
    const provider = { ...who.provider, ...(await context.providers.find(who.provider.name)) };
    expect(await openProviderSecret(onlyFresh, provider as never)).toBe("upstream-secret-0123456789");
    const source = await findSource(context, "main");
    expect(source && (await openSourceSecret(onlyFresh, source))).toBe(sharedSecret);
    const hook = await context.webhooks.find(String(webhook.id));
    expect(hook && (await signingSecrets(after, hook))).toEqual([turned.secret, webhook.secret]);
    const factors = await context.objects.call(enrolled.user.id, (user) => user.factors(null));
    expect(await openTotpSecret(after, enrolled.user.id, factors.sealedTotpSecret ?? "")).not.toBeNull();
    expect((await credentialsOf(after, who))?.credentials).toMatchObject({ accessToken: secrets.accessToken });
    const keys = await env.DB.prepare("select kid, sealed_private_jwk as sealed from signing_keys where realm_id = ?")
      .bind(context.realm.id)
      .all<{ kid: string; sealed: string }>();
    for (const { kid, sealed } of keys.results)
      expect(await onlyFresh.open(signingKeyPurpose, signingKeyContext(context.realm.id, kid), sealed)).not.toBeNull();
  });

  it("killed at any step it goes on: nothing is lost, and nothing done twice", async () => {
    await sealedHouse();
    const { sweeping } = withNewKey();
    const first = await nextSweepJob(sweeping);
    let [kills, job] = [0, first];
    while (job !== null) {
      // The step does its work and dies before it has noted it.
      const dying = new KeySweepStore(databasesOf(env));
      dying.replace = () => Promise.reject(new Error("killed"));
      await expect(sweepOn({ ...sweeping, store: dying }, job)).rejects.toThrow("killed");
      kills++;
      // Delivered again, and by mistake twice at once: one of them goes on.
      const next: (SweepJob | null)[] = await Promise.all([sweepOn(sweeping, job), sweepOn(sweeping, job)]);
      const going = next.filter((one) => one !== null);
      expect(going.length).toBeLessThanOrEqual(1);
      // One that comes late does nothing.
      expect(await sweepOn(sweeping, job)).toBeNull();
      job = going[0] ?? null;
    }
    expect(kills).toBeGreaterThanOrEqual(7);
    expect(await countedUnder("t1")).toEqual([]);
    expect(await sweeping.store.find()).toMatchObject({ lost: 0, stage: "users@1", roundEndedAt: expect.any(Number) });
  });

  it("a secret that is replaced meanwhile stays replaced (ASVS 2.3.3)", async () => {
    const { context } = await sealedHouse();
    const { sweeping } = withNewKey();
    const replaced = await ring.seal("source-secret", `${context.realm.id}|main`, new TextEncoder().encode("another"));
    const racing = new KeySweepStore(databasesOf(env));
    racing.rewrap = async (...values) => {
      await env.DB.prepare("update sources set sealed_secret = ? where realm_id = ?")
        .bind(replaced, context.realm.id)
        .run();
      return new KeySweepStore(databasesOf(env)).rewrap(...values);
    };
    await sweepToEnd({ ...sweeping, store: racing }, await nextSweepJob(sweeping));
    const source = await context.sources.find("main");
    expect(source?.sealedSecret).toBe(replaced);
    // The next round brings it under the new key, too.
    await sweepToEnd(sweeping, await nextSweepJob(sweeping, true));
    const later = await findSource(context, "main");
    expect(later && (await openSourceSecret(sweeping.ring, later))).toBe("another");
    expect(later?.sealedSecret).not.toBe(replaced);
  });

  it("the report tells when a key may be removed: after two rounds, and when the last refresh token that names it is over", async () => {
    const { enrolled, context } = await sealedHouse();
    const { fresh, sweeping } = withNewKey();
    const ids = { ...config, keyEncryptionKeys: [made(fresh.currentKeyId), ...config.keyEncryptionKeys] as const };
    const old = async () => (await keyEncryptionReport(sweeping.store, ids)).keys.find(({ id }) => id === "t1");
    const begun = await nextSweepJob(sweeping);
    expect(await old()).toMatchObject({
      seals: false,
      removableAt: null,
      sealed: { client_secrets: expect.any(Number) },
    });
    // A second delivery of the hourly job begins nothing while the sweep moves; one that has not moved for long is taken up.
    expect(await nextSweepJob(sweeping)).toBeNull();
    const stuck = { ...sweeping, now: sweeping.now + limits.keySweepPatienceMs };
    expect(await nextSweepJob(stuck)).toEqual(begun);
    await sweepToEnd(sweeping, begun);
    expect(await old()).toMatchObject({ sealed: {}, removableAt: null });
    expect(await nextSweepJob(sweeping)).toBeNull();
    const tomorrow = { ...sweeping, now: sweeping.now + limits.keySweepSecondRoundMs };
    await sweepToEnd(tomorrow, await nextSweepJob(tomorrow));
    expect((await old())?.removableAt).toBe(sweeping.now + 7_776_000_000);
    // What no key opens is counted, not hidden, and holds nothing up.
    await runInDurableObject(objectOf(context, enrolled.user.id), (_, { storage: { sql } }) => {
      sql.exec("UPDATE totp SET sealed_secret = 'gone.AAAA'");
    });
    await sweepToEnd(tomorrow, await nextSweepJob(tomorrow, true));
    expect(await sweeping.store.find()).toMatchObject({ lost: 1, round: 3 });
  });

  it("MR-03 the operators of the deployment see it and may begin it; with one key there is nothing to do", async () => {
    await emptied();
    await makeRealm();
    travel(0);
    const seen = await operate("POST", "/key-encryption/rewrap");
    expect([seen.status, seen.json.keys]).toEqual([
      202,
      expect.arrayContaining([expect.objectContaining({ id: "t1", present: true, seals: true, removable_at: null })]),
    ]);
    expect(seen.json.sweep).toMatchObject({ key: "t1", state: "done" });
    expect((await operate("GET", "/key-encryption")).json).toEqual(seen.json);
    expect(JSON.stringify(seen.json)).not.toContain(env.KEY_ENCRYPTION_KEYS.slice(3));
  });
});
