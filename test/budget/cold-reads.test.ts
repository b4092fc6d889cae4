import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { InFlight } from "../../src/lib/in-flight.ts";
import { ReadCache } from "../../src/lib/read-cache.ts";
import { systemClock } from "../../src/lib/time.ts";
import { travel } from "../support/clock.ts";
import { countingEnv } from "../support/counting-env.ts";
import { requestIn } from "../support/watched-env.ts";
import { basicAuth, formBody, makeClient, makeRealm, request, type TestClient } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const counting = countingEnv();
const atOnce = 20;
const together = (send: () => Promise<Response>): Promise<Response[]> =>
  Promise.all(Array.from({ length: atOnce }, send));

/** Nothing of the realm is at hand any more. The clock stands still, so that nothing grows old meanwhile. */
function forget({ realm, clients }: RealmContext, client: TestClient): void {
  travel(0);
  forgetHosts(realm.hosts);
  clients.forget(client);
  counting.calls.length = 0;
}

const ownToken = (client: TestClient): RequestInit => {
  const init = formBody({ grant_type: "client_credentials" });
  return { ...init, headers: { ...init.headers, authorization: basicAuth(client) } };
};

describe("many requests at once for what an isolate does not know", () => {
  it("RE-13 twenty for tokens of one client read its realm once, and the client once", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    forget(context, client);
    const answers = await together(() =>
      requestIn(counting.bindings, `${context.realm.issuer}/token`, ownToken(client)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: atOnce }, () => 200));
    expect(counting.calls.filter((call) => call.startsWith("DB."))).toEqual(["DB.raw", "DB.raw"]);
  });

  it("RL-05 twenty for a host that nobody has ask the directory once", async () => {
    counting.calls.length = 0;
    const answers = await together(() => requestIn(counting.bindings, "https://nobody-at-all.test/jwks.json"));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(counting.calls).toEqual(["DB.raw"]);
  });

  it("RE-13 each in a context of its own is answered from the one read, on another shard too", async () => {
    const context = await makeRealm({}, { shard: "1" });
    const client = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const prepared = vi.spyOn(Object.getPrototypeOf(env.DB) as D1Database, "prepare");
    forget(context, client);
    const answers = await together(() => request(`${context.realm.issuer}/token`, ownToken(client)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: atOnce }, () => 200));
    const queries = prepared.mock.calls.map(([query]) => query);
    const reads = (table: string) =>
      queries.filter((query) => new RegExp(`from "?${table}"? where`).test(query)).length;
    // Of webhooks the directory is asked in the same statement, and the shard.
    expect([reads("realms"), reads("webhooks"), reads("clients")]).toEqual([1, 2, 1]);
  });

  it("RE-01 all hear that it failed, and the next ask again", async () => {
    const reads = new InFlight<string>();
    const outcomes = ["gone", "back"];
    const get = () =>
      reads.get("key", async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const outcome = outcomes.shift();
        if (outcome !== "back") throw new Error(outcome);
        return outcome;
      });
    const failed = await Promise.allSettled([get(), get(), get()]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(await Promise.all([get(), get()])).toEqual(["back", "back"]);
    expect(outcomes).toEqual([]);
  });

  it("RE-05 nobody waits for ever for a request that has ended without a word", async () => {
    const reads = new InFlight<string>(20);
    void reads.get("key", () => new Promise(() => {}));
    let asked = 0;
    const get = () =>
      reads.get("key", async () => {
        asked += 1;
        await new Promise((resolve) => setTimeout(resolve, 15));
        return "answer";
      });
    expect(await Promise.all([get(), get(), get()])).toEqual(["answer", "answer", "answer"]);
    expect(asked).toBe(1);
  });

  it("MR-06 what was read before a change is not kept after it, and is nobody's answer who asks then", async () => {
    const cache = new ReadCache<string>(10, 1_000);
    let answer: (value: string) => void = () => {};
    const before = cache.read("key", systemClock, () => new Promise<string>((resolve) => (answer = resolve)));
    cache.delete("key");
    expect(await cache.read("key", systemClock, async () => "new")).toBe("new");
    answer("old");
    expect(await before).toBe("old");
    expect(cache.known("key", systemClock.now())).toBe("new");
  });
});
