import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { abortMove, beginMove, moveOn } from "../../src/domain/realms/move-realm.ts";
import { eraseRealmPage } from "../../src/jobs/erase-realm.ts";
import { tidy } from "../../src/jobs/schedule.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { movedTables } from "../../src/storage/d1/realm-tables.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { travel } from "../support/clock.ts";
import { migrateDatabase } from "../support/database.ts";
import { allRowsOf, dyingStep, fillEveryTable, goOn, moving, movingTables, stateOf, stepTo } from "../support/moves.ts";
import { rowsIn, secondShard } from "../support/shards.ts";
import { makeRealm } from "../support/world.ts";

beforeAll(migrateDatabase);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const fences = async (db: D1Database, realmId: string): Promise<number> =>
  (await db
    .prepare("select count(*) as count from sqlite_master where type = 'trigger' and name like ?")
    .bind(`%${realmId}%`)
    .first<number>("count")) ?? 0;

const shardOf = (id: string) => env.DB.prepare("select shard from realms where id = ?").bind(id).first("shard");
const nothing = Object.fromEntries(movingTables.map((table) => [table, []]));

describe("a realm that is moved to another shard", () => {
  it("MR-01 takes every row of every table along, as it is, and nobody else's", async () => {
    expect(movedTables.map(({ name }) => name).toSorted()).toEqual(movingTables.toSorted());
    const [{ realm }, other] = [await makeRealm(), await makeRealm()];
    const neighbour = await makeRealm({}, { shard: "1" });
    await fillEveryTable(env.DB, realm.id, 620);
    await fillEveryTable(env.DB, other.realm.id, 5);
    await fillEveryTable(secondShard(), neighbour.realm.id, 5);
    const before = await allRowsOf(env.DB, realm.id);
    const bystanders = async () => [
      await allRowsOf(env.DB, other.realm.id),
      await allRowsOf(secondShard(), neighbour.realm.id),
    ];
    const untouched = await bystanders();

    await beginMove(moving(), realm.id, "1");
    expect(await goOn(realm.id)).toBe(12);
    const move = await moving().moves.find(realm.id);
    const rows = Object.values(before).reduce((sum, some) => sum + some.length, 0);
    expect(move).toMatchObject({ state: "switched", copied: rows, caughtUp: 0, verified: rows });
    expect([await shardOf(realm.id), await shardOf(other.realm.id)]).toEqual(["1", "main"]);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(before);
    for (const db of [env.DB, secondShard()]) expect(await fences(db, realm.id)).toBe(movedTables.length * 3);

    travel(12);
    expect(await moveOn(moving(), realm.id)).toBeGreaterThan(1_000);
    expect([(await fences(env.DB, realm.id)) > 0, await fences(secondShard(), realm.id)]).toEqual([true, 0]);
    travel(1_200);
    expect(await moveOn(moving(), realm.id)).toBeGreaterThan(40_000);
    expect([await stateOf(realm.id), await fences(env.DB, realm.id)]).toEqual(["kept", 0]);
    expect(await allRowsOf(env.DB, realm.id)).toEqual(before);
    travel(86_400);
    expect(await moveOn(moving(), realm.id)).toBeNull();
    expect(await stateOf(realm.id)).toBe("done");
    expect(await allRowsOf(env.DB, realm.id)).toEqual(nothing);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(before);
    expect(await bystanders()).toEqual(untouched);
  });

  it("RE-05 changes under way are caught up with: rows added, changed, deleted, and names that changed hands", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 600);
    await beginMove(moving(), realm.id, "1");
    for (let steps = 0; (await stateOf(realm.id)) === "copying" && steps < 60; steps++) await dyingStep(realm.id);
    // The fence is noted but not raised yet: the last moment for changes.
    const run = (query: string) => env.DB.prepare(query).bind(realm.id).run();
    const [first, second] = (
      await env.DB.prepare("select id, email from users where realm_id = ? and email is not null order by id limit 2")
        .bind(realm.id)
        .all<{ id: number; email: string }>()
    ).results;
    if (first === undefined || second === undefined) throw new Error("no users");
    await env.DB.batch(
      [
        [null, first.id],
        [first.email, second.id],
        [second.email, first.id],
      ].map(([email, id]) => env.DB.prepare("update users set email = ? where id = ?").bind(email, id)),
    );
    await run("delete from clients where rowid in (select rowid from clients where realm_id = ? limit 550)");
    await run("delete from audit_anchors where realm_id = ?");
    await run("update sources set settings = 'changed' where realm_id = ?");
    const before = await allRowsOf(env.DB, realm.id);
    expect(await goOn(realm.id)).toBe(12);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(before);
    expect((await moving().moves.find(realm.id))?.caughtUp).toBeGreaterThan(1_100);
  });

  it("RE-05 is moved rightly by whoever comes next, wherever its mover dies", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 30);
    const before = await allRowsOf(env.DB, realm.id);
    await beginMove(moving(), realm.id, "1");
    const seen = new Set<string | undefined>();
    for (let steps = 0; (await stateOf(realm.id)) !== "done"; steps++) {
      expect(steps).toBeLessThan(200);
      seen.add(await stateOf(realm.id));
      await dyingStep(realm.id, "before");
      await dyingStep(realm.id, "before");
      // Somebody else is at it, too.
      await Promise.allSettled([dyingStep(realm.id), dyingStep(realm.id)]);
      if (["switched", "settling", "kept"].includes(String(await stateOf(realm.id)))) travel(90_000);
    }
    expect([...seen]).toEqual(["copying", "catching-up", "verifying", "switched", "settling", "kept", "clearing"]);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(before);
    expect(await allRowsOf(env.DB, realm.id)).toEqual(nothing);
    expect([await fences(env.DB, realm.id), await fences(secondShard(), realm.id)]).toEqual([0, 0]);
  });

  it.each(["copying", "catching-up", "verifying"] as const)(
    "RE-05 is aborted from %s, takes changes again, and can be moved later",
    async (state) => {
      const { realm } = await makeRealm();
      await fillEveryTable(env.DB, realm.id, 20);
      const before = await allRowsOf(env.DB, realm.id);
      await beginMove(moving(), realm.id, "1");
      await stepTo(realm.id, state);
      await dyingStep(realm.id);
      await abortMove(moving(), realm.id);
      expect(await moveOn(moving(), realm.id)).toBe(60);
      expect(await allRowsOf(secondShard(), realm.id)).toEqual(nothing);
      expect(await allRowsOf(env.DB, realm.id)).toEqual(before);
      expect([await fences(env.DB, realm.id), await fences(secondShard(), realm.id)]).toEqual([0, 0]);
      await expect(beginMove(moving(), realm.id, "1")).rejects.toMatchObject({ reason: "realm-move-under-way" });
      travel(1_201);
      expect(await moveOn(moving(), realm.id)).toBeNull();
      expect(await stateOf(realm.id)).toBe("aborted");
      await beginMove(moving(), realm.id, "1");
      expect(await goOn(realm.id)).toBe(12);
      await expect(abortMove(moving(), realm.id)).rejects.toMatchObject({ reason: "realm-move-too-late" });
      await expect(beginMove(moving(), realm.id, "main")).rejects.toMatchObject({ reason: "realm-move-under-way" });
    },
  );

  it("RE-01 a step that comes late leaves no fence and no rows behind where its move was aborted meanwhile", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 20);
    await beginMove(moving(), realm.id, "1");
    await stepTo(realm.id, "catching-up");
    const late = moving();
    const read = late.moves.findWithHome.bind(late.moves);
    vi.spyOn(late.moves, "findWithHome").mockImplementationOnce(async (id) => {
      const found = await read(id);
      await abortMove(moving(), id);
      await moveOn(moving(), id);
      return found;
    });
    await moveOn(late, realm.id);
    for (let passes = 0; (await stateOf(realm.id)) !== "aborted" && passes < 40; passes++) {
      travel(60);
      await moveOn(moving(), realm.id);
    }
    expect([await fences(env.DB, realm.id), await fences(secondShard(), realm.id)]).toEqual([0, 0]);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(nothing);
  });

  it("RE-15 goes back while its old rows are still there, which are brought up to date", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 20);
    await beginMove(moving(), realm.id, "1");
    await moveOn(moving(), realm.id);
    for (const seconds of [12, 1_200]) {
      travel(seconds);
      await moveOn(moving(), realm.id);
    }
    await secondShard().prepare("delete from users where realm_id = ?").bind(realm.id).run();
    const before = await allRowsOf(secondShard(), realm.id);
    await beginMove(moving(), realm.id, "main");
    await moveOn(moving(), realm.id);
    expect([await shardOf(realm.id), await allRowsOf(env.DB, realm.id)]).toEqual(["main", before]);
  });

  it("RE-01 a difference under the fence sends it back to catching up; one that does not go away ends the move", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 20);
    await beginMove(moving(), realm.id, "1");
    await stepTo(realm.id, "verifying");
    await secondShard()
      .prepare("delete from users where id = (select min(id) from users where realm_id = ?)")
      .bind(realm.id)
      .run();
    await dyingStep(realm.id);
    for (let steps = 0; (await stateOf(realm.id)) === "verifying" && steps < 40; steps++) await dyingStep(realm.id);
    expect([await stateOf(realm.id), await shardOf(realm.id)]).toEqual(["catching-up", "main"]);
    travel(1_300);
    expect(await moveOn(moving(), realm.id)).toBe(60);
    expect(await moving().moves.find(realm.id)).toMatchObject({ state: "aborting", failure: "fenced-too-long" });
    expect([await fences(env.DB, realm.id), await fences(secondShard(), realm.id)]).toEqual([0, 0]);
  });

  it("RE-05 waits for a shard that is out of order, and loses nothing by it", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 20);
    const before = await allRowsOf(env.DB, realm.id);
    await beginMove(moving(), realm.id, "1");
    const broken = new Proxy(secondShard(), {
      get: () => () => {
        throw new Error("out of order");
      },
    });
    const databases = {
      directory: env.DB,
      shards: new Map([
        ["main", env.DB],
        ["1", broken],
      ]),
    };
    for (const state of ["copying", "catching-up", "verifying"] as const) {
      await stepTo(realm.id, state);
      await expect(moveOn({ ...moving(), databases }, realm.id)).rejects.toMatchObject({ name: "StorageUnavailable" });
      expect([await stateOf(realm.id), await shardOf(realm.id)]).toEqual([state, "main"]);
    }
    expect(await goOn(realm.id)).toBe(12);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(before);
  });

  it("RE-05 has its events copied before it is closed, and under the fence reads only what came since, however many there are", async () => {
    const { realm } = await makeRealm();
    const events = (from: number, to: number) =>
      env.DB.prepare(
        `with recursive n(seq) as (select ?2 union all select seq + 1 from n where seq < ?3)
         insert into audit_events (realm_id, seq, id, at, type, actor_kind, body, hash)
         select ?1, seq, 'e' || seq, seq, 'user.created', 'system', '{}', 'h' || seq from n`,
      )
        .bind(realm.id, from, to)
        .run();
    await events(1, 2_600);
    let pagesRead = 0;
    const watched = (db: D1Database) =>
      new Proxy(db, {
        get(inner, property) {
          const value: unknown = Reflect.get(inner, property);
          if (property !== "prepare") return typeof value === "function" ? value.bind(inner) : value;
          return (query: string) => {
            if (/^select [^(]*hash from audit_events/.test(query)) pagesRead += 1;
            return inner.prepare(query);
          };
        },
      });
    const databases = {
      directory: env.DB,
      shards: new Map([
        ["main", watched(env.DB)],
        ["1", watched(secondShard())],
      ]),
    };
    await beginMove(moving(), realm.id, "1");
    await stepTo(realm.id, "catching-up");
    // The last moment before the fence: new events come, and the hourly job cuts off old ones.
    await events(2_601, 2_640);
    await env.DB.prepare("delete from audit_events where realm_id = ? and seq <= 700").bind(realm.id).run();
    expect(await moveOn({ ...moving(), databases }, realm.id)).toBe(12);
    const move = await moving().moves.find(realm.id);
    expect(move).toMatchObject({ state: "switched", verified: 1_940 });
    // Two pages of either side: five hundred that were copied last, and what came since.
    expect(pagesRead).toBeLessThanOrEqual(6);
    expect((await allRowsOf(secondShard(), realm.id)).audit_events).toEqual(
      (await allRowsOf(env.DB, realm.id)).audit_events,
    );
  });

  it("RE-01 a hole in the copied events is found under the fence, and filled", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 600);
    await beginMove(moving(), realm.id, "1");
    await stepTo(realm.id, "catching-up");
    const hole =
      "delete from audit_events where realm_id = ?1 and seq = (select min(seq) + 40 from audit_events where realm_id = ?1)";
    expect((await secondShard().prepare(hole).bind(realm.id).run()).meta.changes).toBe(1);
    expect(await goOn(realm.id)).toBe(12);
    expect(await allRowsOf(secondShard(), realm.id)).toEqual(await allRowsOf(env.DB, realm.id));
  });

  it("MR-05 erased on the way, it leaves nothing on either shard, and no fence", async () => {
    const { realm } = await makeRealm();
    await fillEveryTable(env.DB, realm.id, 3);
    await env.DB.prepare("delete from users where realm_id = ?").bind(realm.id).run();
    // Long enough ago that no token is on its way back to them.
    await env.DB.prepare("update retired_providers set retired_at = 1 where realm_id = ?").bind(realm.id).run();
    await beginMove(moving(), realm.id, "1");
    await stepTo(realm.id, "verifying");
    await dyingStep(realm.id);
    await new RealmStore(databasesOf(env)).retire(realm.id, Date.now());
    expect(await moveOn(moving(), realm.id)).toBeNull();
    for (let pages = 0; (await eraseRealmPage(realm.id, env)) === "more"; pages++) expect(pages).toBeLessThan(20);
    for (const db of [env.DB, secondShard()])
      expect([await fences(db, realm.id), await rowsIn(db, realm.id)]).toEqual([0, {}]);
    expect(await shardOf(realm.id)).toBeNull();
  });

  it("RE-15 the hourly jobs leave shards alone that take no changes, and rows that do not count", async () => {
    const { realm } = await makeRealm();
    const old = { id: `old-${realm.id}`, at: Date.now() - 1 };
    const insert = (db: D1Database) =>
      db
        .prepare("insert into revoked_access_tokens (realm_id, token_id, expires_at) values (?, ?, ?)")
        .bind(realm.id, old.id, old.at)
        .run();
    await insert(env.DB);
    await beginMove(moving(), realm.id, "1");
    await stepTo(realm.id, "verifying");
    await dyingStep(realm.id);
    const errors = vi.spyOn(console, "error");
    await tidy(env);
    expect(errors).not.toHaveBeenCalled();
    expect(await rowsIn(env.DB, realm.id)).toMatchObject({ revoked_access_tokens: 1 });
    await expect(insert(secondShard())).rejects.toThrow("gatehouse-realm-fenced");
  });
});
