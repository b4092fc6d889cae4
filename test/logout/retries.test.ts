import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { consume } from "../../src/jobs/queue.ts";
import { called, stubInternet } from "../support/upstream.ts";
import { makeRealm } from "../support/world.ts";
import { makeRelyingParty, type RelyingParty, verified } from "./relying-party.ts";

let log: MockInstance;
beforeEach(() => {
  stubInternet();
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

interface Outcome {
  taken: string[];
  again: [client: string, delaySeconds: number | undefined][];
}

/** What becomes of one notice to each of these applications, at the queue's `attempts`-th try. */
async function deliver(context: RealmContext, parties: readonly RelyingParty[], attempts = 1): Promise<Outcome> {
  const outcome: Outcome = { taken: [], again: [] };
  const messages = parties.map(({ client: { clientId } }) => ({
    id: clientId,
    timestamp: new Date(),
    attempts,
    body: { type: "logout-notice", realmId: context.realm.id, userId: 4711, clientId, sid: "a-session" },
    ack: () => void outcome.taken.push(clientId),
    retry: (options?: QueueRetryOptions) => void outcome.again.push([clientId, options?.delaySeconds]),
  }));
  await consume({ queue: "gatehouse-jobs", messages } as unknown as MessageBatch, env);
  return outcome;
}

const logged = (): string => JSON.stringify(log.mock.calls);

describe("an application that does not take its logout token (Back-Channel Logout §2.5, §2.8)", () => {
  it.each([
    ["200", () => new Response("ok", { status: 200 })],
    ["204", () => new Response(null, { status: 204 })],
  ])("LO-06 is done when it answers %s", async (_, answer) => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context, {}, { answer });
    expect(await deliver(context, [party])).toEqual({ taken: [party.client.clientId], again: [] });
  });

  it.each([
    ["400", () => Response.json({ error: "invalid_request" }, { status: 400 }), "answered 400"],
    ["500", () => new Response(null, { status: 500 }), "answered 500"],
    ["503", () => new Response(null, { status: 503 }), "answered 503"],
    ["a redirect", () => Response.redirect("https://elsewhere.example.com/latest/meta-data", 302), "answered 302"],
    ["307", () => Response.redirect("https://elsewhere.example.com/", 307), "answered 307"],
    ["nothing", () => Promise.reject(new TypeError("reset")), "the connection failed"],
    ["too much", () => new Response(new Uint8Array(300_000)), "the answer has more than"],
  ])("LO-08 is told again later when it answers %s, and its redirects are not followed", async (_, answer, why) => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context, {}, { answer });
    const before = called.length;
    expect(await deliver(context, [party])).toEqual({ taken: [], again: [[party.client.clientId, 10]] });
    expect(called.slice(before)).toEqual([party.uri]);
    expect(logged()).toContain(`client ${party.client.clientId}`);
    expect(logged()).toContain(why);
    for (const secret of [party.tokens[0] ?? "no token", "4711", "a-session"]) expect(logged()).not.toContain(secret);
  });

  it("LO-08 is asked ten times within the hour, less and less often, then given up and written down", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context, {}, { answer: () => new Response(null, { status: 500 }) });
    const delays: number[] = [];
    let attempts = 1;
    for (; attempts < 20; attempts++) {
      const { again, taken } = await deliver(context, [party], attempts);
      if (taken.length > 0) break;
      delays.push(again[0]?.[1] ?? Number.NaN);
    }
    expect(attempts).toBe(10);
    expect(delays).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(3600);
    expect(log.mock.calls.at(-1)?.[0]).toMatch(/"attempt":10,"givenUp":true/);
  });

  it("LO-06 gets a token of its own at each try: an earlier one may have been seen, and would have expired", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context, {}, { answer: () => new Response(null, { status: 500 }) });
    for (const attempt of [1, 2]) await deliver(context, [party], attempt);
    const claims = await Promise.all(party.tokens.map((token) => verified(context, party, token)));
    expect(claims.map(({ jti }) => typeof jti)).toEqual(["string", "string"]);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);
  });

  it("LO-08 does not hold up the others: five hang, and the sixth is told meanwhile", async () => {
    const context = await makeRealm();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hanging = () => gate.then(() => new Response(null, { status: 200 }));
    const slow = await Promise.all(Array.from({ length: 5 }, () => makeRelyingParty(context, {}, { answer: hanging })));
    const quick = await makeRelyingParty(context);
    const done = deliver(context, [...slow, quick]);
    await vi.waitFor(() => expect(quick.heard).toHaveLength(1), { timeout: 10_000 });
    release();
    expect((await done).taken).toHaveLength(6);
  });

  it("LO-08 SS-04 is given up for this time after five seconds", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    vi.stubGlobal(
      "fetch",
      (_: string, { signal }: RequestInit) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    const begun = Date.now();
    const { again } = await deliver(context, [party]);
    expect(again).toHaveLength(1);
    expect(Date.now() - begun).toBeLessThan(8_000);
    expect(logged()).toContain("no answer in time");
  });

  it("a notice of a realm or a client that is gone is dropped", async () => {
    const context = await makeRealm();
    const party = await makeRelyingParty(context);
    await context.clients.store.delete(party.client);
    context.clients.forget(party.client);
    expect((await deliver(context, [party])).taken).toHaveLength(1);
    const gone = { ...context, realm: { ...context.realm, id: "no-such-realm" } } as unknown as RealmContext;
    expect((await deliver(gone, [party])).taken).toHaveLength(1);
    expect(party.heard).toHaveLength(0);
  });
});
