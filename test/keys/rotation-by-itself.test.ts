import { env } from "cloudflare:workers";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { rotateOldKeys, tendKeys } from "../../src/jobs/keys.ts";
import { travel } from "../support/clock.ts";
import { issued, reread } from "../support/token-side.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

const day = 86_400;

/** The hourly job, delivered twice at once, and what it left in the queue done; answers the realms it wanted rotated. */
async function hourly(times = 2): Promise<string[]> {
  const jobs: { type: string; realmId: string }[] = [];
  const JOBS = {
    sendBatch: async (messages: { body: (typeof jobs)[number] }[]) => jobs.push(...messages.map(({ body }) => body)),
  };
  const bindings = { ...env, JOBS } as unknown as typeof env;
  await Promise.all(Array.from({ length: times }, () => tendKeys(bindings, Date.now())));
  return jobs.filter(({ type }) => type === "rotate-keys").map(({ realmId }) => realmId);
}

const rotateNow = async (context: RealmContext): Promise<void> => rotateOldKeys(await reread(context), env);
const keySet = async ({ realm }: RealmContext): Promise<JSONWebKeySet> => {
  forgetHosts(realm.hosts);
  return (await request(`${realm.issuer}/jwks.json`)).json();
};
const keysOf = async (context: RealmContext, algorithm = "ES256") =>
  (await reread(context)).realm.keys.rows.filter((row) => row.algorithm === algorithm).map((row) => row.status);

describe("META-08 signing keys hand over by themselves (OIDC Core §10.1.1)", () => {
  it("RE-15 after so many days, once, however often the job comes; and tokens verify with a key set from before", async () => {
    const context = await makeRealm({ signing_key_rotation_days: 30 });
    const client = await makeClient(context);
    const old = await issued(context, client);
    travel(30 * day - 60);
    expect(await hourly()).not.toContain(context.realm.id);
    await rotateNow(context);
    expect(await keysOf(context)).toEqual(["active", "next"]);

    const before = await keySet(context);
    travel(120);
    expect((await hourly()).filter((id) => id === context.realm.id)).toHaveLength(2);
    // Both deliveries at once, and a third afterwards.
    await Promise.all([rotateNow(context), rotateNow(context)]);
    await rotateNow(context);
    expect((await keysOf(context)).toSorted()).toEqual(["active", "next", "retired"]);
    expect((await keysOf(context, "RS256")).toSorted()).toEqual(["active", "next", "retired"]);
    expect(await hourly()).not.toContain(context.realm.id);

    const after = await reread(context);
    const fresh = await issued(after, client);
    expect(decodeProtectedHeader(fresh.tokens.id_token).kid).not.toBe(decodeProtectedHeader(old.tokens.id_token).kid);
    await jwtVerify(fresh.tokens.id_token, createLocalJWKSet(before), { currentDate: new Date() });
  });

  it("not before every copy of the key set can have the next one", async () => {
    const context = await makeRealm({ signing_key_rotation_days: 1 });
    await env.DB.prepare("update signing_keys set created_at = ? where realm_id = ? and status = 'next'")
      .bind(Date.now() + 1.5 * day * 1000, context.realm.id)
      .run();
    travel(2 * day);
    await rotateNow(context);
    expect(await keysOf(context)).toEqual(["active", "next"]);
    travel(day);
    await rotateNow(context);
    expect((await keysOf(context)).toSorted()).toEqual(["active", "next", "retired"]);
  });

  it("and never where the realm wants none; retired keys leave the database when their last token is over", async () => {
    const never = await makeRealm({ signing_key_rotation_days: 0 });
    const often = await makeRealm({ signing_key_rotation_days: 30, session_absolute_seconds: day });
    travel(31 * day);
    const wanted = await hourly(1);
    expect(wanted).toContain(often.realm.id);
    expect(wanted).not.toContain(never.realm.id);
    await rotateNow(never);
    expect(await keysOf(never)).toEqual(["active", "next"]);
    await rotateNow(often);
    const retired = () =>
      env.DB.prepare("select count(*) as count from signing_keys where realm_id = ? and status = 'retired'")
        .bind(often.realm.id)
        .first("count");
    expect(await retired()).toBe(3);
    travel(day + 3500);
    await hourly(1);
    expect(await retired()).toBe(3);
    travel(200);
    await hourly(1);
    expect(await retired()).toBe(0);
  });

  it("AU-01 and the audit log says so", async () => {
    const context = await makeRealm({ signing_key_rotation_days: 30 });
    travel(31 * day);
    await rotateNow(context);
    await vi.waitFor(async () => {
      const { results } = await env.DB.prepare(
        "select body from audit_events where realm_id = ? and type = 'key.rotated'",
      )
        .bind(context.realm.id)
        .all<{ body: string }>();
      expect(results.map(({ body }) => JSON.parse(body).target.id).toSorted()).toEqual(["ES256", "EdDSA", "RS256"]);
      expect(results.every(({ body }) => JSON.parse(body).actor.kind === "system")).toBe(true);
    }, 5000);
  });
});
