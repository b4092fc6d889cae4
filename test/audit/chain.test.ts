import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { appendEvents, appendEventsOf } from "../../src/domain/audit/chain.ts";
import { csvCell } from "../../src/domain/audit/csv.ts";
import { differences } from "../../src/domain/audit/differences.ts";
import { consumeAudit, tidyAudit } from "../../src/jobs/audit.ts";
import { eraseRealmPage } from "../../src/jobs/erase-realm.ts";
import { consume } from "../../src/jobs/queue.ts";
import { canonicalJson } from "../../src/lib/canonical-json.ts";
import type { AuditEvent } from "../../src/storage/audit-events.ts";
import { AuditStore } from "../../src/storage/d1/audit-store.ts";
import { findRealmById } from "../../src/storage/d1/found-realm.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { newAuditEvent } from "../../src/storage/new-audit-event.ts";
import { done, freshHost, operate } from "../admin/support.ts";
import { travel } from "../support/clock.ts";
import { makeRealm } from "../support/world.ts";
import { exported, firstBroken, loggedIn } from "./support.ts";

afterEach(() => void vi.useRealTimers());

const now = Date.UTC(2026, 10, 22, 12);
const signedIn = (user: number, at = now): AuditEvent =>
  newAuditEvent(
    {
      type: "user.signed_in",
      actor: { kind: "user", id: String(user) },
      user: String(user),
      details: { amr: ["pwd"] },
    },
    at,
  );

async function chainOf(count: number) {
  const { realm } = await makeRealm();
  const store = new AuditStore(env.DB, realm.id);
  const events = Array.from({ length: count }, (_, n) => signedIn(n + 1, now + n * 1000));
  await appendEvents(store, realm.id, events);
  return { id: realm.id, store, events };
}

/** The module once more, as another isolate has it: with nothing in hand of what this one is about. */
async function anotherIsolate(name: number): Promise<{ appendEvents: typeof appendEvents }> {
  return import(/* @vite-ignore */ `../../src/domain/audit/chain.ts?isolate=${name}`);
}

