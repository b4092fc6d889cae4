import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { deleteUser } from "../../src/domain/users/change-user.ts";
import { EventQueue } from "../../src/storage/event-queue.ts";
import { newEvent } from "../../src/storage/events.ts";
import { travel } from "../support/clock.ts";
import { objectOf, openAnotherSession } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectHeard, fresh, makeReceiver } from "./receiver.ts";

beforeEach(() => {
  stubInternet();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const outOfOrder = () => Promise.reject(new Error("out of order"));

/** The object meets this in place of the queue, until it is evicted. */
function breakQueue(context: RealmContext, userId: number): Promise<void> {
  return runInDurableObject(objectOf(context, userId), (instance) => {
    const held = instance as unknown as { env: { JOBS: Pick<Queue, "sendBatch"> } };
    held.env = { ...held.env, JOBS: { sendBatch: outOfOrder } };
  });
}

const outboxOf = (context: RealmContext, userId: number): Promise<string[]> =>
  runInDurableObject(objectOf(context, userId), (_, state) =>
    state.storage.sql
      .exec<{ json: string }>("SELECT json FROM events ORDER BY id")
      .toArray()
      .map(({ json }) => (JSON.parse(json) as { type: string }).type)
      .sort(),
  );

async function recover(context: RealmContext, userId: number): Promise<void> {
  await evictDurableObject(objectOf(context, userId));
  travel(61);
  expect(await runDurableObjectAlarm(objectOf(context, userId))).toBe(true);
  vi.useRealTimers();
}

describe("RE-05 a queue that fails loses nothing", () => {
  it("sessions open and end all the same, and the alarm sends what was left, each once", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const listening = await fresh(context);
    const user = await makeUser(context);
    await openAnotherSession(listening, user);
    await expectHeard(receiver, 1);
    await breakQueue(context, user.id);
    const { sid } = await openAnotherSession(listening, user);
    expect(await context.objects.call(user.id, (object) => object.endSession(sid))).toBe(true);
    expect(await outboxOf(context, user.id)).toEqual(["session.created", "session.revoked"]);
    await recover(context, user.id);
    await expectHeard(receiver, 3);
    expect(await outboxOf(context, user.id)).toEqual([]);
  });

  it("a user who is deleted meanwhile is forgotten, but for what is to be said of their sessions", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context, { events: ["session.revoked"] });
    const listening = await fresh(context);
    const user = await makeUser(context);
    await openAnotherSession(listening, user);
    await vi.waitFor(async () => expect(await outboxOf(context, user.id)).toEqual([]), { timeout: 10_000 });
    await breakQueue(context, user.id);
    await deleteUser(listening, user.id);
    expect(await outboxOf(context, user.id)).toEqual(["session.revoked"]);
    const known = await context.objects.read(user.id, (object) => object.grantOfToken("none", "none"));
    expect(known).toEqual({ ok: false, reason: "user-disabled" });
    await recover(context, user.id);
    await expectHeard(receiver, 1);
    expect(receiver.heard[0]?.event.data).toMatchObject({ user_id: String(user.id), reason: "disabled" });
  });

  it("events of users are kept in the user's object until the queue takes them", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const user = await makeUser(context);
    await breakQueue(context, user.id);
    const broken = new EventQueue({ ...env.JOBS, send: outOfOrder }, context.objects, context.realm.id);
    broken.send(user.id, newEvent("user.updated", { user_id: String(user.id) }, Date.now()));
    await vi.waitFor(async () => expect(await outboxOf(context, user.id)).toEqual(["user.updated"]), {
      timeout: 10_000,
    });
    await recover(context, user.id);
    await expectHeard(receiver, 1);
    expect(receiver.heard[0]?.event.type).toBe("user.updated");
  });
});

describe("sessions that end by themselves", () => {
  it("are told of as expired by the alarm", async () => {
    const context = await makeRealm({ session_idle_seconds: 300 });
    const receiver = await makeReceiver(context, { events: ["session.expired"] });
    const user = await makeUser(context);
    await signIn(context, user);
    travel(400);
    expect(await runDurableObjectAlarm(objectOf(context, user.id))).toBe(true);
    vi.useRealTimers();
    await expectHeard(receiver, 1);
    expect(receiver.heard[0]?.event).toMatchObject({ type: "session.expired", data: { reason: "expired" } });
  });

  it("where nobody listens, nothing is written", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    await breakQueue(context, user.id);
    const { sid } = await openAnotherSession(context, user);
    await context.objects.call(user.id, (object) => object.endSession(sid));
    expect(await outboxOf(context, user.id)).toEqual([]);
  });
});
