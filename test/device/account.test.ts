import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { expectOAuthError, openAnotherSession, reread, tokenAnswer } from "../support/token-side.ts";
import { makeRealm, makeUser, request, type TestClient } from "../support/world.ts";
import { decide, letIn, makeTv, type Person, poll, signedInPerson, typeCode, verdict, waiting } from "./support.ts";

let context: RealmContext;
let tv: TestClient;
afterEach(() => void vi.useRealTimers());
beforeEach(async () => {
  context = await makeRealm();
  tv = await makeTv(context);
});

const api = async (person: Person, path: string, method = "GET") => {
  const cookie = `qt-auth=${person.browser.cookie(context.realm.authDomain, "qt-auth")}`;
  return request(`${context.realm.issuer}/api/auth/v1${path}`, { method, headers: { cookie } });
};

describe("a device that was let in", () => {
  it("SE-12 is listed among the user's sessions with its application's name, and can be ended there", async () => {
    const person = await signedInPerson(context);
    const device = await waiting(context, tv);
    await letIn(context, person, device);
    const listed = await (await api(person, "/sessions")).json<{ sessions: Record<string, unknown>[] }>();
    expect(listed.sessions.map((session) => [session["client-name"], session["user-agent"], session.current])).toEqual(
      expect.arrayContaining([
        [undefined, null, true],
        ["Living Room TV", "TV/1.0", false],
      ]),
    );
    const admin = await request(
      `https://any.test/admin/v1/realms/${context.realm.id}/users/${person.user.id}/sessions`,
      { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } },
    );
    const shown = await admin.json<{ sessions: Record<string, unknown>[] }>();
    expect(shown.sessions.map((session) => session.client_name).sort()).toEqual(["Living Room TV", null]);
    expect((await api(person, "/kick", "POST")).status).toBe(200);
    await expectOAuthError(await poll(context, tv, device), 400, "access_denied");
  });

  it("signs in when its user signed in, not when it was let in (OIDC Core §2)", async () => {
    const person = await signedInPerson(context);
    const [before] = await context.objects.call(person.user.id, (object) => object.sessions());
    travel(2);
    const device = await waiting(context, tv);
    await letIn(context, person, device);
    const { id_token } = await tokenAnswer(await poll(context, tv, device));
    const claims = JSON.parse(atob(id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""));
    expect(claims.auth_time).toBe(Math.floor((before?.authTime ?? 0) / 1000));
    expect(claims.iat).toBeGreaterThan(claims.auth_time);
  });
});

describe("the realm's limit of sessions (contract §2)", () => {
  it("keeps a device out that would be one too many, and tells both sides why", async () => {
    context = await makeRealm({ max_sessions: 1, session_limit_policy: "reject" });
    tv = await makeTv(context);
    const person = await signedInPerson(context);
    const device = await waiting(context, tv);
    const page = await decide(person.browser, await typeCode(context, person.browser, device.user_code), "allow");
    expect([page.status, page.html.includes("Too many devices")]).toEqual([403, true]);
    const refused = await poll(context, tv, device);
    expect((await refused.clone().json<{ error_description: string }>()).error_description).toBe(
      "The account is signed in on too many devices.",
    );
    await expectOAuthError(refused, 400, "access_denied");
    const held = await context.objects.call(person.user.id, (object) => object.sessions());
    expect(held.map((session) => session.sid)).toEqual([person.sid]);
  });

  it("lets it take the place of the oldest where the realm wants that", async () => {
    context = await makeRealm({ max_sessions: 2, session_limit_policy: "evict_oldest" });
    tv = await makeTv(context);
    const user = await makeUser(context, { password: null });
    const oldest = await openAnotherSession(context, user);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const person = await signedInPerson(context, user);
    const device = await waiting(context, tv);
    await letIn(context, person, device);
    await tokenAnswer(await poll(context, tv, device));
    const held = await context.objects.call(user.id, (object) => object.sessions());
    expect(held.map((session) => session.client?.name ?? session.sid).sort()).toEqual(
      ["Living Room TV", person.sid].sort(),
    );
    expect(held.map((session) => session.sid)).not.toContain(oldest.sid);
  });
});

describe("MF-05 where a second factor is required", () => {
  it("a session that has shown one factor shows another first, and nothing is looked up before", async () => {
    const device = await waiting(context, tv);
    const person = await signedInPerson(context);
    const confirm = await typeCode(context, person.browser, device.user_code);
    const store = env.DB.prepare("update realms set settings = ? where id = ?");
    await store.bind(JSON.stringify({ tfa: "required" }), context.realm.id).run();
    context = await reread(context);
    const sent = await decide(person.browser, confirm, "allow");
    expect(sent.url.pathname).toBe("/two-factor/set-up");
    expect(await verdict(await poll(context, tv, device))).toBe("400 authorization_pending");
    const again = await typeCode(context, person.browser, device.user_code);
    expect(again.url.pathname).toBe("/two-factor/set-up");
  });

  it("the user's object itself lets no such session approve", async () => {
    context = await makeRealm();
    const person = await signedInPerson(context);
    const answer = await context.objects.call(person.user.id, (object) =>
      object.approveDevice({
        sid: person.sid,
        session: { sid: "x", userAgent: null, ip: null, absoluteMs: 60_000, client: { id: "c", name: "C" } },
        scopes: [],
        policy: { maxSessions: 0, policy: "reject", secondFactor: "required", listens: false },
        takeUpUntil: Date.now() + 60_000,
      }),
    );
    expect(answer).toEqual({ ok: false, reason: "second-factor-not-proven" });
    const held = await context.objects.call(person.user.id, (object) => object.sessions());
    expect(held.map((session) => session.sid)).toEqual([person.sid]);
  });
});
