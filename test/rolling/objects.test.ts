import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { issueSessionToken } from "../../src/domain/sessions/session-token.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { profileOf } from "../../src/storage/profile.ts";
import { steps } from "../../src/storage/user-object/migrations.ts";
import {
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { enableTotp } from "../two-factor/support.ts";

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
});

const stubOf = (user: UserRow) => env.USERS.getByName(`${context.realm.id}:${user.id}`);
const api = (path: string, session?: string, body?: unknown) =>
  request(`${context.realm.issuer}/api/auth/v1${path}`, {
    ...(body === undefined ? {} : jsonBody(body)),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(session === undefined ? {} : { "x-qt-auth": session }),
    },
  });
const me = async (session: string): Promise<number> => (await api("/users/me", session)).status;

/** What somebody does over the years; every step of it meets the object. */
async function live(user: UserRow, session: string): Promise<void> {
  expect(await me(session)).toBe(200);
  const { code, verifier } = await obtainCode(context, client, session);
  const tokens = await redeem(context, client, code, verifier);
  const refreshed = await tokenRequest(context, client, {
    grant_type: "refresh_token",
    refresh_token: tokens.refresh_token,
  });
  expect(refreshed.status).toBe(200);
  const second = await signIn(context, user);
  expect((await api("/login", undefined, { email: user.email, password: "not the one at all" })).status).toBe(401);
  const enrolled = await enableTotp(context, second);
  const half = await api("/login", undefined, { email: user.email, password: goodPassword });
  expect(await half.json()).toMatchObject({ code: "tfa-validation-is-required" });
  expect((await api("/tfa/disable", enrolled.session, { "recovery-code": enrolled.recoveryCodes[0] })).status).toBe(
    200,
  );
  const next = "cobalt-meadow-lantern-52";
  const passwords = { "current-password": goodPassword, "new-password": next };
  expect((await api("/users/change-password", enrolled.session, passwords)).status).toBe(200);
  expect([await me(session), await me(enrolled.session)]).toEqual([403, 200]);
  expect((await api("/kick", enrolled.session, {})).status).toBe(200);
  expect((await api("/logout", enrolled.session)).status).toBe(204);
  await context.objects.call(user.id, (object) => object.erase(false));
}

describe("RE-08 a Worker beside one of another version", () => {
  const tablesOf = (sql: SqlStorage): string[] =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
      )
      .toArray()
      .map(({ name }) => name);

  it("goes on with an object that a newer one has brought further", async () => {
    const user = await makeUser(context);
    const session = await signIn(context, user);
    await runInDurableObject(stubOf(user), (_, { storage }) => {
      for (const table of tablesOf(storage.sql))
        storage.sql.exec(`ALTER TABLE ${table} ADD COLUMN later TEXT NOT NULL DEFAULT 'later'`);
      storage.sql.exec("CREATE TABLE of_later (id TEXT PRIMARY KEY) WITHOUT ROWID");
      for (const more of [0, 1]) storage.sql.exec("INSERT INTO migrations (step) VALUES (?)", steps.length + more);
    });
    await live(user, session);
  });

  it.each(steps.map((_, index) => index + 1))(
    "goes on with an object that has had %i steps, and its sessions",
    async (done) => {
      const user = await makeUser(context);
      const now = Date.now();
      const sid = `of-before-${done}`;
      await runInDurableObject(stubOf(user), (_, { storage }) => {
        const { sql } = storage;
        sql.exec("CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY)");
        for (const [index, step] of steps.slice(0, done).entries()) {
          sql.exec(step);
          sql.exec("INSERT INTO migrations (step) VALUES (?)", index);
        }
        sql.exec(
          "INSERT INTO profile (id, version, json) VALUES (1, ?, ?)",
          user.version,
          JSON.stringify(profileOf(user)),
        );
        sql.exec(
          "INSERT INTO sessions (sid, created_at, auth_time, last_used_at, idle_ms, expires_at, amr) VALUES (?, ?, ?, ?, ?, ?, ?)",
          sid,
          now,
          now,
          now,
          86_400_000,
          now + 86_400_000,
          '["pwd"]',
        );
      });
      const session = await issueSessionToken(context, { userId: user.id, sid, expiresAt: now + 86_400_000 });
      if (done === 1 || done === steps.length - 1) await live(user, session);
      else
        expect([await me(session), await me(await signIn(context, user)), await me(session)]).toEqual([200, 200, 200]);
    },
  );
});

describe("RE-08 a Worker before a newer database", () => {
  const tables = async (): Promise<string[]> => {
    const { results } = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{
      name: string;
    }>();
    return results.map(({ name }) => name).filter((name) => !/^(?:_|sqlite|d1_)/.test(name));
  };
  const each = async (change: (table: string) => string): Promise<void> => {
    await env.DB.batch((await tables()).map((table) => env.DB.prepare(change(table))));
  };
  beforeAll(() => each((table) => `ALTER TABLE "${table}" ADD COLUMN later TEXT NOT NULL DEFAULT 'later'`));
  // The next file of tests has the tables as they are.
  afterAll(() => each((table) => `ALTER TABLE "${table}" DROP COLUMN later`));

  it("makes realms, clients and users, and lets people in as before", async () => {
    context = await makeRealm();
    client = await makeClient(context);
    const user = await makeUser(context);
    await live(user, await signIn(context, user));
  });
});