describe("AU-06 the chain", () => {
  it("has no gap and loses and doubles nothing, when four isolates append at once and each event comes twice", async () => {
    const { realm } = await makeRealm();
    const store = new AuditStore(env.DB, realm.id);
    const batches = Array.from({ length: 8 }, (_, n) => [signedIn(n), signedIn(100 + n)]);
    const isolates = await Promise.all([1, 2, 3, 4].map(anotherIsolate));
    await Promise.all(
      [...batches, ...batches].map((events, n) =>
        isolates[(n + Math.floor(n / 8)) % 4]?.appendEvents(store, realm.id, events),
      ),
    );
    const all = await exported(realm.id);
    expect(all.links.map(({ seq }) => seq)).toEqual(Array.from({ length: 16 }, (_, n) => n + 1));
    expect(new Set(all.links.map(({ event }) => event.id)).size).toBe(16);
    expect(firstBroken(all)).toBeNull();
    const [day] = (await operate("GET", `/realms/${realm.id}/statistics?from=2026-11-22&to=2026-11-22`)).json.days as {
      sign_ins: number;
    }[];
    expect(day?.sign_ins).toBe(16);
  });

  it.each([
    [
      "a changed event",
      (id: string) =>
        env.DB.prepare(
          "update audit_events set body = replace(body, 'pwd', 'otp') where realm_id = ? and seq = 4",
        ).bind(id),
      4,
    ],
    [
      "a missing event",
      (id: string) => env.DB.prepare("delete from audit_events where realm_id = ? and seq = 4").bind(id),
      4,
    ],
    [
      "a missing beginning",
      (id: string) => env.DB.prepare("delete from audit_events where realm_id = ? and seq < 4").bind(id),
      1,
    ],
    [
      "another's event",
      (id: string) =>
        env.DB.prepare(
          "update audit_events set body = (select body from audit_events where realm_id = ?1 and seq = 2), id = 'x' where realm_id = ?1 and seq = 4",
        ).bind(id),
      4,
    ],
  ])("shows %s, and where", async (_, tamper, broken) => {
    const { id } = await chainOf(6);
    expect(firstBroken(await exported(id))).toBeNull();
    await tamper(id).run();
    expect(firstBroken(await exported(id))).toBe(broken);
  });

  it("can still be verified when its oldest part was cut off, and goes on when all of it was", async () => {
    const { id, store } = await chainOf(10);
    expect(await store.prune(now + 3500, 3)).toBe(3);
    expect(await store.prune(now + 3500, 3)).toBe(1);
    const rest = await exported(id);
    expect([rest.preface.anchor.seq, rest.links[0]?.seq, firstBroken(rest)]).toEqual([4, 5, null]);
    expect(await store.prune(now + 1_000_000, 100)).toBe(6);
    expect(firstBroken(await exported(id))).toBeNull();
    await appendEvents(store, id, [signedIn(77)]);
    const after = await exported(id);
    expect([after.links.map(({ seq }) => seq), firstBroken(after)]).toEqual([[11], null]);
  });

  it("AU-06 is cut off by a time that was made shorter once that has stood for a week (ASVS 16.4.2)", async () => {
    const refused = await operate("POST", "/realms", {
      name: "Brief",
      domains: [freshHost()],
      settings: { audit_retention_days: 29 },
    });
    expect([refused.status, refused.json.code]).toEqual([422, "validation-failed"]);
    const { realm } = await makeRealm();
    const store = new AuditStore(env.DB, realm.id);
    const old = newAuditEvent({ type: "user.created", actor: { kind: "system" } }, Date.now() - 60 * 86_400_000);
    await appendEvents(store, realm.id, [old]);
    await done(200, operate("PATCH", `/realms/${realm.id}`, { settings: { audit_retention_days: 30 } }));
    const kept = async () => {
      await tidyAudit(env, Date.now());
      return (await store.list({}, 0, 10)).map(({ type }) => type);
    };
    expect(await kept()).toEqual(["realm.updated", "user.created"]);
    travel(7 * 86_400 + 1);
    expect(await kept()).toEqual(["realm.updated"]);
  });

  it("AU-09 of a realm that is gone nothing is kept", async () => {
    const { id, store } = await chainOf(2);
    const realms = new RealmStore(databasesOf(env));
    await realms.retire(id, now);
    await eraseRealmPage(id, env);
    expect(await loggedIn(id)).toEqual([]);
    await appendEventsOf(realms, id, [signedIn(3)]);
    expect(await store.list({}, 0, 10)).toEqual([]);
    expect(await loggedIn(id)).toEqual([]);
  });

  it("RE-15 a realm in service outlives a job to erase it, and one of a kind that only a newer version knows", async () => {
    const { id } = await chainOf(2);
    const outcomes: string[] = [];
    const messages = ["erase-realm", "tidy-realm"].map((type) => ({
      body: { type, realmId: id },
      attempts: 1,
      ack: () => outcomes.push(`${type} ack`),
      retry: () => outcomes.push(`${type} retry`),
    }));
    await consume({ queue: "gatehouse-jobs", messages } as unknown as MessageBatch, env);
    expect(outcomes.toSorted()).toEqual(["erase-realm ack", "tidy-realm retry"]);
    expect(await findRealmById(databasesOf(env), id)).not.toBeNull();
    expect(await loggedIn(id)).toHaveLength(2);
  });

  it("RE-05 a realm whose chain cannot be written waits, and holds up no other", async () => {
    const [{ id }, { id: broken }] = [await chainOf(1), await chainOf(1)];
    const outcomes: string[] = [];
    const messageOf = (realmId: string) => ({
      body: { type: "audit", realmId, event: signedIn(5) },
      attempts: 3,
      ack: () => outcomes.push(`${realmId} ack`),
      retry: ({ delaySeconds }: { delaySeconds: number }) => outcomes.push(`${realmId} retry ${delaySeconds}`),
    });
    const batch = {
      queue: "gatehouse-audit",
      messages: [messageOf(broken), messageOf(id)],
    } as unknown as MessageBatch;
    const DB = new Proxy(env.DB, {
      get(inner, property) {
        const value: unknown = Reflect.get(inner, property);
        if (property === "batch")
          return (statements: D1PreparedStatement[]) =>
            JSON.stringify(statements).includes(`"${broken}"`)
              ? Promise.reject(new Error("no"))
              : inner.batch(statements);
        return typeof value === "function" ? value.bind(inner) : value;
      },
    });
    await consumeAudit(batch, { ...env, DB });
    expect(outcomes.toSorted()).toEqual([`${broken} retry 16`, `${id} ack`].toSorted());
    expect(await loggedIn(id)).toHaveLength(2);
  });
});

