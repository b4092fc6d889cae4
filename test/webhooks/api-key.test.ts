import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeApiKey } from "../../src/domain/api-keys/api-key.ts";
import type { ApiKeyScope } from "../../src/domain/api-keys/scopes.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { connectPerson } from "../../src/domain/sources/account-of-person.ts";
import { putSource } from "../../src/domain/sources/change-source.ts";
import { unlinkAccount } from "../../src/domain/sources/linked-accounts.ts";
import type { Source } from "../../src/domain/sources/source.ts";
import { sourceSettingsSchema } from "../../src/domain/sources/source-settings.ts";
import { emit } from "../../src/domain/webhooks/emit.ts";
import { makeWebhook } from "../../src/domain/webhooks/webhook.ts";
import { travel } from "../support/clock.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import {
  deliveriesOf,
  expectHeard,
  fresh,
  type Heard,
  type Json,
  makeReceiver,
  operate,
  verifiedBy,
} from "./receiver.ts";

beforeEach(() => {
  stubInternet();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const unheard = async (): Promise<void> => undefined;

function makeSource(context: RealmContext, name: string): Promise<Source> {
  return putSource(context, name, null, {
    issuer: name,
    algorithm: "HS256",
    secret: "a secret that both sides of it know",
    userIdMode: "linked",
    disabled: false,
    settings: sourceSettingsSchema.parse({}),
  });
}

async function keyOf(context: RealmContext, source: Source, scopes: ApiKeyScope[] = ["webhooks:manage"]) {
  const owner = { ownerType: "source", owner: source.name } as const;
  return (await makeApiKey(context, owner, { note: null, scopes, expiresAt: null })).key;
}

async function call(context: RealmContext, key: string | null, method: string, path = "", body?: Json) {
  const headers = { "content-type": "application/json", ...(key === null ? {} : { "x-api-key": key }) };
  const init = body === undefined ? {} : jsonBody(body);
  const response = await request(`${context.realm.issuer}/api/v1/webhooks${path}`, { ...init, method, headers });
  const text = await response.text();
  return { status: response.status, json: (text === "" ? {} : JSON.parse(text)) as Json };
}

const url = "https://product.example.com/hook";

describe("/api/v1/webhooks, with a main product's key (contract §5)", () => {
  it("makes, lists and deletes the product's own, and no others'", async () => {
    const context = await makeRealm();
    const [one, two] = [await makeSource(context, "one"), await makeSource(context, "two")];
    const [key, otherKey] = [await keyOf(context, one), await keyOf(context, two)];
    const operators = await makeReceiver(context);
    const made = await call(context, key, "POST", "", { url, events: ["user.deleted"] });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ source: "one", url, events: ["user.deleted"], disabled: false });
    expect(made.json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const id = String(made.json.id);
    const { secret: _, ...shown } = made.json;
    expect((await call(context, key, "GET")).json).toEqual({ webhooks: [shown] });
    expect((await call(context, otherKey, "GET")).json).toEqual({ webhooks: [] });
    for (const [method, path] of [
      ["DELETE", `/${id}`],
      ["POST", `/${id}/rotate-secret`],
      ["GET", `/${id}/deliveries`],
      ["POST", `/${id}/deliveries/replay`],
      ["POST", `/${id}/deliveries/evt_1/replay`],
    ] as const)
      expect((await call(context, otherKey, method, path)).status).toBe(404);
    expect((await call(context, key, "DELETE", `/${operators.id}`)).status).toBe(404);
    expect((await context.webhooks.list()).map((row) => row.id)).toEqual([operators.id, id]);
    expect((await call(context, key, "GET", `/${id}/deliveries`)).json).toEqual({ deliveries: [] });
    expect((await call(context, key, "DELETE", `/${id}`)).status).toBe(204);
    expect((await context.webhooks.list()).map((row) => row.id)).toEqual([operators.id]);
  });

  it("AU-05 refuses without a key, with a wrong one, one of another realm, and one for other things", async () => {
    const [context, other] = [await makeRealm(), await makeRealm()];
    const source = await makeSource(context, "one");
    const foreign = await keyOf(other, await makeSource(other, "one"));
    const modest = await keyOf(context, source, ["accounts:read", "sessions:verify"]);
    for (const [key, status] of [
      [null, 401],
      [`gk_${"a".repeat(43)}`, 401],
      [foreign, 401],
      [modest, 403],
    ] as const)
      expect((await call(context, key, "POST", "", { url })).status).toBe(status);
    expect(await context.webhooks.list()).toEqual([]);
  });

  it("a product hears of links to its own accounts only, made or taken away, the operators of all", async () => {
    const context = await makeRealm();
    const [one, two] = [await makeSource(context, "one"), await makeSource(context, "two")];
    const heard: string[] = [];
    standUp("product.example.com", async (sent) => {
      heard.push(((await sent.json()) as Heard["event"]).data.source_id as string);
      return new Response(null, { status: 200 });
    });
    const events = ["account.linked", "account.unlinked"];
    await call(context, await keyOf(context, one), "POST", "", { url, events });
    const operators = await makeReceiver(context, { events });
    const listening = await fresh(context);
    const user = await makeUser(context);
    for (const source of [one, two]) {
      const person = { source, sourceId: `id at ${source.name}`, email: null, emailVerified: false, name: null };
      expect(await connectPerson(listening, person, user)).toBe("made");
      expect(await connectPerson(listening, person, user)).toBe("there");
    }
    await expectHeard(operators, 2);
    expect(heard).toEqual(["id at one"]);
    for (const { name } of [one, two])
      await unlinkAccount(listening, name, `id at ${name}`, { by: "api-key", source: name }, unheard);
    await expectHeard(operators, 4);
    expect(operators.heard.map(({ event }) => event.type).sort()).toEqual([...events, ...events].sort());
    expect(heard).toEqual(["id at one", "id at one"]);
  });

  it.each(["source", "client"] as const)("AU-05 a %s that is disabled hears of nobody any more", async (kind) => {
    const context = await makeRealm();
    const owner = kind === "source" ? (await makeSource(context, "one")).name : (await makeClient(context)).clientId;
    let heard = 0;
    const host = `disabled-${kind}.example.com`;
    standUp(host, async () => {
      heard += 1;
      return new Response(null, { status: 204 });
    });
    const wanted = { url: `https://${host}/hook`, events: null, description: null, disabled: false };
    const { row } = await makeWebhook(context, { ownerType: kind, owner }, wanted);
    const operators = await makeReceiver(context);
    const listening = await fresh(context);
    const user = await makeUser(context);
    const change = () => emit(listening, "user.updated", user, { changed: ["name"] });
    change();
    await expectHeard(operators, 1);
    expect(heard).toBe(1);
    const table = kind === "source" ? "sources" : "clients";
    await env.DB.prepare(`update ${table} set disabled_at = 1 where realm_id = ?`).bind(context.realm.id).run();
    change();
    expect((await operate(context, "POST", `/${row.id}/deliveries/${operators.heard[0]?.id}/replay`)).status).toBe(200);
    await vi.waitFor(async () => expect(await deliveriesOf(context, row)).toMatchObject([{ state: "dead" }]));
    await expectHeard(operators, 2);
    expect(heard).toBe(1);
  });

  it("AZ-16 a third party's application hears of none of the realm's users, who have not let it in", async () => {
    const context = await makeRealm();
    const [own, partner] = [await makeClient(context), await makeClient(context, {}, { firstParty: false })];
    const heard: string[] = [];
    for (const { clientId } of [own, partner]) {
      const host = `of-${clientId}.example.com`;
      standUp(host, async (sent) => {
        heard.push(`${clientId} ${((await sent.json()) as Heard["event"]).type}`);
        return new Response(null, { status: 204 });
      });
      const wanted = { url: `https://${host}/hook`, events: null, description: null, disabled: false };
      await makeWebhook(context, { ownerType: "client", owner: clientId }, wanted);
    }
    const operators = await makeReceiver(context);
    const listening = await fresh(context);
    emit(listening, "user.updated", await makeUser(context, { externalId: "ext-7" }), { changed: ["name"] });
    await expectHeard(operators, 1);
    expect(heard).toEqual([`${own.clientId} user.updated`]);
  });

  it("a source's webhooks go with it", async () => {
    const context = await makeRealm();
    const one = await makeSource(context, "one");
    await call(context, await keyOf(context, one), "POST", "", { url });
    expect(await context.sources.delete("one")).toBe(true);
    expect(await context.webhooks.list()).toEqual([]);
  });
});

describe("another secret (Standard Webhooks 1.0, multiple secrets)", () => {
  it("for 24 hours both sign; afterwards the new one alone; neither is shown again", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const rotated = await operate(context, "POST", `/${receiver.id}/rotate-secret`);
    const secret = String(rotated.json.secret);
    expect([rotated.status, secret === receiver.secret]).toEqual([200, false]);
    const user = await makeUser(context);
    await signIn(context, user);
    await expectHeard(receiver, 1);
    const [both] = receiver.heard;
    if (both === undefined) throw new Error("nothing was heard");
    expect(both.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const good of [secret, receiver.secret]) expect(verifiedBy(good, both)).toEqual(both.event);

    const eventId = both.id;
    await operate(context, "POST", `/${receiver.id}/deliveries/${eventId}/replay`);
    await expectHeard(receiver, 2);
    travel(86_401);
    await operate(context, "POST", `/${receiver.id}/deliveries/${eventId}/replay`);
    await vi.waitFor(() => expect(receiver.heard).toHaveLength(3), { timeout: 10_000 });
    const last = receiver.heard[2];
    expect(last?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    vi.useRealTimers();
    const shown = JSON.stringify([
      (await operate(context, "GET", `/${receiver.id}`)).json,
      (await operate(context, "GET", "")).json,
      (await operate(context, "GET", `/${receiver.id}/deliveries`)).json,
      await context.webhooks.find(receiver.id),
    ]);
    for (const one of [secret, receiver.secret]) expect(shown).not.toContain(one.slice(6));
  });
});
