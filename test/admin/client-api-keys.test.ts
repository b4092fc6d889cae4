import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { ask, hashOf } from "../sessions-verify/support.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";
import { type Json, operate } from "./support.ts";

let context: RealmContext;
let client: TestClient;
let path: string;
beforeEach(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  path = `/realms/${context.realm.id}/clients/${client.clientId}/api-keys`;
});
afterEach(() => {
  vi.useRealTimers();
});

const make = async (body: Json = {}): Promise<Json> => {
  const { status, json } = await operate("POST", path, body);
  expect(status, JSON.stringify(json)).toBe(201);
  return json;
};
const mayAsk = async (made: Json): Promise<number> =>
  (await ask({ context, key: String(made.api_key) }, hashOf("x"))).status;

describe("keys of an application's servers (contract §7)", () => {
  it("are shown once, kept as a hash, listed, and withdrawn at once", async () => {
    const made = await make({ note: "the back end" });
    expect(made).toMatchObject({
      api_key: expect.stringMatching(/^gk_[A-Za-z0-9_-]{43}$/),
      note: "the back end",
      scopes: ["sessions:verify", "vault:use", "webhooks:manage"],
    });
    const user = await makeUser(context);
    const token = await signIn(context, user);
    const answer = await ask({ context, key: String(made.api_key) }, hashOf(token));
    expect(await answer.json()).toMatchObject({
      valid: true,
      user: { user_id: String(user.id), source: client.clientId },
    });
    const listed = (await operate("GET", path)).json;
    expect(listed.api_keys).toMatchObject([{ id: made.id, last_used_at: expect.stringMatching(/Z$/) }]);
    const stored = await env.DB.prepare("SELECT * FROM api_keys").all();
    expect(JSON.stringify([stored.results, listed])).not.toContain(String(made.api_key).slice(12));
    expect((await operate("DELETE", `${path}/${made.id}`)).status).toBe(204);
    expect(await mayAsk(made)).toBe(401);
  });

  it("are found by the integration id, too, and rotated with an overlap", async () => {
    const byNumber = `/realms/${context.realm.id}/clients/${client.integrationId}/api-keys`;
    const old = (await operate("POST", byNumber, { name: "the old one", scopes: ["sessions:verify"] })).json;
    expect(old.note).toBe("the old one");
    const next = await operate("POST", `${path}/${old.id}/rotate`, { overlap_seconds: 60 });
    expect([next.status, next.json.scopes]).toEqual([201, ["sessions:verify"]]);
    expect([await mayAsk(old), await mayAsk(next.json)]).toEqual([200, 200]);
    vi.setSystemTime(Date.now() + 61_000);
    expect([await mayAsk(old), await mayAsk(next.json)]).toEqual([401, 200]);
  });

  it.each([["accounts:read"], ["accounts:write"], ["everything"]])("are not made for %s", async (scope) => {
    const { status, json } = await operate("POST", path, { scopes: [scope] });
    expect([status, Object.keys(json.errors ?? {})]).toEqual([422, ["scopes.0"]]);
  });

  it("do what their scopes say, and nothing with accounts of main products", async () => {
    const made = await make({ scopes: ["webhooks:manage"] });
    expect(await mayAsk(made)).toBe(403);
    const headers = { "x-api-key": String(made.api_key) };
    const webhook = jsonBody({ url: "https://hooks.example.com/" }, headers);
    expect((await request(`${context.realm.issuer}/api/v1/webhooks`, webhook)).status).toBe(201);
    const { id } = await makeUser(context);
    expect((await request(`${context.realm.issuer}/api/v1/users/${id}/accounts`, { headers })).status).toBe(403);
  });

  it("AZ-16 of a third party tell it of a user what the user has granted it, and no more", async () => {
    const scopes = ["openid", "profile", "email"];
    const partner = await makeClient(context, { scopes }, { firstParty: false });
    path = `/realms/${context.realm.id}/clients/${partner.clientId}/api-keys`;
    const key = String((await make()).api_key);
    const user = await makeUser(context, { roles: ["user"], externalId: "ext-1" });
    const token = await signIn(context, user);
    const seen = async (): Promise<unknown> => (await (await ask({ context, key }, hashOf(token))).json<Json>()).user;
    const nothing = {
      user_id: String(user.id),
      quickpass_user_id: `qp_${user.id}`,
      name: null,
      email: null,
      roles: [],
    };
    expect(await seen()).toEqual({ ...nothing, source: partner.clientId });
    await context.objects.call(user.id, (object) => object.addConsent(partner.clientId, ["openid", "email"]));
    expect(await seen()).toEqual({ ...nothing, source: partner.clientId, email: user.email });
  });

  it("MR-02 are nobody's at another client and in another realm", async () => {
    const made = await make();
    const another = await makeClient(context);
    const elsewhere = await makeRealm();
    for (const foreign of [
      `/realms/${context.realm.id}/clients/${another.clientId}/api-keys`,
      `/realms/${elsewhere.realm.id}/clients/${client.clientId}/api-keys`,
    ]) {
      expect((await operate("DELETE", `${foreign}/${made.id}`)).status).toBe(404);
      expect((await operate("POST", `${foreign}/${made.id}/rotate`)).status).toBe(404);
    }
    expect((await ask({ context: elsewhere, key: String(made.api_key) }, hashOf("x"))).status).toBe(401);
    expect(await mayAsk(made)).toBe(200);
  });

  it("MR-05 sleep while their client is switched off, and go with it, as its webhooks do", async () => {
    const made = await make({ scopes: ["sessions:verify", "webhooks:manage"] });
    const base = path.replace("/api-keys", "");
    await request(
      `${context.realm.issuer}/api/v1/webhooks`,
      jsonBody({ url: "https://hooks.example.com/" }, { "x-api-key": String(made.api_key) }),
    );
    expect((await operate("PATCH", base, { disabled: true })).status).toBe(200);
    expect(await mayAsk(made)).toBe(401);
    expect((await operate("PATCH", base, { disabled: false })).status).toBe(200);
    expect(await mayAsk(made)).toBe(200);
    expect((await operate("DELETE", base)).status).toBe(204);
    expect(await mayAsk(made)).toBe(401);
    for (const table of ["api_keys", "webhooks"]) {
      const rows = await env.DB.prepare(`SELECT * FROM ${table} WHERE owner = ?`).bind(client.clientId).all();
      expect([table, rows.results]).toEqual([table, []]);
    }
  });
});
