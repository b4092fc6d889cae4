import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deliverEvent } from "../../src/domain/webhooks/deliver.ts";
import { jobOf } from "../../src/domain/webhooks/webhook.ts";
import { newEvent } from "../../src/storage/events.ts";
import { called, stubInternet } from "../support/upstream.ts";
import { makeRealm, makeUser, signIn } from "../support/world.ts";
import { deliveriesOf, expectHeard, makeReceiver, operate } from "./receiver.ts";

beforeEach(() => {
  stubInternet();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const patient = { timeout: 10_000, interval: 100 };

describe("SS-01 where a webhook may be", () => {
  it.each([
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "https://169.254.169.254/latest/meta-data",
    "https://2852039166/",
    "https://0xA9FEA9FE/",
    "https://10.0.0.1/",
    "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://metadata.google.internal/",
    "https://router/",
    "https://hooks.example.com:8443/",
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com\\@10.0.0.1/",
    "javascript:alert(1)",
    "//hooks.example.com/",
    "",
  ])("not at %s: 422, and nothing is called", async (url) => {
    const context = await makeRealm();
    const before = called.length;
    const refused = await operate(context, "POST", "", { url });
    expect([refused.status, refused.json.code]).toEqual([422, "validation-failed"]);
    expect(Object.keys(refused.json.errors as object)).toEqual(["url"]);
    expect(await context.webhooks.list()).toEqual([]);
    const receiver = await makeReceiver(context);
    const patched = await operate(context, "PATCH", `/${receiver.id}`, { url });
    expect([patched.status, (await context.webhooks.find(receiver.id))?.url]).toEqual([422, receiver.url]);
    expect(called).toHaveLength(before);
  });

  it("one that got into the database all the same is not called", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    await context.webhooks.update(receiver.id, 1, { url: "https://169.254.169.254/" }, Date.now());
    const before = called.length;
    await signIn(context, await makeUser(context));
    await vi.waitFor(
      async () =>
        expect(await deliveriesOf(context, receiver)).toMatchObject([
          { state: "pending", attempts: [{ status: null, error: "the address is not on a public host" }] },
        ]),
      patient,
    );
    expect(called).toHaveLength(before);
  });

  it.each([
    [{ url: "https://hooks.example.com/", events: ["session.opened"] }, "events"],
    [{ url: "https://hooks.example.com/", events: [] }, "events"],
    [{ events: "all" }, "url"],
    [{ url: "https://hooks.example.com/", secret: "whsec_AAAA" }, "body"],
    [{ url: `https://hooks.example.com/${"a".repeat(2_048)}` }, "url"],
  ])("a body that is not right makes none: %o", async (body, field) => {
    const context = await makeRealm();
    const refused = await operate(context, "POST", "", body);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.json.errors as object).join()).toContain(field);
    expect(await context.webhooks.list()).toEqual([]);
  });

  it("RL-05 an owner has twenty at most, of fifty made at once, too", async () => {
    const context = await makeRealm();
    const make = () => operate(context, "POST", "", { url: "https://hooks.example.com/" });
    const answers = await Promise.all(Array.from({ length: 50 }, make));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const refused = await make();
    expect([refused.status, refused.json.code]).toEqual([409, "webhook-limit-reached"]);
    expect(await context.webhooks.list()).toHaveLength(20);
  });
});

describe("what an endpoint may do to us", () => {
  it("SS-02 a redirect is not followed, and is no delivery", async () => {
    const context = await makeRealm();
    const location = { location: "https://169.254.169.254/" };
    const receiver = await makeReceiver(context, {}, () => new Response(null, { status: 307, headers: location }));
    await signIn(context, await makeUser(context));
    await vi.waitFor(
      async () =>
        expect(await deliveriesOf(context, receiver)).toMatchObject([
          { state: "pending", attempts: [{ status: 307, error: null }] },
        ]),
      patient,
    );
    expect(called).not.toContain(location.location);
  });

  it("SS-04 an answer without end is not read, kept or shown, and its status counts", async () => {
    const context = await makeRealm();
    let pulled = 0;
    let isCancelled = false;
    const endless = () =>
      new ReadableStream({
        pull: (controller) => {
          pulled += 1;
          controller.enqueue(new TextEncoder().encode("a secret of theirs ".repeat(3_000)));
        },
        cancel: () => {
          isCancelled = true;
        },
      });
    const receiver = await makeReceiver(context, {}, () => new Response(endless(), { status: 200 }));
    await signIn(context, await makeUser(context));
    await expectHeard(receiver, 1);
    const deliveries = await deliveriesOf(context, receiver);
    expect(deliveries).toMatchObject([{ state: "delivered", attempts: [{ status: 200, error: null }] }]);
    expect(JSON.stringify(deliveries)).not.toContain("a secret of theirs");
    expect(isCancelled).toBe(true);
    expect(pulled).toBeLessThan(5);
  });

  it("SS-06 one that hangs holds up neither the sign-in nor the others, and is given up after five seconds", async () => {
    const context = await makeRealm();
    const hanging = await makeReceiver(context, {}, () => new Promise<Response>(() => {}));
    const quick = await makeReceiver(context);
    const event = newEvent("user.deleted", { user_id: "1" }, Date.now());
    const body = JSON.stringify(event);
    await context.webhookDeliveries.add([hanging.id], { eventId: event.id, type: event.type, body, now: Date.now() });
    // The stub knows nothing of deadlines; the real one is told of it by the signal.
    vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
      if (input === quick.url) return respond(quick.heard, init);
      hanging.heard.push({ id: "", headers: {}, body: "", event });
      return new Promise<Response>((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    });
    const begun = Date.now();
    await signIn(context, await makeUser(context));
    expect(Date.now() - begun).toBeLessThan(4_900);
    await vi.waitFor(() => expect(quick.heard).toHaveLength(1), { timeout: 4_500 });
    await expect(deliverEvent(context, jobOf(context, hanging.id, event.id))).rejects.toThrow("no answer in time");
    const row = await context.webhookDeliveries.find(hanging.id, event.id);
    expect(row).toMatchObject({ state: "pending", attempts: 1, log: [{ status: null, error: "no answer in time" }] });
    const tookMs = row?.log[0]?.durationMs ?? 0;
    expect(tookMs).toBeGreaterThan(4_500);
    expect(tookMs).toBeLessThan(7_000);
  });
});

function respond(heard: { body: string }[], { body }: RequestInit): Response {
  heard.push({ body: String(body) });
  return new Response(null, { status: 200 });
}
