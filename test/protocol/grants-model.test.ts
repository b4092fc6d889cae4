import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { fromJson } from "../../src/lib/json.ts";
import { type Profile, profileOf } from "../../src/storage/profile.ts";
import type { UserObject } from "../../src/storage/user-object/user-object.ts";
import { travel } from "../support/clock.ts";
import { makeRealm, makeUser } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const grantIds = ["g0", "g1", "g2", "g3", "g4"];
const own = ["https://auth.model.test"];
const hourMs = 3_600_000;
const terms = {
  sessionIdleMs: hourMs,
  sessionAbsoluteMs: 2 * hourMs,
  grantIdleMs: hourMs,
  grantAbsoluteMs: 2 * hourMs,
};
const policy = { maxSessions: 0, policy: "evict_oldest", secondFactor: "optional", listens: false } as const;
const seal = "sealed";

/** How often each is taken. */
const kinds = {
  "sign in": 5,
  redeem: 8,
  rotate: 10,
  revoke: 2,
  "kick one": 2,
  "kick the others": 1,
  "take consent back": 1,
  "prove a factor": 2,
  "become a user": 1,
  "change the profile": 1,
  "change the password": 1,
  "set up a factor": 1,
  clean: 2,
  "end everything": 1,
  erase: 1,
  wait: 4,
} as const;
type Kind = keyof typeof kinds;

