import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeUser, deleteUser } from "../../src/domain/users/change-user.ts";
import { openAnotherSession } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { goodPassword, jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectHeard, fresh, makeReceiver, type Receiver, verifiedBy } from "./receiver.ts";

beforeEach(() => {
  stubInternet();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const typesOf = ({ heard }: Receiver): string[] => heard.map(({ event }) => event.type).sort();
const call = (context: RealmContext, path: string, cookie: string, init: RequestInit = {}): Promise<Response> =>
  request(`${context.realm.issuer}/api/auth/v1${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), cookie: `qt-auth=${cookie}` },
  });

describe("what webhooks hear (contract §5, S0.28)", () => {
  it("SS-05 a sign-in and a sign-out, signed, once each, with the names of user and session and nothing else", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    await expectHeard(receiver, 1);
    expect((await call(context, "/logout", cookie)).status).toBe(204);
    await expectHeard(receiver, 2);
    const [created, revoked] = receiver.heard;
    if (created === undefined || revoked === undefined) throw new Error("nothing was heard");
    const sid = created.event.data.session_id;
    const names = { user_id: String(user.id), quickpass_user_id: `qp_${user.id}`, session_id: sid };
    expect(created.event).toEqual({
      id: created.id,
      type: "session.created",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: { ...names, amr: ["pwd"] },
    });
    expect(revoked.event).toEqual({
      id: revoked.id,
      type: "session.revoked",
      timestamp: expect.any(String),
      data: { ...names, reason: "signed-out" },
    });
    expect(revoked.id).not.toBe(created.id);
    for (const heard of receiver.heard) {
      expect(verifiedBy(receiver.secret, heard)).toEqual(heard.event);
      expect(heard.headers["content-type"]).toBe("application/json");
      expect(Number(heard.headers["webhook-timestamp"])).toBeCloseTo(Date.now() / 1000, -2);
      for (const secret of [cookie, receiver.secret, user.email ?? "", user.name ?? ""])
        expect(heard.body).not.toContain(secret);
    }
  });

  it("a signature is wrong under another secret, for another body, and when it is old (Standard Webhooks 1.0)", async () => {
    const context = await makeRealm();
    const [receiver, other] = [await makeReceiver(context), await makeReceiver(context)];
    await signIn(context, await makeUser(context));
    await expectHeard(receiver, 1);
    const [heard] = receiver.heard;
    if (heard === undefined) throw new Error("nothing was heard");
    expect(() => verifiedBy(other.secret, heard)).toThrow("No matching signature");
    expect(() => verifiedBy(receiver.secret, { ...heard, body: `${heard.body} ` })).toThrow("No matching signature");
    const stale = { ...heard.headers, "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 3600) };
    expect(() => verifiedBy(receiver.secret, { ...heard, headers: stale })).toThrow("too old");
  });

  it("sessions that were there before the first webhook are told of when they end", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const other = await openAnotherSession(context, user);
    const receiver = await makeReceiver(context);
    const kick = await call(context, "/kick", cookie, jsonBody({}));
    expect(kick.status).toBe(200);
    await expectHeard(receiver, 1);
    expect(receiver.heard[0]?.event).toMatchObject({
      type: "session.revoked",
      data: { session_id: other.sid, reason: "kicked" },
    });
  });

  it("users who are made, changed and deleted, with the fields that changed and not what is in them", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context, { events: ["user.created", "user.updated", "user.deleted"] });
    const listening = await fresh(context);
    const signUp = await request(
      `${context.realm.issuer}/api/auth/v1/signup`,
      jsonBody({ email: "new@example.test", name: "Nina New", password: goodPassword }),
    );
    expect(signUp.status).toBe(200);
    await expectHeard(receiver, 1);
    const user = await listening.users.findByEmail("new@example.test");
    if (user === null) throw new Error("no user");
    await changeUser(listening, user, { firstName: "Nina", externalId: "ext-1", roles: user.roles }, "none");
    await expectHeard(receiver, 2);
    await deleteUser(listening, user.id);
    await expectHeard(receiver, 3);
    const names = { user_id: String(user.id), quickpass_user_id: `qp_${user.id}` };
    expect(receiver.heard.map(({ event: { type, data } }) => [type, data])).toEqual([
      ["user.created", names],
      ["user.updated", { ...names, external_id: "ext-1", changed: ["external_id", "first_name"] }],
      ["user.deleted", { ...names, external_id: "ext-1" }],
    ]);
  });

  it("what a webhook does not want to hear of it does not hear, nor one that is disabled", async () => {
    const context = await makeRealm();
    const all = await makeReceiver(context);
    const ends = await makeReceiver(context, { events: ["session.revoked", "session.expired"] });
    const silent = await makeReceiver(context, { disabled: true });
    const cookie = await signIn(context, await makeUser(context));
    await call(context, "/logout", cookie);
    await expectHeard(all, 2);
    await expectHeard(ends, 1);
    expect(typesOf(ends)).toEqual(["session.revoked"]);
    expect(silent.heard).toEqual([]);
  });

  it("MR-01 another realm hears nothing, and its operators know of no such webhook", async () => {
    const [context, other] = [await makeRealm(), await makeRealm()];
    const [receiver, stranger] = [await makeReceiver(context), await makeReceiver(other)];
    await signIn(context, await makeUser(context));
    await expectHeard(receiver, 1);
    expect(stranger.heard).toEqual([]);
    expect(await other.webhooks.find(receiver.id)).toBeNull();
    expect(await other.webhookDeliveries.list(receiver.id, { state: null, before: "", limit: 9 })).toEqual([]);
  });

  it("SS-05 fifty sessions at once are fifty events, each once", async () => {
    const context = await makeRealm();
    const receiver = await makeReceiver(context);
    const user = await makeUser(context);
    const listening = await fresh(context);
    const opened = await Promise.all(Array.from({ length: 50 }, () => openAnotherSession(listening, user)));
    await expectHeard(receiver, 50);
    expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(50);
    expect(receiver.heard.map(({ event }) => event.data.session_id).sort()).toEqual(
      opened.map(({ sid }) => sid).sort(),
    );
  });
});
