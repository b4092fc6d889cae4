import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { deliverEvent, WebhookNotTaken } from "../../src/domain/webhooks/deliver.ts";
import { jobOf } from "../../src/domain/webhooks/webhook.ts";
import { tidy } from "../../src/jobs/schedule.ts";
import { newEvent } from "../../src/storage/events.ts";
import { travel } from "../support/clock.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, makeUser, signIn } from "../support/world.ts";
import { deliveriesOf, expectHeard, makeReceiver, operate, type Receiver } from "./receiver.ts";

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

/** A delivery that no queue knows of: the test makes each attempt itself. */
async function addDelivery(context: RealmContext, { id }: Receiver): Promise<ReturnType<typeof jobOf>> {
  const event = newEvent("user.deleted", { user_id: "1" }, Date.now());
  const body = JSON.stringify(event);
  await context.webhookDeliveries.add([id], { eventId: event.id, type: event.type, body, now: Date.now() });
  return jobOf(context, id, event.id);
}

/** Attempts until it is done with; answers how long each wait was. */
async function untilDone(context: RealmContext, job: ReturnType<typeof jobOf>): Promise<number[]> {
  const waits: number[] = [];
  let passedSeconds = 0;
  for (;;) {
    try {
      await deliverEvent(context, job);
      return waits;
    } catch (error) {
      if (!(error instanceof WebhookNotTaken)) throw error;
      waits.push(error.retryAfterSeconds);
      passedSeconds += error.retryAfterSeconds;
      travel(passedSeconds);
    }
  }
}

const failing = () => new Response("a secret of theirs", { status: 500 });

