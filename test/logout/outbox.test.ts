import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { deleteUser } from "../../src/domain/users/change-user.ts";
import type { UserObject } from "../../src/storage/user-object/user-object.ts";
import { travel } from "../support/clock.ts";
import { objectOf, openAnotherSession } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, request } from "../support/world.ts";
import { enter, enterWith, expectHeard, makeRelyingParty, subOf, toldOf } from "./relying-party.ts";

let log: MockInstance;
beforeEach(() => {
  stubInternet();
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The object meets this in place of the queue, until it is evicted or told otherwise. */
function replaceQueue(context: RealmContext, userId: number, sendBatch: () => Promise<void>): Promise<void> {
  return runInDurableObject(objectOf(context, userId), (instance) => {
    const held = instance as unknown as { env: { JOBS: Pick<Queue, "sendBatch"> } };
    held.env = { ...held.env, JOBS: { sendBatch } as unknown as Queue };
  });
}

const outOfOrder = () => Promise.reject(new Error("out of order"));

const rowsOf = (context: RealmContext, userId: number, table: string): Promise<number> =>
  runInDurableObject(
    objectOf(context, userId),
    (_, state) => state.storage.sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`).one().rows,
  );

const signOut = (context: RealmContext, cookie: string): Promise<Response> =>
  request(`${context.realm.issuer}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${cookie}` } });

describe("notices of ended sessions, when the queue fails (LO-08, RE-05)", () => {
  it("the user is signed out all the same, and the alarm sends what was left, each once", async () => {
    const context = await makeRealm();
    const [one, two] = [await makeRelyingParty(context), await makeRelyingParty(context)];
    const who = await enter(context, one);
    await enterWith(context, two, who);
    const tried = vi.fn(outOfOrder);
    await replaceQueue(context, who.user.id, tried);
    expect((await signOut(context, who.cookie)).status).toBe(204);
    expect((await signOut(context, who.cookie)).status).toBe(403);
    await vi.waitFor(() => expect(tried).toHaveBeenCalled(), { timeout: 10_000 });
    expect(await rowsOf(context, who.user.id, "logout_notices")).toBe(2);

    const alarmAt = await runInDurableObject(objectOf(context, who.user.id), (_, state) => state.storage.getAlarm());
    expect(alarmAt).toBeLessThanOrEqual(Date.now() + 60_000);
    await evictDurableObject(objectOf(context, who.user.id));
    travel(61);
    expect(await runDurableObjectAlarm(objectOf(context, who.user.id))).toBe(true);
    vi.useRealTimers();
    for (const party of [one, two]) {
      await expectHeard(party, 1);
      expect(await toldOf(context, party)).toEqual([[subOf(who.user), who.sid]]);
    }
    expect(await rowsOf(context, who.user.id, "logout_notices")).toBe(0);
    expect(await rowsOf(context, who.user.id, "session_clients")).toBe(0);
  });

  it("the alarm is set in the very step, and no later than the one that is due, though the object has started anew", async () => {
    const context = await makeRealm();
    const who = await enter(context, await makeRelyingParty(context));
    const object = objectOf(context, who.user.id);
    const dueAt = Date.now() + 20_000;
    await runInDurableObject(object, (_, state) => state.storage.setAlarm(dueAt));
    await evictDurableObject(object);
    const tried = vi.fn(outOfOrder);
    await replaceQueue(context, who.user.id, tried);
    const setAtOnce = await runInDurableObject(object, (instance: UserObject, { storage }) => {
      const setAlarm = vi.spyOn(storage, "setAlarm");
      void instance.endEverything();
      return setAlarm.mock.calls.length;
    });
    expect(setAtOnce).toBe(1);
    await vi.waitFor(() => expect(tried).toHaveBeenCalled());
    expect(await runInDurableObject(object, (_, state) => state.storage.getAlarm())).toBe(dueAt);
  });

  it("nobody waits for a queue that hangs", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    let release = (): void => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    await replaceQueue(context, who.user.id, () => hanging);
    expect((await signOut(context, who.cookie)).status).toBe(204);
    expect(await rowsOf(context, who.user.id, "logout_notices")).toBe(1);
    release();
    await vi.waitFor(async () => expect(await rowsOf(context, who.user.id, "logout_notices")).toBe(0), {
      timeout: 10_000,
    });
  });

  it("what ends while a batch is on its way goes with the next", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const first = await enter(context, party);
    const second = await openAnotherSession(context, first.user);
    await enterWith(context, party, second);
    const sizes: number[] = [];
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sendBatch = vi.fn(async (...sent: unknown[]) => {
      sizes.push((sent[0] as unknown[]).length);
      await gate;
    });
    await replaceQueue(context, first.user.id, sendBatch);
    await signOut(context, first.cookie);
    await signOut(context, second.cookie);
    release();
    await vi.waitFor(() => expect(sizes).toEqual([1, 1]), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await rowsOf(context, first.user.id, "logout_notices")).toBe(0), {
      timeout: 10_000,
    });
  });

  it("a user who is deleted meanwhile is forgotten at once, and the applications hear of it later", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const { user, sid } = await enter(context, party);
    await replaceQueue(context, user.id, outOfOrder);
    await deleteUser(context, user.id);
    for (const table of ["profile", "sessions", "grants", "consents", "ended_sessions"])
      expect(await rowsOf(context, user.id, table)).toBe(0);
    expect(await rowsOf(context, user.id, "logout_notices")).toBe(1);
    await evictDurableObject(objectOf(context, user.id));
    travel(61);
    expect(await runDurableObjectAlarm(objectOf(context, user.id))).toBe(true);
    vi.useRealTimers();
    await expectHeard(party, 1);
    expect(await toldOf(context, party)).toEqual([[subOf(user), sid]]);
  });

  it("a deleted user leaves nothing when the queue works", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const { user } = await enter(context, party);
    await deleteUser(context, user.id);
    const left = await runInDurableObject(objectOf(context, user.id), async (_, state) => ({
      tables: state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'grants'").toArray(),
      alarm: await state.storage.getAlarm(),
    }));
    expect(left).toEqual({ tables: [], alarm: null });
    await expectHeard(party, 1);
  });

  it("AU-02 the log tells that it failed, and names nobody", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    const who = await enter(context, party);
    await replaceQueue(context, who.user.id, outOfOrder);
    await signOut(context, who.cookie);
    await vi.waitFor(() => expect(log).toHaveBeenCalled(), { timeout: 10_000 });
    const written = JSON.stringify(log.mock.calls);
    expect(written).toContain("the queue took nothing from the outbox");
    for (const secret of [who.sid, subOf(who.user), "out of order"]) expect(written).not.toContain(secret);
  });
});
