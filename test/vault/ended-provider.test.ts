import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { endConnectionsPage } from "../../src/domain/vault/end-connections.ts";
import { makeWebhook } from "../../src/domain/webhooks/webhook.ts";
import { eraseRealmPage } from "../../src/jobs/erase-realm.ts";
import { tidy } from "../../src/jobs/schedule.ts";
import { operate } from "../admin/support.ts";
import { travel } from "../support/clock.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeConnection, makeVaultProvider } from "../support/vault.ts";
import { makeClient, makeUser, signIn } from "../support/world.ts";
import { bearer, driveSettings, makeVault, type Vault } from "./support.ts";

beforeAll(stubInternet);
afterEach(() => void vi.useRealTimers());

interface Heard {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

async function listen({ context, drive }: Vault): Promise<Heard[]> {
  const heard: Heard[] = [];
  standUp(`hooks-${drive.host}`, async (sent) => {
    heard.push(JSON.parse(new TextDecoder().decode(await sent.arrayBuffer())) as Heard);
    return new Response(null, { status: 204 });
  });
  const owner = { ownerType: "realm", owner: "" } as const;
  const address = `https://hooks-${drive.host}/`;
  const events = ["connection.disconnected", "USER_CONSENT_DISCONNECT"] as const;
  await makeWebhook(context, owner, { url: address, events: [...events], description: null, disabled: false });
  forgetHosts(context.realm.hosts);
  return heard;
}

/** People who have connected the drive, the vault's own user the first of them. */
async function connectedPeople(vault: Vault, count: number) {
  const { context, provider, drive, client } = vault;
  const people = [];
  for (let n = 0; n < count; n++) {
    const user = n === 0 ? vault.user : await makeUser(context);
    const secrets = bearer(provider, drive);
    await makeConnection(
      context,
      { provider, clientId: client.clientId, session: await signIn(context, user) },
      { secrets },
    );
    people.push({ user, secrets });
  }
  return people;
}

const pathOf = ({ context }: Vault): string => `/realms/${context.realm.id}/providers/drive`;
const connectionsOf = ({ context }: Vault, userId: number) =>
  context.objects.call(userId, (user) => user.connections(null, null));
const rowsOf = async ({ context }: Vault, table: "vault_connections" | "retired_providers") =>
  (await env.DB.prepare(`select * from ${table} where realm_id = ?`).bind(context.realm.id).all()).results;
const patiently = { timeout: 15_000, interval: 50 };

describe("a provider that is deleted (contract §6, RFC 7009 §2.1)", () => {
  it("takes all connections along: each is given back once, and each is told of once by both names", async () => {
    const vault = await makeVault();
    const heard = await listen(vault);
    const people = await connectedPeople(vault, 3);
    expect(await rowsOf(vault, "vault_connections")).toHaveLength(3);
    expect((await operate("DELETE", pathOf(vault))).status).toBe(204);
    await vi.waitFor(() => expect(vault.drive.revoked).toHaveLength(3), patiently);
    expect(vault.drive.revoked.map((form) => form.get("token")).toSorted()).toEqual(
      people.map(({ secrets }) => secrets.refreshToken).toSorted(),
    );
    expect(vault.drive.revoked[0]?.get("client_secret")).toBe("upstream-secret-0123456789");
    await vi.waitFor(() => expect(heard).toHaveLength(6), patiently);
    for (const { user } of people) {
      expect(await connectionsOf(vault, user.id)).toEqual([]);
      const own = heard.filter(({ data }) => data.user_id === String(user.id));
      expect(own.map(({ type }) => type).toSorted()).toEqual(["USER_CONSENT_DISCONNECT", "connection.disconnected"]);
      expect(own[0]?.data).toMatchObject({
        provider: "drive",
        client_id: vault.client.clientId,
        oauth_id: expect.stringMatching(/^oa_/),
        reason: "provider-deleted",
      });
    }
    await vi.waitFor(async () => expect(await rowsOf(vault, "vault_connections")).toEqual([]), patiently);
    await vi.waitFor(async () => {
      const { json } = await operate("GET", `/realms/${vault.context.realm.id}/events?limit=100`);
      const own = (json.events as Record<string, unknown>[]).filter(({ type }) => type === "connection.disconnected");
      expect(own.map(({ user }) => user).toSorted()).toEqual(people.map(({ user }) => String(user.id)).toSorted());
      expect(own[0]).toMatchObject({
        reason: "provider-deleted",
        actor: { kind: "system" },
        client: vault.client.clientId,
      });
    }, patiently);
    expect(JSON.stringify(heard)).not.toMatch(/access-|refresh-/);
  });

  it("SS-05 does so although it had been taken out of the vault before", async () => {
    const vault = await makeVault();
    const [person] = await connectedPeople(vault, 1);
    const without = `update providers set purposes = '["sign-in"]' where realm_id = ?`;
    await env.DB.prepare(without).bind(vault.context.realm.id).run();
    vault.context.providers.forget();
    expect((await operate("DELETE", pathOf(vault))).status).toBe(204);
    await vi.waitFor(
      () => expect(vault.drive.revoked.map((form) => form.get("token"))).toEqual([person?.secrets.refreshToken]),
      patiently,
    );
    expect(await connectionsOf(vault, vault.user.id)).toEqual([]);
  });

  it("leaves those of another of its name alone, and is done for whom it was done before", async () => {
    const vault = await makeVault();
    const { context, provider, drive, user, client, session } = vault;
    const [first] = await connectedPeople(vault, 1);
    const job = {
      type: "end-connections",
      realmId: context.realm.id,
      provider: "drive",
      since: provider.createdAt,
    } as const;
    await context.providers.store.delete("drive", Date.now());
    travel(5);
    const next = await makeVaultProvider(context, driveSettings(drive), { name: "drive" });
    const secrets = bearer(next, drive);
    const other = await makeClient(context);
    await makeConnection(context, { provider: next, clientId: other.clientId, session }, { secrets });
    expect(await Promise.all([endConnectionsPage(context, job), endConnectionsPage(context, job)])).toEqual([
      "done",
      "done",
    ]);
    expect(await endConnectionsPage(context, job)).toBe("done");
    expect((await connectionsOf(vault, user.id))?.map(({ clientId }) => clientId)).toEqual([other.clientId]);
    await vi.waitFor(
      () => expect(drive.revoked.map((form) => form.get("token"))).toEqual([first?.secrets.refreshToken]),
      patiently,
    );
    expect(await rowsOf(vault, "vault_connections")).toEqual([
      expect.objectContaining({ provider_since: next.createdAt, user_id: user.id }),
    ]);
    expect(client.clientId).not.toBe(other.clientId);
  });

  it("RE-05 is tried again while it does not answer, and what the queue has lost is taken up by the hourly job", async () => {
    const vault = await makeVault();
    const { context, drive } = vault;
    await connectedPeople(vault, 2);
    let refused = 0;
    standUp(drive.host, async (sent) => {
      refused += 1;
      if (refused <= 2) return new Response(null, { status: 503 });
      drive.revoked.push(new URLSearchParams(await sent.text()));
      return new Response(null, { status: 200 });
    });
    await context.providers.store.delete("drive", Date.now());
    context.providers.forget();
    expect(await rowsOf(vault, "vault_connections")).toHaveLength(2);
    travel(limits.connectionsLeftAfterMs / 1000 + 1);
    await tidy(env);
    await vi.waitFor(async () => expect(await rowsOf(vault, "vault_connections")).toEqual([]), patiently);
    await vi.waitFor(() => expect(drive.revoked).toHaveLength(2), { timeout: 19_000, interval: 100 });
    expect(refused).toBe(4);
  }, 40_000);

  it("SS-05 is forgotten, its secret too, when there was time enough to give everything back", async () => {
    const vault = await makeVault();
    expect((await operate("DELETE", pathOf(vault))).status).toBe(204);
    expect(await rowsOf(vault, "retired_providers")).toHaveLength(1);
    travel(limits.retiredProviderMemoryMs / 1000 - 60);
    await tidy(env);
    expect(await rowsOf(vault, "retired_providers")).toHaveLength(1);
    travel(120);
    await tidy(env);
    expect(await rowsOf(vault, "retired_providers")).toEqual([]);
  });

  it("MR-05 goes with its realm in the same way, and after a day nothing is left of either", async () => {
    const vault = await makeVault();
    const { realm } = vault.context;
    const people = await connectedPeople(vault, 2);
    expect((await operate("DELETE", `/realms/${realm.id}`)).status).toBe(204);
    await vi.waitFor(() => expect(vault.drive.revoked).toHaveLength(2), patiently);
    expect(vault.drive.revoked.map((form) => form.get("token")).toSorted()).toEqual(
      people.map(({ secrets }) => secrets.refreshToken).toSorted(),
    );
    const left = async () => [
      (await env.DB.prepare("select 1 from realms where id = ?").bind(realm.id).all()).results.length,
      (await rowsOf(vault, "retired_providers")).length,
      (await rowsOf(vault, "vault_connections")).length,
    ];
    while ((await eraseRealmPage(realm.id, env)) === "more");
    expect(await left()).toEqual([1, 1, 0]);
    travel(limits.retiredRealmMemoryMs / 1000 + 60);
    await tidy(env);
    await vi.waitFor(async () => expect(await left()).toEqual([0, 0, 0]), patiently);
    expect(vault.drive.revoked).toHaveLength(2);
  });

  it("AU-09 keeps no names of users who are deleted, and nothing of one that was only for signing in", async () => {
    const vault = await makeVault();
    const [person] = await connectedPeople(vault, 1);
    expect((await operate("DELETE", `/realms/${vault.context.realm.id}/users/${person?.user.id}`)).status).toBe(204);
    expect(await rowsOf(vault, "vault_connections")).toEqual([]);
    const idp = { issuer: "https://idp.example.com", client_id: "ours", client_secret: "a secret of theirs" };
    expect((await operate("PUT", `/realms/${vault.context.realm.id}/providers/idp`, idp)).status).toBe(201);
    expect((await operate("DELETE", `/realms/${vault.context.realm.id}/providers/idp`)).status).toBe(204);
    expect(await rowsOf(vault, "retired_providers")).toEqual([]);
  });
});
