import { env } from "cloudflare:workers";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ConfigurationError, parseEnv } from "../../src/config/env.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { StorageUnavailable } from "../../src/errors/storage-unavailable.ts";
import { consumeAudit } from "../../src/jobs/audit.ts";
import { tidy } from "../../src/jobs/schedule.ts";
import { AuditStore } from "../../src/storage/d1/audit-store.ts";
import { realmTables } from "../../src/storage/d1/realm-rows.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { newAuditEvent } from "../../src/storage/new-audit-event.ts";
import { done, freshHost, type Json, operate } from "../admin/support.ts";
import { eventually, exported, firstBroken, loggedIn } from "../audit/support.ts";
import { handOver, makeProduct } from "../hand-over/support.ts";
import { guest, post } from "../split/support.ts";
import { travel } from "../support/clock.ts";
import { rowsIn, secondShard, tablesOfRealms } from "../support/shards.ts";
import { issued, postAs, refresh } from "../support/token-side.ts";
import { requestIn } from "../support/watched-env.ts";
import { makeClient, makeRealm, makeUser, obtainCode, redeem, request, signIn } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const brokenShard = (): D1Database =>
  new Proxy(secondShard(), {
    get: () => () => {
      throw new Error("out of order");
    },
  });

const inDirectory = ["domains", "signing_keys"];
/** Of a realm that was moved once. */
const moves = "realm_moves";

describe("a realm on another shard", () => {
  let context: RealmContext;
  let path: string;
  beforeAll(async () => {
    context = await makeRealm({}, { shard: "1" });
    path = `/realms/${context.realm.id}`;
  });

  it("MR-01 works from sign-in to hand-over, and all that it has lies there alone", async () => {
    const { realm } = context;
    const registered = { name: "App", redirect_uris: ["https://app.test/cb"] };
    const made = await done(201, operate("POST", `${path}/clients`, registered));
    const client = await makeClient(context, {
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    });
    const elsewhere = await makeClient(await makeRealm());
    expect(new Set([made.integration_id, client.integrationId, elsewhere.integrationId]).size).toBe(3);

    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const { code, verifier } = await obtainCode(context, client, cookie);
    const tokens = await redeem(context, client, code, verifier);
    expect((await refresh(context, client, tokens.refresh_token)).status).toBe(200);
    const own = await postAs(context, client, "/token", { grant_type: "client_credentials" });
    const { access_token: token } = await own.json<{ access_token: string }>();
    expect((await postAs(context, client, "/revoke", { token })).status).toBe(200);
    expect(await (await postAs(context, client, "/introspect", { token })).json()).toEqual({ active: false });

    const listed = await done(200, operate("GET", `${path}/users?q=${encodeURIComponent(user.email ?? "")}`));
    expect((listed.users as Json[]).map(({ email }) => email)).toEqual([user.email]);
    await done(200, operate("POST", `${path}/users/import`, { users: [{ email: "imported@example.test" }] }));
    const product = await makeProduct(context);
    const handed = await handOver(context, await product.token({ email: "handed@example.test" }));
    expect([handed.status, await handed.text()]).toEqual([200, expect.stringContaining("user")]);
    const provider = { issuer: "https://idp.example.com", client_id: "ours", client_secret: "a secret of theirs" };
    await done(201, operate("PUT", `${path}/providers/upstream`, provider));
    await done(201, operate("POST", `${path}/webhooks`, { url: "https://hooks.example.com/x" }));
    await done(201, operate("POST", `${path}/registration-tokens`));
    await done(201, operate("POST", `${path}/clients/${client.clientId}/api-keys`));

    await eventually(realm.id, ({ type }) => type === "user.signed_in");
    const log = await exported(realm.id);
    expect([log.links.length > 8, firstBroken(log)]).toEqual([true, null]);
    const { days } = await done(200, operate("GET", `${path}/statistics`));
    expect((days as Json[]).at(-1)?.sign_ins).toBeGreaterThan(0);

    const [there, here] = [await rowsIn(secondShard(), realm.id), await rowsIn(env.DB, realm.id)];
    expect(Object.keys(here).toSorted()).toEqual(inDirectory);
    expect(Object.keys(there)).toEqual(
      expect.arrayContaining(
        [
          "users",
          "clients",
          "client_origins",
          "sources",
          "linked_accounts",
          "providers",
          "webhooks",
          "api_keys",
        ].concat(["registration_tokens", "revoked_access_tokens", "audit_events", "daily_counts"]),
      ),
    );
    for (const table of inDirectory) expect(there).not.toHaveProperty(table);
  });

  it("MR-01 is told from a realm of the first shard in nothing that it answers", async () => {
    const other = await makeRealm();
    const email = "somebody@example.test";
    for (const where of [context, other]) await makeUser(where, { email });
    for (const where of [context, other]) {
      const listed = await done(200, operate("GET", `/realms/${where.realm.id}/users?q=${encodeURIComponent(email)}`));
      expect(listed.users).toHaveLength(1);
      expect((await done(200, operate("GET", `/realms/${where.realm.id}`))).shard).toBe(where.realm.shard);
    }
    const { tokens } = await issued(context, await makeClient(context));
    const at = (issuer: string) =>
      request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect([(await at(context.realm.issuer)).status, (await at(other.realm.issuer)).status]).toEqual([200, 401]);
  });

  it("RE-01 answers 503 while its shard is out of order, and no other realm notices (FA-02)", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const other = await makeRealm();
    for (const { realm } of [context, other]) forgetHosts(realm.hosts);
    const DB_1 = brokenShard();
    for (const bindings of [
      { ...env, DB_1 },
      { ...env, DB_1: undefined },
    ]) {
      const discover = (issuer: string) => requestIn(bindings, `${issuer}/jwks.json`);
      const refused = await discover(context.realm.issuer);
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
      expect((await discover(other.realm.issuer)).status).toBe(200);
    }
    expect((await request(`${context.realm.issuer}/jwks.json`)).status).toBe(200);
  });

  it("RE-15 is tidied by the hourly job: what was left of events, what is too old, guests nobody comes back for", async () => {
    const brief = await makeRealm({ audit_retention_days: 30 }, { shard: "1" });
    const { id } = brief.realm;
    const store = new AuditStore(secondShard(), id);
    const event = newAuditEvent({ type: "user.created", actor: { kind: "system" } }, Date.now());
    await store.begin(event, Date.now() - 3_600_000);
    const gone = await guest(brief);
    expect((await post(brief, "/logout", {}, { authorization: `Bearer ${gone.accessToken}` })).status).toBe(204);
    await brief.revokedTokens.add("an-old-token", Date.now() - 1);
    await tidy(env);
    expect((await loggedIn(id)).map((one) => one.id)).toContain(event.id);
    const before = await rowsIn(secondShard(), id);
    expect(before.users).toBe(1);
    expect(before).not.toHaveProperty("audit_pending");
    expect(before).not.toHaveProperty("revoked_access_tokens");
    travel(31 * 86_400);
    await tidy(env);
    expect((await loggedIn(id)).map((one) => one.id)).not.toContain(event.id);
    expect(await rowsIn(secondShard(), id)).not.toHaveProperty("users");
  });

  it("RE-05 holds up nothing of the hourly job of other shards while it is out of order", async () => {
    const other = await makeRealm();
    const store = new AuditStore(env.DB, other.realm.id);
    const event = newAuditEvent({ type: "user.created", actor: { kind: "system" } }, Date.now());
    await store.begin(event, Date.now() - 3_600_000);
    await other.revokedTokens.add("an-old-token", Date.now() - 1);
    const retire = "update signing_keys set status = 'retired', expires_at = 1 where realm_id = ? and status = 'next'";
    expect((await env.DB.prepare(retire).bind(other.realm.id).run()).meta.changes).toBeGreaterThan(0);
    const DB_1 = brokenShard();
    await expect(tidy({ ...env, DB_1 })).rejects.toThrow(StorageUnavailable);
    expect((await loggedIn(other.realm.id)).map((one) => one.id)).toContain(event.id);
    expect(await rowsIn(env.DB, other.realm.id)).not.toHaveProperty("revoked_access_tokens");
    const retired = "select kid from signing_keys where realm_id = ? and status = 'retired'";
    expect((await env.DB.prepare(retired).bind(other.realm.id).all()).results).toEqual([]);
  });

  it("RE-05 events of a realm that is gone are taken from the queue, and kept nowhere", async () => {
    const event = newAuditEvent({ type: "user.created", actor: { kind: "system" } }, Date.now());
    const outcomes: string[] = [];
    const message = { body: { type: "audit", realmId: "gone", event }, attempts: 1, ack: () => outcomes.push("ack") };
    await consumeAudit({ queue: "gatehouse-audit", messages: [message] } as unknown as MessageBatch, env);
    expect(outcomes).toEqual(["ack"]);
    for (const db of [env.DB, secondShard()]) expect(await rowsIn(db, "gone")).toEqual({});
  });
});

