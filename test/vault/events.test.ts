import { beforeAll, describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { makeWebhook } from "../../src/domain/webhooks/webhook.ts";
import type { WebhookOwner } from "../../src/storage/d1/webhook-store.ts";
import { operate } from "../admin/support.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeConnection } from "../support/vault.ts";
import { jsonBody, makeClient, request } from "../support/world.ts";
import { agreed, bearer, browserOf, commandUrl, makeVault, type Vault } from "./support.ts";

beforeAll(stubInternet);

interface Heard {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** What an endpoint of this owner is told. */
async function listen({ context, drive }: Vault, name: string, owner: WebhookOwner): Promise<Heard[]> {
  const heard: Heard[] = [];
  const host = `${name}-${drive.host}`;
  standUp(host, async (sent) => {
    heard.push(JSON.parse(new TextDecoder().decode(await sent.arrayBuffer())) as Heard);
    return new Response(null, { status: 204 });
  });
  await makeWebhook(context, owner, { url: `https://${host}/`, events: null, description: null, disabled: false });
  forgetHosts(context.realm.hosts);
  return heard;
}

describe("what webhooks hear of connections", () => {
  it("S3.13 consent given, refused and taken back, by both names, to the realm and to the application alone", async () => {
    const vault = await makeVault();
    const { context, client, user } = vault;
    const stranger = await makeClient(context);
    const realm = await listen(vault, "realm", { ownerType: "realm", owner: "" });
    const own = await listen(vault, "own", { ownerType: "client", owner: client.clientId });
    const others = await listen(vault, "others", { ownerType: "client", owner: stranger.clientId });
    const browser = await browserOf(vault);
    await browser.open(agreed(await browser.open(commandUrl(vault))));
    await browser.open(agreed(await browser.open(commandUrl(vault)), { error: "access_denied" }));
    const keys = { public_key: client.clientId, private_key: client.secret, user_id: String(user.id) };
    const url = `${context.realm.issuer}/api/connection/drive?${new URLSearchParams(keys)}`;
    expect((await request(url, { method: "DELETE" })).status).toBe(204);

    const names = [
      "USER_CONSENT_DISCONNECT",
      "USER_CONSENT_FAILURE",
      "USER_CONSENT_SUCCESS",
      "connection.connected",
      "connection.disconnected",
    ];
    const types = (heard: Heard[]) =>
      heard
        .map(({ type }) => type)
        .filter((type) => !/^(session|user)\./.test(type))
        .toSorted();
    await vi.waitFor(() => expect(types(realm)).toEqual(names), { timeout: 10_000 });
    await vi.waitFor(() => expect(types(own)).toEqual(names), { timeout: 10_000 });
    expect(types(others)).toEqual([]);
    const about = { user_id: String(user.id), provider: "drive", client_id: client.clientId };
    expect(realm.find(({ type }) => type === "connection.connected")?.data).toMatchObject({
      ...about,
      oauth_id: expect.stringMatching(/^oa_/),
      scopes: ["files.read"],
    });
    expect(realm.find(({ type }) => type === "USER_CONSENT_FAILURE")?.data).toMatchObject({
      ...about,
      reason: "access_denied",
    });
    expect(JSON.stringify([realm, own])).not.toMatch(/access-|refresh-/);
  });

  it("RE-01 an expired connection once, however many calls find out at the same time and later", async () => {
    const vault = await makeVault();
    const { context, client, user, drive, provider, session } = vault;
    const heard = await listen(vault, "expiry", { ownerType: "realm", owner: "" });
    const about = { provider, clientId: client.clientId, session };
    await makeConnection(context, about, { secrets: bearer(provider, drive), expiresAt: Date.now() - 1000 });
    drive.live.clear();
    const keys = { public_key: client.clientId, private_key: client.secret, user_id: String(user.id) };
    const url = `${context.realm.issuer}/oauth/method/drive/call?${new URLSearchParams(keys)}`;
    const call = () => request(url, jsonBody({ url: `https://${drive.host}/x` }));
    const answers = await Promise.all(Array.from({ length: 20 }, call));
    answers.push(await call());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(drive.asked).toHaveLength(1);
    // INVALID_OAUTHID is told of with the first and the tenth of an hour: when both are there, all is.
    const told = (type: string) => heard.filter((one) => one.type === type);
    await vi.waitFor(() => expect(told("INVALID_OAUTHID")).toHaveLength(2), { timeout: 10_000 });
    await vi.waitFor(() => expect(told("connection.expired")).toHaveLength(1), { timeout: 10_000 });
    expect(told("connection.expired")[0]?.data).toMatchObject({
      user_id: String(user.id),
      provider: "drive",
      client_id: client.clientId,
      reason: "invalid_grant",
    });
  });

  it("AU-01 and the audit log of consent, expiry and the end, whoever listens", async () => {
    const { context, client, user, drive, provider, session } = await makeVault();
    const about = { provider, clientId: client.clientId, session };
    await makeConnection(context, about, { secrets: bearer(provider, drive) });
    const keys = { public_key: client.clientId, private_key: client.secret, user_id: String(user.id) };
    const url = `${context.realm.issuer}/api/connection/drive?${new URLSearchParams(keys)}`;
    expect((await request(url, { method: "DELETE" })).status).toBe(204);
    await vi.waitFor(async () => {
      const { json } = await operate("GET", `/realms/${context.realm.id}/events?limit=100`);
      const events = (json.events as Record<string, unknown>[]).filter(({ type }) =>
        /^connection\./.test(String(type)),
      );
      expect(events.map(({ type }) => type).toSorted()).toEqual(["connection.connected", "connection.disconnected"]);
      for (const event of events)
        expect(event).toMatchObject({
          user: String(user.id),
          client: client.clientId,
          target: { kind: "provider", id: "drive" },
        });
    });
  });
});
