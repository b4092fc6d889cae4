import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { profileOf } from "../../src/storage/profile.ts";
import { travel } from "../support/clock.ts";
import { makeRealm, makeUser } from "../support/world.ts";
import { after, before, Holders, type Stub, step } from "./object-model.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("RE-08 what an object remembers of grants, of sessions and of its user", () => {
  it("is never anything but what it has stored: one that starts anew before each step answers the same", async () => {
    vi.spyOn(limits, "grantsPerUser", "get" as never).mockReturnValue(4 as never);
    const context = await makeRealm();
    const profile = profileOf(await makeUser(context, { password: null }));
    travel(0);
    let walks = 0;
    const ended = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        walks += 1;
        const named = (name: string) => env.USERS.getByName(`${context.realm.id}:model:${walks}:${name}`) as Stub;
        const [kept, anew] = [named("kept"), named("anew")];
        for (const object of [kept, anew]) await object.putProfile(profile, "none");
        const holders = new Holders(profile);
        let alive: readonly string[] = [];
        for (const step of [...before, ...steps, ...after]) {
          const call = holders.next(step);
          await evictDurableObject(anew);
          expect(await call(kept)).toEqual(await call(anew));
          await evictDurableObject(anew);
          // Both are asked for the same: the holders know of what they have seen from the next step on.
          const [found, foundAnew] = await holders.look([kept, anew], step);
          expect(found).toEqual(foundAnew);
          const stillAlive = [
            ...found.own.sessions.map(({ sid }) => `session ${sid}`),
            ...found.grants.flatMap((answer) => (answer.ok ? [`grant ${answer.grant.id}`] : [])),
            ...found.tokens.flatMap((answer) => (answer.ok ? [`token ${answer.grant.id}`] : [])),
          ];
          for (const thing of alive) if (!stillAlive.includes(thing)) ended.add(`${step.kind}: ${thing.split(" ")[0]}`);
          alive = stillAlive;
        }
      }),
      { seed: 20_261_122, numRuns: 12 },
    );
    expect([...ended]).toEqual(
      expect.arrayContaining([
        "change the password: session",
        "erase: session",
        "kick one: session",
        "prove a factor: session",
        "redeem: grant",
        "revoke a token: token",
        "revoke: grant",
        "sign in again: session",
        "sign in: session",
        "take consent back: session",
      ]),
    );
  }, 60_000);
});
