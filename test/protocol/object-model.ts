/** What may happen to a user's object, step by step, and all that can be asked of it about grants and sessions. */
import { runInDurableObject } from "cloudflare:test";
import * as fc from "fast-check";
import { fromJson, type JsonOf } from "../../src/lib/json.ts";
import type { Profile } from "../../src/storage/profile.ts";
import type { UserObject } from "../../src/storage/user-object/user-object.ts";
import { travel } from "../support/clock.ts";

const grantIds = ["g0", "g1", "g2", "g3", "g4"];
const own = ["https://auth.model.test"];
const hourMs = 3_600_000;
const terms = {
  sessionIdleMs: hourMs,
  sessionAbsoluteMs: 2 * hourMs,
  grantIdleMs: hourMs,
  grantAbsoluteMs: 2 * hourMs,
};
const policy = { maxSessions: 5, policy: "evict_oldest", secondFactor: "optional", listens: false } as const;
const seal = "sealed";

/** How often each is taken. */
const kinds = {
  "sign in": 8,
  "sign in again": 1,
  "let a device in": 2,
  "a device comes": 3,
  redeem: 8,
  rotate: 10,
  revoke: 2,
  "revoke a token": 1,
  "kick one": 2,
  "kick the others": 1,
  "take consent back": 1,
  "prove a factor": 2,
  "become a user": 1,
  "change the profile": 1,
  "change the password": 2,
  "disable or enable": 2,
  "set up a factor": 1,
  clean: 2,
  "end everything": 1,
  erase: 1,
  wait: 4,
} as const;
type Kind = keyof typeof kinds;

export const step = fc.record({
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
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const usual = { attempt: "a0", behind: 0, seconds: 1200 } as const;
/** Somebody with three sessions and a device's, a second factor, and as many grants as they may have. */
export const before: readonly Step[] = [
  ...[0, 1, 2].map((slot): Step => ({ ...usual, kind: "sign in", grant: 0, slot, offline: true })),
  { ...usual, kind: "set up a factor", grant: 0, slot: 0, offline: true },
  ...(["let a device in", "a device comes"] as const).map(
    (kind): Step => ({ ...usual, kind, grant: 4, slot: 0, offline: false }),
  ),
  ...[0, 1, 2, 3].map((grant): Step => ({ ...usual, kind: "redeem", grant, slot: grant % 3, offline: grant > 1 })),
];
/** What is over by then is cleaned away. */
export const after: readonly Step[] = [
  { ...usual, kind: "wait", grant: 0, slot: 0, offline: true },
  { ...usual, kind: "clean", grant: 0, slot: 0, offline: true },
];

export type Stub = DurableObjectStub<UserObject>;

/** What applications and browsers hold of one user, as the answers have told them. */
export class Holders {
  #profile: Profile;
  #taken = 0;
  /** Of the sessions that live, the newest first. */
  #sids: readonly string[] = [];
  #deviceSid = "none";
  readonly #allSids = new Set(["none"]);
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
    this.#allSids.add(newSid);
    const proof = { kind: "totp", step: this.#taken, sealedSecret: seal } as const;
    switch (kind) {
      case "sign in":
      case "sign in again": {
        const session = { sid: newSid, amr: ["pwd"], userAgent: null, ip: null, device: null };
        const lasting = { ...session, idleMs: 2 * hourMs, absoluteMs: 8 * hourMs };
        const brought = how.offline ? null : { proof, half: null };
        const given = { replacesSid: kind === "sign in" ? null : sid, brought };
        const policyNow = { ...policy, policy: how.behind === 0 ? policy.policy : "reject" } as const;
        return (object) => object.openSession(this.#profile, lasting, policyNow, given);
      }
      case "let a device in": {
        const client = { id: clientId, name: "A television" };
        const session = { sid: newSid, client, userAgent: null, ip: null, absoluteMs: 8 * hourMs };
        const approval = { sid, session, scopes: ["openid"], policy, takeUpUntil: Date.now() + 900_000 };
        return (object) => object.approveDevice(approval);
      }
      case "redeem":
      case "a device comes": {
        const life = { idleMs: 2 * hourMs, absoluteMs: 6 * hourMs, refreshable: true, offline: how.offline };
        const about = { scopes: ["openid"], resources: own, claims: null, jkt: null, hearsOfEnd: true, proof: null };
        const code = { grantId, attemptId: how.attempt, clientId, sid, grantedAt: Date.now(), ...life, ...about };
        if (kind === "redeem") return (object) => object.redeemCode(code);
        const ofDevice = { ...code, sid: this.#deviceSid, codeExpiresAt: Date.now() + 900_000, sessionIdleMs: hourMs };
        return (object) => object.redeemDevice(ofDevice);
      }
      case "rotate": {
        const generation = (this.#generations.get(grantId) ?? 1) - how.behind;
        const asked = { scopes: [], resources: [], usableResources: own, jkt: null, proof: null };
        return (object) => object.rotateGrant({ grantId, clientId, generation, ...asked });
      }
      case "revoke":
        return (object) => object.revokeGrant(grantId, clientId);
      case "revoke a token":
        return (object) => object.revokeToken(`token ${grantId}`, Date.now() + how.seconds * 1000);
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
      case "disable or enable":
        this.#change({ disabledAt: how.offline ? null : Date.now() });
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

  /**
   * All that can be asked of one object and of another; `grants`: what each is worth, which its holder knows from now on. Of the sessions
   * that live, only the one of `slot` is used: others may end unused.
   */
  async look(objects: readonly [Stub, Stub], { slot }: Pick<Step, "slot">) {
    const live = new Set(this.#sids);
    const used = this.#sids[slot] ?? "none";
    const names = [...this.#allSids].filter((sid) => sid === used || !live.has(sid));
    const [found, other] = [await lookAt(objects[0], used, names), await lookAt(objects[1], used, names)];
    for (const answer of found.grants) if (answer.ok) this.#generations.set(answer.grant.id, answer.grant.generation);
    this.#sids = found.own.sessions.map(({ sid }) => sid);
    this.#deviceSid = found.own.sessions.find(({ client }) => client !== null)?.sid ?? "none";
    return [found, other] as const;
  }

  #change(changes: Partial<Profile>): void {
    this.#profile = { ...this.#profile, ...changes, version: this.#profile.version + 1, updatedAt: Date.now() };
  }
}

const lookAt = (object: Stub, used: string, names: readonly string[]) =>
  runInDurableObject(object, async (instance: UserObject) => ({
    own: await instance.ownData(),
    sessions: await read(names.map((sid) => instance.session(sid))),
    among: await instance.sessionAmongOthers(used),
    ends: await Promise.all(names.map((sid) => instance.whyEnded(sid))),
    withConsent: fromJson(await instance.sessionAndConsent(used, "c0")),
    grants: await read(grantIds.map((id) => instance.grantOfToken(id, "token"))),
    tokens: await read(grantIds.map((id) => instance.grantOfToken(id, `token ${id}`))),
    clients: await Promise.all(grantIds.map((id) => instance.clientOfGrant(id))),
    life: await instance.guestLife(),
  }));

const read = async <Value>(asked: readonly Promise<JsonOf<Value>>[]): Promise<Value[]> =>
  (await Promise.all(asked)).map((text) => fromJson(text));
