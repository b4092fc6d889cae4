import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigurationError, parseEnv } from "../../src/config/env.ts";
import { limits } from "../../src/config/limits.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { BoundedCache } from "../../src/lib/bounded-cache.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { authorize } from "../authorization/requests.ts";
import { requestIn } from "../support/watched-env.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const statusAt = async (host: string): Promise<number> => (await request(`https://${host}/sign-in`)).status;

describe("an isolate's copies (MR-06)", () => {
  it("of a realm are used for ten seconds at most: then a realm that another isolate retired is gone", async () => {
    const { realm } = await makeRealm();
    expect(await statusAt(realm.authDomain)).toBe(200);
    await new RealmStore(databasesOf(env)).retire(realm.id, Date.now());
    pass(limits.realmCacheAgeMs);
    for (const host of realm.hosts) expect(await statusAt(host)).toBe(404);
  });

  it("of a client are used for ten seconds at most", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    expect((await authorize(context, client)).status).toBe(302);
    await context.clients.store.delete(client);
    pass(limits.realmCacheAgeMs);
    expect((await authorize(context, client)).status).toBe(400);
  });

  it("of hosts that are unknown are used for five seconds at most: a new realm is served soon", async () => {
    const { realm } = await makeRealm();
    const host = `late.${realm.id}.test`;
    expect(await statusAt(host)).toBe(404);
    await new RealmStore(databasesOf(env)).update(
      realm.id,
      realm.version,
      {},
      { added: [host], removed: [] },
      Date.now(),
    );
    pass(limits.unknownHostCacheAgeMs);
    expect(await statusAt(host)).toBe(200);
  });

  it("are not made of clients that do not exist: one that is registered is known at once", async () => {
    const context = await makeRealm();
    expect(await context.clients.find("999999")).toBeNull();
    const client = await makeClient(context);
    expect((await authorize(context, client)).status).toBe(302);
  });
});

describe("copies of the directory that are asked in its stead (decision 34)", () => {
  /** What sessions with the copies were begun with, in the order of requests. */
  const asked: string[] = [];
  const bindings = {
    ...env,
    DIRECTORY_REPLICAS: "on",
    DB: new Proxy(env.DB, {
      get(inner, property) {
        if (property === "withSession")
          return (from: string) => {
            asked.push(from);
            return inner.withSession(from);
          };
        const value: unknown = Reflect.get(inner, property);
        return typeof value === "function" ? value.bind(inner) : value;
      },
    }),
  };
  const since = () => asked.splice(0).map((from) => (from.startsWith("first-") ? from : "bookmark"));
  const look = async ({ realm }: RealmContext) =>
    (await requestIn(bindings, `https://${realm.authDomain}/jwks.json`)).status;

  it("MR-06 know what the directory knew four seconds ago; what they say is trusted ten seconds from then on, and no longer", async () => {
    const realms = [];
    for (let made = 0; made < 4; made++) realms.push(await makeRealm());
    const [one, two, three, four] = realms as [RealmContext, RealmContext, RealmContext, RealmContext];
    forgetHosts(realms.flatMap(({ realm }) => [...realm.hosts]));
    expect([await look(one), since()]).toEqual([200, ["first-primary"]]);
    expect([await look(two), since()]).toEqual([200, ["bookmark"]]);
    pass(limits.bookmarkAgeMs - 1);
    expect([await look(three), since()]).toEqual([200, ["bookmark"]]);
    pass(1);
    expect([await look(four), since()]).toEqual([200, ["first-primary"]]);
    // Three was read a moment ago from a copy that was sure to know what the directory knew when one was read.
    await new RealmStore(databasesOf(env)).retire(three.realm.id, Date.now());
    pass(limits.realmCacheAgeMs - limits.bookmarkAgeMs - 1);
    expect([await look(three), since()]).toEqual([200, []]);
    pass(1);
    expect([await look(three), since().length]).toEqual([404, 1]);
  });

  it("MR-06 are not asked after a change that was made here, until they are sure to have heard of it", async () => {
    const [one, two] = [await makeRealm(), await makeRealm()];
    forgetHosts([...one.realm.hosts, ...two.realm.hosts]);
    await look(one);
    await new RealmStore(databasesOf(env)).retire(two.realm.id, Date.now());
    forgetHosts(two.realm.hosts);
    since();
    expect([await look(two), since()]).toEqual([404, ["first-primary"]]);
  });

  it("RE-19 are asked only where the deployment says so", () => {
    expect(parseEnv({ ...env }).directoryReplicas).toBe(false);
    expect(parseEnv({ ...env, DIRECTORY_REPLICAS: "off" }).directoryReplicas).toBe(false);
    expect(() => parseEnv({ ...env, DIRECTORY_REPLICAS: "yes" })).toThrow(ConfigurationError);
  });
});

describe("BoundedCache", () => {
  it("forgets what is too old", () => {
    const cache = new BoundedCache<number>(10, 100);
    cache.set("a", 1, 1000);
    expect(cache.get("a", 1099)).toBe(1);
    expect(cache.get("a", 1100)).toBeUndefined();
    expect(cache.get("a", 1000)).toBeUndefined();
  });

  it("forgets the oldest when it is full, and setting again makes young", () => {
    const cache = new BoundedCache<string>(2, 100);
    cache.set("a", "1", 0);
    cache.set("b", "2", 0);
    cache.set("a", "3", 0);
    cache.set("c", "4", 0);
    expect(["a", "b", "c"].map((key) => cache.get(key, 0))).toEqual(["3", undefined, "4"]);
  });

  it("RL-05 holds no more than it may, whatever comes", () => {
    const cache = new BoundedCache<number>(100, 1_000_000);
    for (let index = 0; index < 10_000; index++) cache.set(`key ${index}`, index, index);
    const kept = Array.from({ length: 10_000 }, (_, index) => cache.get(`key ${index}`, 10_000)).filter(
      (value) => value !== undefined,
    );
    expect(kept).toEqual(Array.from({ length: 100 }, (_, index) => 9_900 + index));
  });

  it("is not confused by names of the prototype", () => {
    const cache = new BoundedCache<number>(10, 100);
    for (const name of ["__proto__", "constructor", "toString"]) expect(cache.get(name, 0)).toBeUndefined();
  });
});
