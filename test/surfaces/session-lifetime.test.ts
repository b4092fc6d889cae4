import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserObject } from "../../src/storage/user-object/user-object.ts";
import { answerAt, authorize, once } from "../authorization/requests.ts";
import { makeClient, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError, get, type SessionsAnswer, sessionCount } from "./session-api.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const isAlive = async (context: RealmContext, cookie: string) =>
  (await get(context, "/users/me", cookie)).status === 200;

async function situation(settings: Record<string, unknown>) {
  const context = await makeRealm(settings);
  const user = await makeUser(context);
  return { context, user, cookie: await signIn(context, user) };
}

describe("the end of a session (NIST SP 800-63B §2.1.3, OWASP ASVS 7.3)", () => {
  it("SE-06 comes when nobody used it for the idle time", async () => {
    const { context, cookie } = await situation({ session_idle_seconds: 100, session_absolute_seconds: 10_000 });
    pass(99);
    expect(await isAlive(context, cookie)).toBe(true);
    pass(101);
    await expectError(await get(context, "/users/me", cookie), 403, "session-revoked");
  });

  it("SE-06 is put off by use, within a quarter of the idle time", async () => {
    const { context, cookie } = await situation({ session_idle_seconds: 100, session_absolute_seconds: 10_000 });
    for (let time = 0; time < 20; time++) {
      pass(70);
      expect(await isAlive(context, cookie)).toBe(true);
    }
    const { sessions } = await (await get(context, "/sessions", cookie)).json<SessionsAnswer>();
    expect(Date.now() - Number(sessions[0]?.["last-used-at"])).toBeLessThanOrEqual(25_000);
  });

  it("SE-06 comes after the absolute time, however much it is used", async () => {
    const { context, cookie } = await situation({ session_idle_seconds: 1000, session_absolute_seconds: 300 });
    for (let time = 0; time < 5; time++) {
      pass(59);
      expect(await isAlive(context, cookie)).toBe(true);
    }
    pass(6);
    expect(await isAlive(context, cookie)).toBe(false);
  });

  it("SE-06 holds at /authorize as at the session API", async () => {
    const { context, cookie } = await situation({ session_idle_seconds: 100 });
    const client = await makeClient(context);
    const answer = async () =>
      once(answerAt(await authorize(context, client, { prompt: "none" }, cookie), "https://partner.test/callback"));
    expect(await answer()).toHaveProperty("code");
    pass(101);
    expect((await answer()).error).toBe("login_required");
  });

  it("SE-06 is not put off by somebody else's use, nor by listing sessions", async () => {
    const { context, user, cookie } = await situation({ session_idle_seconds: 100, session_absolute_seconds: 10_000 });
    pass(50);
    const second = await signIn(context, user);
    pass(45);
    await get(context, "/sessions", second);
    pass(10);
    expect([await isAlive(context, cookie), await isAlive(context, second)]).toEqual([false, true]);
    expect(await sessionCount(context, user.id)).toBe(1);
  });
});

describe("what is over", () => {
  const stubOf = (context: RealmContext, userId: number) =>
    env.USERS.getByName(`${context.realm.id}:${userId}`) as DurableObjectStub<UserObject>;

  /** Rows of the object's sessions and when its alarm will ring. */
  const stored = (stub: DurableObjectStub<UserObject>) =>
    runInDurableObject(stub, async (_, state) => ({
      sessions: state.storage.sql.exec<{ count: number }>("SELECT count(*) AS count FROM sessions").one().count,
      alarm: await state.storage.getAlarm(),
    }));

  it("RL-05 is cleaned away by the object's alarm, and nothing else is", async () => {
    const { context, user, cookie } = await situation({ session_idle_seconds: 100, session_absolute_seconds: 300 });
    const stub = stubOf(context, user.id);
    const first = await stored(stub);
    expect(first.sessions).toBe(1);
    expect(first.alarm).toBe(Date.now() + 100_000);

    pass(50);
    const second = await signIn(context, user);
    pass(60);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const after = await stored(stub);
    expect(after.sessions).toBe(1);
    expect(after.alarm).toBeGreaterThan(Date.now());
    expect([await isAlive(context, cookie), await isAlive(context, second)]).toEqual([false, true]);

    pass(400);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await stored(stub)).sessions).toBe(0);
    // Once more for what had to be told of the end, should the queue not have taken it.
    pass(400);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await stored(stub)).toEqual({ sessions: 0, alarm: null });
  });

  it.each([
    ["", false],
    [" where events are told", true],
  ])(
    "RE-15 is cleaned away of somebody who comes by often, however often the object starts anew%s",
    async (_, listens) => {
      const { context, user } = await situation({ session_idle_seconds: 100 });
      const stub = stubOf(context, user.id);
      if (listens) await context.objects.call(user.id, (object) => object.endEverything(true));
      const rings = new Set<number | null>();
      for (let time = 0; time < 4; time++) {
        await signIn(context, user);
        rings.add((await stored(stub)).alarm);
        await evictDurableObject(stub);
        pass(20);
      }
      expect([...rings]).toEqual([expect.any(Number)]);
    },
  );

  it("RE-10 is remembered of the latest two hundred sessions, however many end", async () => {
    const { context, user, cookie } = await situation({});
    const stub = stubOf(context, user.id);
    const left = await runInDurableObject(stub, async (object, { storage: { sql } }) => {
      const note = "INSERT INTO ended_sessions (sid, reason, ended_at, heir) VALUES (?, 'signed-out', ?, ?)";
      const alive = sql.exec<{ sid: string }>("SELECT sid FROM sessions").one().sid;
      for (let at = 0; at < 500; at++) sql.exec(note, `s-${at}`, Date.now() + at, at === 0 ? alive : null);
      expect((await object.ownData()).endedSessions).toHaveLength(200);
      await object.alarm();
      return sql
        .exec<{ sid: string }>("SELECT sid FROM ended_sessions ORDER BY ended_at")
        .toArray()
        .map(({ sid }) => sid);
    });
    // The first leads to a session that lives.
    expect(left).toEqual(["s-0", ...Array.from({ length: 200 }, (_, at) => `s-${at + 300}`)]);
    expect(await isAlive(context, cookie)).toBe(true);
  });

  it("RE-15 is cleaned away without harm when the alarm rings too early, or twice", async () => {
    const { context, user, cookie } = await situation({ session_idle_seconds: 1000 });
    const stub = stubOf(context, user.id);
    for (let time = 0; time < 2; time++) await runInDurableObject(stub, (object) => object.alarm());
    expect(await stored(stub)).toMatchObject({ sessions: 1, alarm: expect.any(Number) });
    expect(await isAlive(context, cookie)).toBe(true);
  });

  it("RE-15 stays over for callers while the alarm has not rung", async () => {
    const { context, user, cookie } = await situation({ session_idle_seconds: 100 });
    pass(500);
    expect(await isAlive(context, cookie)).toBe(false);
    expect(await sessionCount(context, user.id)).toBe(0);
  });
});