describe("a realm's shard", () => {
  it("MR-05 is said when the realm is made; deleted, it leaves nothing there", async () => {
    const body = { name: "Far", domains: [freshHost()], shard: "1" };
    const { id, shard } = await done(201, operate("POST", "/realms", body));
    expect(shard).toBe("1");
    await done(201, operate("POST", `/realms/${id}/users`, { email: "una@example.test" }));
    await done(201, operate("POST", `/realms/${id}/clients`, { name: "App" }));
    await done(204, operate("DELETE", `/realms/${id}`));
    await vi.waitFor(
      async () => {
        const left = await env.DB.prepare("select id from realms where id = ?").bind(id).all();
        expect([left.results, await rowsIn(secondShard(), String(id)), await rowsIn(env.DB, String(id))]).toEqual([
          [],
          {},
          {},
        ]);
      },
      { timeout: 15_000, interval: 100 },
    );
    const nowhere = await operate("POST", "/realms", { ...body, domains: [freshHost()], shard: "7" });
    expect([nowhere.status, nowhere.json.code]).toEqual([422, "validation-failed"]);
  });

  it("RE-19 on which realms are usually made is one that is bound (ASVS 13.2.3)", () => {
    expect(parseEnv({ ...env, NEW_REALMS_SHARD: "1" }).newRealmsShard).toBe("1");
    expect(parseEnv({ ...env, DB_EU_2: secondShard(), NEW_REALMS_SHARD: "eu_2" }).newRealmsShard).toBe("eu_2");
    expect([...databasesOf({ ...env, DB_HINT: "a text" as never }).shards.keys()]).toEqual(["main", "1"]);
    for (const name of ["2", "DB_1", "MAIN", ""])
      expect(() => parseEnv({ ...env, NEW_REALMS_SHARD: name })).toThrow(ConfigurationError);
  });

  it("MR-05 every table that has rows of realms is known to what erases them", () => {
    const known = Object.values(realmTables)
      .flat()
      .map((table) => getTableConfig(table).name);
    expect([...known, ...inDirectory, moves, "users"].toSorted()).toEqual(tablesOfRealms.toSorted());
  });
});