const step = fc.record({
  kind: fc.oneof(
    ...(Object.keys(kinds) as Kind[]).map((kind) => ({ weight: kinds[kind], arbitrary: fc.constant(kind) })),
  ),
  grant: fc.nat({ max: 4 }),
  slot: fc.nat({ max: 2 }),
  offline: fc.boolean(),
  attempt: fc.constantFrom("a0", "a0", "a0", "a1"),
  behind: fc.constantFrom(0, 0, 0, 1, 2),
  seconds: fc.constantFrom(5, 120, 120, 1200, 4000),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const usual = { attempt: "a0", behind: 0, seconds: 1200 } as const;
/** Somebody with three sessions, a second factor, and as many grants as they may have. */
const before: readonly Step[] = [
  ...[0, 1, 2].map((slot): Step => ({ ...usual, kind: "sign in", grant: 0, slot, offline: true })),
  { ...usual, kind: "set up a factor", grant: 0, slot: 0, offline: true },
  ...[0, 1, 2, 3].map((grant): Step => ({ ...usual, kind: "redeem", grant, slot: grant % 3, offline: grant > 1 })),
];
/** What is over by then is cleaned away. */
const after: readonly Step[] = [
  { ...usual, kind: "wait", grant: 0, slot: 0, offline: true },
  { ...usual, kind: "clean", grant: 0, slot: 0, offline: true },
];

type Stub = DurableObjectStub<UserObject>;

/** What applications and browsers hold of one user, as the answers have told them. */
class Holders {
  #profile: Profile;
  #taken = 0;
  /** Of the sessions that live, the newest first. */
  #sids: readonly string[] = [];
  readonly #generations = new Map<string, number>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  /** The call that this step is, to be made of several objects. */
  next({ kind, grant, slot, ...how }: Step): (object: Stub) => Promise<unknown> {
    this.#taken += 1;
    const grantId = grantIds[grant] ?? "";
    const clientId = `c${grant % 2}`;
    const sid = this.#sids[slot] ?? "none";
    const newSid = `s${this.#taken}`;
    const proof = { kind: "totp", step: this.#taken, sealedSecret: seal } as const;
    switch (kind) {
      case "sign in": {
        const session = { sid: newSid, amr: ["pwd"], userAgent: null, ip: null, device: null };
        const lasting = { ...session, idleMs: 2 * hourMs, absoluteMs: 8 * hourMs };
        const given = { replacesSid: null, brought: how.offline ? null : { proof, half: null } };
        return (object) => object.openSession(this.#profile, lasting, policy, given);
      }
      case "redeem": {
        const life = { idleMs: 2 * hourMs, absoluteMs: 6 * hourMs, refreshable: true, offline: how.offline };
        const about = { scopes: ["openid"], resources: own, claims: null, jkt: null, hearsOfEnd: true, proof: null };
        const code = { grantId, attemptId: how.attempt, clientId, sid, grantedAt: Date.now(), ...life, ...about };
        return (object) => object.redeemCode(code);
      }
      case "rotate": {
        const generation = (this.#generations.get(grantId) ?? 1) - how.behind;
        const asked = { scopes: [], resources: [], usableResources: own, jkt: null, proof: null };
        return (object) => object.rotateGrant({ grantId, clientId, generation, ...asked });
      }
      case "revoke":
        return (object) => object.revokeGrant(grantId, clientId);
      case "kick one":
        return (object) => object.kick(sid, this.#sids[(slot + 1) % 3] ?? "none");
      case "kick the others":
        return (object) => object.kick(sid, null);
      case "take consent back":
        return async (object) => {
          await object.addConsent(clientId, ["openid"]);
          return object.revokeConsent(null, clientId);
        };
      case "prove a factor":
        return (object) => object.raiseSession(sid, newSid, proof);
      case "become a user": {
        const session = { sid, newSid, amr: ["pwd"] };
        this.#change({});
        return (object) => object.endGuesthood(this.#profile, session, terms);
      }
      case "change the profile":
        this.#change({});
        return (object) => object.putProfile(this.#profile, "none");
      case "change the password":
        this.#change({ notBefore: Date.now() });
        return (object) => object.putProfile(this.#profile, how.offline ? "none" : "all");
      case "set up a factor":
        return (object) => object.importTotp(this.#profile, seal);
      case "clean":
        return (object) => runInDurableObject(object, (instance: UserObject) => instance.alarm());
      case "end everything":
        return (object) => (how.offline ? object.endEverything() : object.resetFactors());
      case "erase":
        return (object) => object.erase();
      case "wait":
        travel(how.seconds);
        return (object) => object.guestLife();
    }
  }

  /** All that can be asked of the object; `grants`: what each is worth, which its holder knows from now on. */
  async look(object: Stub) {
    const found = await runInDurableObject(object, async (instance: UserObject) => ({
      grants: (await Promise.all(grantIds.map((id) => instance.grantOfToken(id, "token")))).map((text) =>
        fromJson(text),
      ),
      clients: await Promise.all(grantIds.map((id) => instance.clientOfGrant(id))),
      own: await instance.ownData(),
    }));
    for (const answer of found.grants) if (answer.ok) this.#generations.set(answer.grant.id, answer.grant.generation);
    this.#sids = found.own.sessions.map(({ sid }) => sid);
    return found;
  }

  #change(changes: Partial<Profile>): void {
    this.#profile = { ...this.#profile, ...changes, version: this.#profile.version + 1, updatedAt: Date.now() };
  }
}

describe("RE-08 what an object remembers of grants and of its user", () => {
  it("is never anything but what it has stored: one that starts anew before each step answers the same", async () => {
    vi.spyOn(limits, "grantsPerUser", "get" as never).mockReturnValue(4 as never);
    const context = await makeRealm();
    const profile = profileOf(await makeUser(context, { password: null }));
    travel(0);
    let walks = 0;
    const ended = new Set<Kind>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        walks += 1;
        const named = (name: string) => env.USERS.getByName(`${context.realm.id}:model:${walks}:${name}`) as Stub;
        const [kept, anew] = [named("kept"), named("anew")];
        for (const object of [kept, anew]) await object.putProfile(profile, "none");
        const holders = new Holders(profile);
        let alive = 0;
        for (const step of [...before, ...steps, ...after]) {
          const call = holders.next(step);
          await evictDurableObject(anew);
          expect(await call(kept)).toEqual(await call(anew));
          await evictDurableObject(anew);
          const found = await holders.look(kept);
          expect(found).toEqual(await holders.look(anew));
          const stillAlive = found.grants.filter(({ ok }) => ok).length;
          if (stillAlive < alive) ended.add(step.kind);
          alive = stillAlive;
        }
      }),
      { seed: 20_261_122, numRuns: 12 },
    );
    expect([...ended].sort()).toEqual(
      expect.arrayContaining(["erase", "kick one", "redeem", "revoke", "take consent back"]),
    );
  }, 60_000);
});
