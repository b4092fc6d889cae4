import { beforeAll, describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { makeWebhook } from "../../src/domain/webhooks/webhook.ts";
import type { WebhookOwner } from "../../src/storage/d1/webhook-store.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeClient, request } from "../support/world.ts";
import { agreed, browserOf, commandUrl, makeVault, type Vault } from "./support.ts";

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
});