describe("a webhook that does not take an event", () => {
  it("RE-05 is told again after five seconds, by the queue, with the same id and another signature", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context, {}, (time) => new Response(null, { status: time === 1 ? 503 : 200 }));
    await signIn(context, await makeUser(context));
    await expectHeard(receiver, 2);
    const [first, second] = receiver.heard;
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-signature"]).not.toBe(first?.headers["webhook-signature"]);
    const [delivery] = await deliveriesOf(context, receiver);
    expect(delivery).toMatchObject({
      id: first?.id,
      state: "delivered",
      next_attempt_at: null,
      attempts: [
        { status: 503, error: null },
        { status: 200, error: null },
      ],
    });
  });

  it("is tried eight times in about a day, then the event is dead, kept, and can be replayed", async () => {
    const context = await makeRealm();
    let isBroken = true;
    const answer = () => (isBroken ? failing() : new Response(null, { status: 200 }));
    const receiver = await makeReceiver(context, {}, answer);
    const job = await addDelivery(context, receiver);
    const waits = await untilDone(context, job);
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
    expect(receiver.heard).toHaveLength(8);
    expect(new Set(receiver.heard.map(({ id }) => id))).toEqual(new Set([job.eventId]));
    vi.useRealTimers();

    const [dead] = await deliveriesOf(context, receiver, "?state=dead");
    expect(dead).toMatchObject({ id: job.eventId, state: "dead", next_attempt_at: null });
    expect(dead?.attempts).toHaveLength(8);
    expect(JSON.stringify(dead)).not.toContain("a secret of theirs");
    await deliverEvent(context, job);
    expect(receiver.heard).toHaveLength(8);

    isBroken = false;
    const replayed = await operate(context, "POST", `/${receiver.id}/deliveries/${job.eventId}/replay`);
    expect(replayed).toEqual({ status: 200, json: { replayed: 1 } });
    await expectHeard(receiver, 9);
    expect(await deliveriesOf(context, receiver, "?state=dead")).toEqual([]);
    expect((await operate(context, "GET", `/${receiver.id}`)).json.failing_since).toBeNull();
  });

  it.each([
    ["429", 429, "60", 60],
    ["503", 503, "86400", 36_000],
    ["503 with a date", 503, "in 90 s", 90],
    ["503 with less than we wait anyway", 503, "1", 5],
    ["503 with nonsense", 503, "soon", 5],
    ["503 with the past", 503, "Sun, 06 Nov 1994 08:49:37 GMT", 5],
    ["500", 500, "60", 5],
  ])("is given the time that it asks for: Retry-After of %s (RFC 9110 §10.2.3)", async (_, status, asked, seconds) => {
    const context = await makeRealm();
    const time = () => (asked === "in 90 s" ? new Date(Date.now() + 90_000).toUTCString() : asked);
    const receiver = await makeReceiver(
      context,
      {},
      () => new Response(null, { status, headers: { "retry-after": time() } }),
    );
    const failed = await deliverEvent(context, await addDelivery(context, receiver)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WebhookNotTaken);
    const waits = failed instanceof WebhookNotTaken ? failed.retryAfterSeconds : 0;
    // Dates are in whole seconds.
    expect(waits).toBeGreaterThanOrEqual(seconds - 3);
    expect(waits).toBeLessThanOrEqual(seconds);
  });

  it("need not be waited for: a delivery is begun anew by hand, and the try that was planned comes to nothing", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context, {}, (time) => new Response(null, { status: time < 4 ? 500 : 200 }));
    const job = await addDelivery(context, receiver);
    const attempt = () => deliverEvent(context, job).catch((error: unknown) => error);
    await attempt();
    await attempt();
    expect(receiver.heard).toHaveLength(1);
    travel(5);
    await attempt();
    expect(receiver.heard).toHaveLength(2);
    const replayed = await operate(context, "POST", `/${receiver.id}/deliveries/${job.eventId}/replay`);
    expect(replayed).toEqual({ status: 200, json: { replayed: 1 } });
    await expectHeard(receiver, 3);
    travel(5);
    await attempt();
    expect(receiver.heard).toHaveLength(4);
    travel(295);
    await attempt();
    expect(receiver.heard).toHaveLength(4);
    vi.useRealTimers();
    expect(await deliveriesOf(context, receiver)).toMatchObject([
      { state: "delivered", attempts: [{ status: 500 }, { status: 500 }, { status: 500 }, { status: 200 }] },
    ]);
  });

  it("all that is dead is replayed at once, and what was delivered is not", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const jobs = await Promise.all(Array.from({ length: 5 }, () => addDelivery(context, receiver)));
    const outcome = { attempts: 8, log: [], nextAttemptAt: null };
    for (const [index, { eventId }] of jobs.entries()) {
      const row = await context.webhookDeliveries.find(receiver.id, eventId);
      if (row !== null)
        await context.webhookDeliveries.note(row, { ...outcome, state: index === 0 ? "delivered" : "dead" });
    }
    const replayed = await operate(context, "POST", `/${receiver.id}/deliveries/replay`);
    expect(replayed).toEqual({ status: 200, json: { replayed: 4 } });
    await expectHeard(receiver, 4);
    expect(receiver.heard.map(({ id }) => id).sort()).toEqual(
      jobs
        .slice(1)
        .map(({ eventId }) => eventId)
        .sort(),
    );
  });

  it("that answers 410 is switched off, and hears nothing until it is enabled again", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context, {}, () => new Response(null, { status: 410 }));
    const job = await addDelivery(context, receiver);
    expect(await untilDone(context, job)).toEqual([]);
    const off = (await operate(context, "GET", `/${receiver.id}`)).json;
    expect(off).toMatchObject({ disabled: true, disabled_reason: "gone", disabled_at: expect.any(String) });
    const refused = await operate(context, "POST", `/${receiver.id}/deliveries/${job.eventId}/replay`);
    expect([refused.status, refused.json.code]).toEqual([409, "webhook-disabled"]);
    const another = await makeReceiver(context);
    await signIn(context, await makeUser(context));
    await expectHeard(another, 1);
    expect(receiver.heard).toHaveLength(1);
    const on = await operate(context, "PATCH", `/${receiver.id}`, { disabled: false });
    expect(on.json).toMatchObject({ disabled: false, disabled_reason: null, failing_since: null });
  });

  it("for five days is switched off; one that took something meanwhile is not", async () => {
    const context = await makeRealm();
    let isBroken = true;
    const answer = () => (isBroken ? failing() : new Response(null, { status: 200 }));
    const [poor, fickle] = [await makeReceiver(context, {}, failing), await makeReceiver(context, {}, answer)];
    const attempt = async (receiver: Receiver) =>
      deliverEvent(context, await addDelivery(context, receiver)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(WebhookNotTaken);
      });
    for (const receiver of [poor, fickle]) await attempt(receiver);
    travel(3 * 86_400);
    isBroken = false;
    for (const receiver of [poor, fickle]) await attempt(receiver);
    isBroken = true;
    travel(5 * 86_400 + 1);
    for (const receiver of [poor, fickle]) await attempt(receiver);
    vi.useRealTimers();
    const states = await Promise.all([poor, fickle].map(({ id }) => context.webhooks.find(id)));
    expect(states.map((row) => row?.disabledReason)).toEqual(["failing", null]);
  });

  it("AU-02 the log names the webhook and the status, not its address, the event or its answer", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context, {}, failing);
    const user = await makeUser(context);
    await signIn(context, user);
    await vi.waitFor(() => expect(log).toHaveBeenCalled(), { timeout: 10_000 });
    const written = JSON.stringify(log.mock.calls);
    expect(written).toContain(`webhook ${receiver.id}: 500`);
    for (const secret of [receiver.url, receiver.secret, String(user.id), "a secret of theirs"])
      expect(written).not.toContain(secret);
  });
});

describe("what the hourly job does for webhooks (RE-15)", () => {
  it("sends what was lost on its way to the queue, once it is an hour late", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const job = await addDelivery(context, receiver);
    await tidy(env);
    await expectHeard(receiver, 0);
    travel(limits.webhookOverdueMs / 1000 + 1);
    await tidy(env);
    vi.useRealTimers();
    await expectHeard(receiver, 1);
    expect(receiver.heard[0]?.id).toBe(job.eventId);
  });

  it("forgets deliveries after thirty days, not sooner", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    await deliverEvent(context, await addDelivery(context, receiver));
    travel(limits.webhookDeliveryMemorySeconds - 60);
    await tidy(env);
    vi.useRealTimers();
    expect(await deliveriesOf(context, receiver)).toHaveLength(1);
    travel(limits.webhookDeliveryMemorySeconds + 60);
    await tidy(env);
    vi.useRealTimers();
    expect(await deliveriesOf(context, receiver)).toEqual([]);
  });
});