describe("what operators are shown", () => {
  it("pages from the newest on, by type, actor, user and time", async () => {
    const { id, events } = await chainOf(7);
    const seen: unknown[] = [];
    for (let cursor = ""; ; ) {
      const { json } = await operate("GET", `/realms/${id}/events?limit=3${cursor}`);
      seen.push(...(json.events as { id: string }[]).map((event) => event.id));
      if (json.next_cursor === undefined) break;
      cursor = `&cursor=${String(json.next_cursor)}`;
    }
    expect(seen).toEqual(events.map((event) => event.id).reverse());
    const usersOf = async (query: string) =>
      ((await operate("GET", `/realms/${id}/events?${query}`)).json.events as { user: string }[]).map(
        ({ user }) => user,
      );
    expect(await usersOf("user=qp_3")).toEqual(["3"]);
    expect(await usersOf("actor=4&type=user.signed_in,user.created")).toEqual(["4"]);
    expect(await usersOf("type=user.created")).toEqual([]);
    const second = (n: number) => new Date(now + n * 1000).toISOString();
    expect(await usersOf(`from=${second(2)}&to=${second(4)}`)).toEqual(["4", "3"]);
    for (const query of ["type=nonsense", "from=yesterday", "cursor=x", "limit=0"])
      expect((await operate("GET", `/realms/${id}/events?${query}`)).status).toBe(400);
  });

  it("exports CSV with a line for each, of the ones that are wanted", async () => {
    const { id } = await chainOf(3);
    const { text, headers } = await operate("GET", `/realms/${id}/events/export?format=csv&user=2`);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename="audit-[\w-]+\.csv"$/);
    const [heading, line, end] = text.split("\r\n");
    expect(heading?.split(",").slice(0, 3)).toEqual(["seq", "time", "type"]);
    expect(line?.startsWith("2,2026-11-22T12:00:01.000Z,user.signed_in,done,,user,2,2,")).toBe(true);
    expect(end).toBe("");
  });

  it.each([
    ["=1+1", '"\'=1+1"'],
    [" @SUM(A1)", '"\' @SUM(A1)"'],
    ["+49", '"\'+49"'],
    ["\uff1dcmd", '"\'\uff1dcmd"'],
    ['a"b,c', '"a""b,c"'],
    ["line\r\nnext\u001b[2J", '"line\ufffd\ufffdnext\ufffd[2J"'],
    ["plain", "plain"],
  ])("AU-03 a cell %j is text to spreadsheets and terminals (CWE-1236)", (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  it("AU-03 line breaks and escapes of strangers stay inside one line of JSON", () => {
    expect(canonicalJson({ b: 'x\r\n{"forged":1}\u001b[2J', a: [1, null, true] })).toBe(
      '{"a":[1,null,true],"b":"x\\r\\n{\\"forged\\":1}\\u001b[2J"}',
    );
    expect(() => canonicalJson(0.5)).toThrow(TypeError);
  });

  it("AU-02 shows of addresses no query and no credentials, and of much only the names", () => {
    const before = { url: null, jwks: null, version: 1 };
    const after = { url: "https://user:canary@hooks.example/path?token=canary", jwks: "x".repeat(9000), version: 2 };
    const { before: _, ...found } = differences(before, after, () => true);
    expect(found).toEqual({
      changed: ["jwks", "url"],
      after: { url: "https://hooks.example/path", jwks: "x".repeat(300) },
    });
    // What is not shown has changed all the same: nobody hides an edit behind it.
    const [url, key] = ["https://app.example/cb?next=", "k".repeat(400)];
    expect(differences({ uris: [`${url}a`], key }, { uris: [`${url}b`], key: `${key}x` }, () => true)).toEqual({
      changed: ["key", "uris"],
      before: { uris: ["https://app.example/cb"], key: "k".repeat(300) },
      after: { uris: ["https://app.example/cb"], key: "k".repeat(300) },
    });
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`field${n}`, "y".repeat(200)]));
    expect(differences({}, many, () => true)).toMatchObject({ after: {}, before: {} });
  });
});
