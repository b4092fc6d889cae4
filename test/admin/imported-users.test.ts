import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { RealmDirectory } from "../../src/domain/realms/realm-directory.ts";
import { provePasswordOf } from "../../src/domain/sessions/sign-in.ts";
import { systemClock } from "../../src/lib/time.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { loggedIn } from "../audit/support.ts";
import { firebaseExample, foreignHashes, foreignPassword } from "../support/foreign-hashes.ts";
import { config, goodPassword, jsonBody, makeRealm, makeUser, request, ring } from "../support/world.ts";
import { call, cookie, done, type Json, makeSite, operate, type Site } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});

let count = 0;
const freshEmail = () => `owner${++count}@import.example`;
const ssha = foreignHashes["salted SHA-1 of LDAP"];
const resultsOf = (answer: Json) => answer.results as Json[];

const send = (where: RealmContext, users: unknown[], terms: Json = {}) =>
  done(200, operate("POST", `/realms/${where.realm.id}/users/import`, { users, ...terms }));
const logIn = async (where: RealmContext, email: string, password: string) =>
  (await request(`${where.realm.issuer}/api/auth/v1/login`, jsonBody({ email, password }))).status;

describe("whoever was imported with a password hash", () => {
  it.each([...Object.entries(foreignHashes), ["scrypt of Firebase", firebaseExample.hash] as const])(
    "PW-15 signs in with the old password, once by the old hash: %s",
    async (name, password_hash) => {
      const email = freshEmail();
      const isFirebases = name.endsWith("Firebase");
      const password = isFirebases ? firebaseExample.password : foreignPassword;
      const terms = isFirebases ? { firebase: firebaseExample.parameters } : {};
      expect(await send(context, [{ email, password_hash }], terms)).toMatchObject({ created: 1 });
      expect(await logIn(context, email, `${password}!`)).toBe(401);
      expect(await logIn(context, email, password)).toBe(200);
      const upgraded = await context.users.findByEmail(email);
      expect(upgraded?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect(await logIn(context, email, password)).toBe(200);
      expect(await context.users.findByEmail(email)).toEqual(upgraded);
    },
  );

  it("has the hash replaced once by many sign-ins at once", async () => {
    const email = freshEmail();
    await send(context, [{ email, password_hash: ssha }]);
    const statuses = await Promise.all(Array.from({ length: 8 }, () => logIn(context, email, foreignPassword)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await context.users.findByEmail(email)).toMatchObject({ version: 2 });
    expect(await logIn(context, email, foreignPassword)).toBe(200);
  });

  it("keeps a password that is changed while an older sign-in is on its way", async () => {
    const email = freshEmail();
    const id = resultsOf(await send(context, [{ email, password_hash: ssha }]))[0]?.id;
    const stale = await context.users.findByEmail(email);
    if (stale === null) throw new Error("not imported");
    await done(200, operate("PATCH", `/realms/${context.realm.id}/users/${id}`, { password: goodPassword }));
    const changed = await context.users.findByEmail(email);
    await provePasswordOf(context, stale, foreignPassword, { browser: null });
    expect(await context.users.findByEmail(email)).toEqual(changed);
    expect(await logIn(context, email, foreignPassword)).toBe(401);
  });

  it("PW-10 is held up after wrong passwords like everybody", async () => {
    const strict = await makeRealm({ rate_limits: { password_failures_before_delay: 3 } });
    const email = freshEmail();
    await send(strict, [{ email, password_hash: ssha }]);
    for (let tried = 0; tried < 4; tried++) await logIn(strict, email, "wrong password");
    expect(await logIn(strict, email, foreignPassword)).toBe(429);
  });

  it("PW-09 makes wrong passwords cost as much for everybody as for the costliest hash", async () => {
    const realm = await makeRealm();
    const floor = async () => (await fresh(realm)).passwordFloorKib;
    await send(realm, [{ email: freshEmail(), password_hash: ssha }]);
    expect(await floor()).toBe(0);
    await send(realm, [
      { email: freshEmail(), password_hash: "$2b$10$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G" },
    ]);
    const raised = await floor();
    expect(raised).toBeGreaterThan(100_000);
    await send(realm, [{ email: freshEmail(), password_hash: ssha }]);
    expect(await floor()).toBe(raised);
    expect((await fresh(context)).passwordFloorKib).not.toBe(raised);
  });
});

describe("MR-04 an import by a realm's operators", () => {
  let site: Site;
  beforeAll(async () => {
    site = await makeSite();
  });
  const sendAs = (session: string, users: Json[]) =>
    call(cookie(session), "POST", `${site.path}/users/import`, {
      host: site.host,
      body: { users, on_conflict: "update" },
    });

  it("makes no system administrator and touches none, when they are admins only", async () => {
    const { row } = site.sysadmin;
    const answer = await sendAs(site.admin.session, [
      { email: freshEmail(), roles: ["user", "sysadmin"] },
      { email: row.email, password_hash: ssha },
      { email: row.email, name: "Renamed" },
    ]);
    expect(resultsOf(answer.json).map(({ code }) => code)).toEqual(["forbidden", "forbidden", "line-repeated"]);
    expect((await site.context.users.findById(row.id))?.passwordHash).toBe(row.passwordHash);
  });

  it("links no account to an administrator, who would be whoever has it", async () => {
    const links = [{ source: "google", source_id: "mallory" }];
    const answer = await sendAs(site.admin.session, [{ email: site.admin.row.email, linked_accounts: links }]);
    expect(resultsOf(answer.json)[0]).toMatchObject({ outcome: "error", code: "forbidden" });
    expect(await site.context.linkedAccounts.find("google", "mallory")).toBeNull();
  });

  it("MR-01 finds nobody of another realm", async () => {
    const stranger = await makeUser(context, { externalId: "of-another-realm" });
    const answer = await sendAs(site.sysadmin.session, [
      { email: stranger.email, external_id: "of-another-realm", name: "Taken over" },
    ]);
    expect(answer.json).toMatchObject({ created: 1 });
    expect(await context.users.findById(stranger.id)).toEqual(stranger);
  });
});

describe("an export", () => {
  it("reads back as it was imported, a page at a time, and moves to another realm with its passwords", async () => {
    const from = await makeRealm();
    const users = Array.from({ length: 5 }, (_, index) => ({
      email: freshEmail(),
      external_id: `moved-${index}`,
      metadata: { index },
      password_hash: ssha,
      linked_accounts: [{ source: "google", source_id: `g-${index}` }],
    }));
    await send(from, users);
    const read: Json[] = [];
    for (let cursor = ""; ; ) {
      const query = new URLSearchParams({ limit: "2", password_hashes: "true", ...(cursor === "" ? {} : { cursor }) });
      const page = await done(200, operate("GET", `/realms/${from.realm.id}/users/export?${query}`));
      read.push(...(page.users as Json[]));
      if (typeof page.next_cursor !== "string") break;
      cursor = page.next_cursor;
    }
    expect(read.map(({ external_id: id }) => id).toSorted()).toEqual(users.map(({ external_id: id }) => id));
    const to = await makeRealm();
    const lines = read.map(({ id: _, guest: __, updated_at: ___, ...line }) => line);
    expect(await send(to, lines)).toMatchObject({ created: 5, failed: 0 });
    expect(await logIn(to, users[3]?.email ?? "", foreignPassword)).toBe(200);
    const again = await done(200, operate("GET", `/realms/${to.realm.id}/users/export`));
    expect((again.users as Json[]).map(({ linked_accounts: links }) => JSON.stringify(links)).toSorted()).toEqual(
      users.map(({ linked_accounts: links }) => JSON.stringify(links)),
    );
    expect(JSON.stringify(again)).not.toMatch(/password|ssha/);
  });

  it("MR-07 gives password hashes to the deployment's operators only, and writes it down", async () => {
    const site = await makeSite();
    const path = `${site.path}/users/export?password_hashes=true`;
    for (const { session } of [site.sysadmin, site.admin]) {
      const refused = await call(cookie(session), "GET", path, { host: site.host });
      expect([refused.status, refused.text.includes("argon2")]).toEqual([403, false]);
      const plain = await call(cookie(session), "GET", `${site.path}/users/export`, { host: site.host });
      expect([plain.status, /password|argon2/.test(plain.text)]).toEqual([200, false]);
    }
    const given = await operate("GET", path);
    expect(given.text).toContain("$argon2id$");
    const event = (await loggedIn(site.context.realm.id)).at(-1);
    const details = { count: 3, password_hashes: true };
    expect(event).toMatchObject({ type: "users.exported", actor: { kind: "deployment" }, outcome: "done", details });
  });

  it.each(["limit=0", "limit=501", "cursor=x", "password_hashes=yes"])("refuses %s", async (query) => {
    expect((await operate("GET", `/realms/${context.realm.id}/users/export?${query}`)).status).toBe(400);
  });
});

async function fresh({ realm }: RealmContext) {
  const found = await new RealmDirectory(databasesOf(env), config, ring, systemClock).findById(realm.id);
  if (found === null) throw new Error("no realm");
  return found;
}
