import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, type Json, operate } from "../admin/support.ts";
import { travel } from "../support/clock.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";
import { consolePath, makeOperator } from "./support.ts";

let realm: RealmContext;
let neighbour: RealmContext;
let at = "";
let hook = "";
let client = "";
let expires = "";

beforeAll(async () => {
  stubInternet();
  realm = await makeRealm();
  neighbour = await makeRealm();
  at = `/realms/${realm.realm.id}`;
  for (const context of [realm, neighbour])
    for (const host of context.realm.hosts) standUp(host, (asked) => request(asked.url));

  hook = String((await done(201, operate("POST", `${at}/webhooks`, { url: "https://hooks.example.com/in" }))).id);
  await realm.webhooks.noteFailure(hook, Date.now(), 0);
  for (const event of ["evt_1", "evt_2"]) {
    const { webhookDeliveries: deliveries } = realm;
    await deliveries.add([hook], { eventId: event, type: "user.deleted", body: "{}", now: Date.now() });
    const row = await deliveries.find(hook, event);
    if (row !== null) await deliveries.note(row, { state: "dead", attempts: 8, log: [], nextAttemptAt: null });
  }
  const provider = { client_id: "ours", client_secret: "a secret of theirs", issuer: "https://idp.example.com" };
  await done(201, operate("PUT", `${at}/providers/bare`, provider));
  await env.DB.prepare("update providers set sealed_client_secret = null where realm_id = ?")
    .bind(realm.realm.id)
    .run();
  client = (await makeClient(realm)).clientId;
  const key = { expires_in_seconds: 3 * 86_400 };
  expires = String((await done(201, operate("POST", `${at}/clients/${client}/api-keys`, key))).expires_at);
  await done(201, operate("POST", `${at}/clients/${client}/api-keys`, {}));
});

const itemsOf = async (path: string): Promise<Json[]> =>
  (await done(200, operate("GET", `${path}/attention`))).items as Json[];

describe("what needs attention in a realm", () => {
  it("is its webhooks, deliveries, secrets and keys that fail or soon will, and nothing of its neighbour's", async () => {
    expect(await itemsOf(at)).toEqual([
      expect.objectContaining({ kind: "provider-without-secret", subject: "bare" }),
      expect.objectContaining({ kind: "webhook-failing", subject: hook, detail: "https://hooks.example.com/in" }),
      expect.objectContaining({ kind: "deliveries-dead", subject: hook, count: 2 }),
      expect.objectContaining({ kind: "api-key-expiring", subject: client, owner_type: "client", at: expires }),
    ]);
    expect(await itemsOf(`/realms/${neighbour.realm.id}`)).toEqual([]);
  });

  it("MR-02 is a domain that leads elsewhere, called once in five minutes", async () => {
    const context = await makeRealm();
    const [host = ""] = context.realm.hosts;
    let calls = 0;
    for (const each of context.realm.hosts) standUp(each, (asked) => request(asked.url));
    standUp(host, () => {
      calls += 1;
      return new Response("parked", { headers: { server: "nginx" } });
    });
    const path = `/realms/${context.realm.id}`;
    for (let looks = 0; looks < 3; looks += 1)
      expect(await itemsOf(path)).toMatchObject([
        { kind: "domain-not-here", subject: host, detail: "reaches-something-else" },
      ]);
    expect(calls).toBe(1);
    travel(6 * 60);
    standUp(host, (asked) => request(asked.url));
    expect(await itemsOf(path)).toEqual([]);
  });

  it("the overview calls no domain before it is shown: it says how many are unknown, and where one looks", async () => {
    const context = await makeRealm();
    let calls = 0;
    for (const host of context.realm.hosts)
      standUp(host, () => {
        calls += 1;
        return new Response("parked");
      });
    const sysadmin = await makeOperator(context, ["user", "sysadmin"]);
    const { html, headers } = await sysadmin.open(consolePath(context, ""));
    expect(html).toContain("Domains that have not been checked yet: 3.");
    expect(html).not.toContain("Nothing needs attention.");
    expect(headers.get("content-security-policy")).toContain("connect-src 'self'");
    expect(html).toMatch(/id="attention-found"[^>]* data-later="([^"]+\?domains=called)"/);
    expect(html).toContain(`href="${consolePath(context, "")}?domains=called#attention"`);
    expect(calls).toBe(0);
    const checked = await sysadmin.open(`${consolePath(context, "")}?domains=called`);
    for (const host of context.realm.hosts) expect(checked.html).toContain(`${host} does not lead to this realm.`);
    expect([checked.html.includes("data-later="), calls]).toEqual([false, 3]);
    const again = await sysadmin.open(consolePath(context, ""));
    expect(again.html).toContain("does not lead to this realm.");
    expect(calls).toBe(3);
  });

  it("stands on the realm's overview, with the way to each, below today's figures", async () => {
    const sysadmin = await makeOperator(realm, ["user", "sysadmin"]);
    const { html } = await sysadmin.open(consolePath(realm, ""));
    expect(html.indexOf('id="lately"')).toBeLessThan(html.indexOf('id="attention"'));
    expect(html.indexOf('id="attention"')).toBeLessThan(html.indexOf('id="facts"'));
    for (const place of [
      "providers/bare",
      `webhooks/${hook}`,
      `webhooks/${hook}/deliveries?state=dead`,
      `clients/${client}`,
    ])
      expect(html).toContain(`${consolePath(realm, "")}/${place}"`);
    const admin = await makeOperator(realm, ["user", "admin"]);
    expect((await admin.open(consolePath(realm, ""))).html).not.toContain('id="attention"');
  });
});
