import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetUnused } from "../../src/jobs/forget-unused.ts";
import type { AuditEvent } from "../../src/storage/audit-events.ts";
import { loggedIn } from "../audit/support.ts";
import { callRegister, modest, registered } from "../registration/support.ts";
import { bearer, guest, post, refresh, tokenOf, userContext } from "../split/support.ts";
import { travel } from "../support/clock.ts";
import { goodPassword, jsonBody, makeRealm, makeUser, obtainCode, redeem, request, signIn } from "../support/world.ts";

afterEach(() => void vi.useRealTimers());

const day = 86_400;
const run = (): Promise<void> => forgetUnused(env, Date.now());

const exists = async (context: RealmContext, userId: string): Promise<boolean> =>
  (await context.users.findById(Number(userId))) !== null;

const eventsOf = async (context: RealmContext, type: AuditEvent["type"]): Promise<AuditEvent[]> =>
  (await loggedIn(context.realm.id)).filter((event) => event.type === type);

/** Waits with the real clock: a queue brings the events. */
async function toldOf(context: RealmContext, type: AuditEvent["type"], count: number): Promise<AuditEvent[]> {
  vi.useRealTimers();
  await expect.poll(async () => (await eventsOf(context, type)).length, { timeout: 10_000 }).toBe(count);
  return eventsOf(context, type);
}

describe("guests that nobody comes back for", () => {
  it("are forgotten a month after they were signed out, all of them as one event; others stay (RE-15)", async () => {
    const context = await makeRealm();
    const [gone, alsoGone, stays] = [await guest(context), await guest(context), await guest(context)];
    const user = await makeUser(context);
    for (const { accessToken } of [gone, alsoGone])
      expect((await post(context, "/logout", {}, bearer(accessToken))).status).toBe(204);
    travel(29 * day);
    await run();
    expect(await exists(context, gone.userId)).toBe(true);
    travel(2 * day);
    await Promise.all([run(), run()]);
    await run();
    const left = await Promise.all([gone, alsoGone, stays].map(({ userId }) => exists(context, userId)));
    expect(left).toEqual([false, false, true]);
    expect(await context.users.findById(user.id)).not.toBeNull();
    const life = await context.objects.call(Number(gone.userId), (object) => object.ownData());
    expect([life.sessions, life.endedSessions]).toEqual([[], []]);
    const events = await toldOf(context, "guests.forgotten", 1).catch(() => eventsOf(context, "guests.forgotten"));
    expect(events.reduce((sum, { details }) => sum + Number(details?.count), 0)).toBe(2);
  });

  it("are kept for ever while they hold a token, unless the realm says how long (contract §4)", async () => {
    const context = await makeRealm();
    const token = await guest(context);
    travel(4_000 * day);
    await run();
    expect((await tokenOf(await refresh(context, token.refreshToken))).userId).toBe(token.userId);

    vi.useRealTimers();
    const brief = await makeRealm({ guest_unused_days: 60 });
    const [idle, used] = [await guest(brief), await guest(brief)];
    travel(40 * day);
    const next = await tokenOf(await refresh(brief, used.refreshToken));
    await run();
    travel(21 * day);
    await run();
    expect([await exists(brief, idle.userId), await exists(brief, used.userId)]).toEqual([false, true]);
    expect((await refresh(brief, idle.refreshToken)).status).toBe(401);
    expect(
      (await userContext(brief, (await tokenOf(await refresh(brief, next.refreshToken))).accessToken)).status,
    ).toBe(200);
  });

  it("are looked at again later, and never once they have said who they are", async () => {
    const context = await makeRealm({ guest_unused_days: 31 });
    const token = await guest(context);
    const body = { email: "gwen@example.test", password: goodPassword };
    const signedUp = await request(
      `${context.realm.issuer}/api/auth/v1/signup`,
      jsonBody(body, bearer(token.accessToken)),
    );
    expect(signedUp.status).toBe(200);
    travel(400 * day);
    await run();
    expect(await context.users.findByEmail(body.email)).toMatchObject({ id: Number(token.userId), guestCheckAt: null });
  });
});

describe("clients that registered themselves", () => {
  it("are forgotten after a month without a token, as one event a realm; who got one stays, and who changes its registration", async () => {
    const context = await makeRealm({ registration: "open" });
    const patient = await makeRealm({ registration: "open", registration_unused_days: 0 });
    const idle = await registered(context);
    const changing = await registered(context);
    const used = await registered(context);
    const kept = await registered(patient);
    await getToken(context, used);
    travel(29 * day);
    await run();
    expect(await context.clients.findStored(String(idle.client_id))).not.toBeNull();
    const path = new URL(String(changing.registration_client_uri)).pathname;
    const changed = await callRegister(context, "PUT", {
      path,
      body: { ...modest, client_id: changing.client_id },
      token: String(changing.registration_access_token),
    });
    expect(changed.status, JSON.stringify(changed.json)).toBe(200);
    travel(2 * day);
    await run();
    await run();
    const left = [idle, changing, used].map(({ client_id }) => context.clients.findStored(String(client_id)));
    expect((await Promise.all(left)).map((client) => client !== null)).toEqual([false, true, true]);
    expect(await patient.clients.findStored(String(kept.client_id))).not.toBeNull();
    const [event] = await toldOf(context, "clients.forgotten", 1);
    expect(event).toMatchObject({ actor: { kind: "system" }, details: { count: 1, clients: [idle.client_id] } });
  });
});

/** Somebody lets the client in, and it redeems its code. */
async function getToken(context: RealmContext, { client_id, client_secret }: Record<string, unknown>): Promise<void> {
  const client = await context.clients.findStored(String(client_id));
  if (client === null) throw new Error("not registered");
  const user = await makeUser(context);
  const scopes = ["openid", "profile", "email", "offline_access"];
  await context.objects.call(user.id, (object) => object.addConsent(client.clientId, scopes));
  const partner = { ...client, secret: String(client_secret) };
  const { code, verifier } = await obtainCode(context, partner, await signIn(context, user));
  await redeem(context, partner, code, verifier);
}
