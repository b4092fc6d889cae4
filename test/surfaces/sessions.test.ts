import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError, get, logIn, post, type SessionsAnswer, sessionCount, type UserAnswer } from "./session-api.ts";

const list = async (context: RealmContext, cookie: string): Promise<SessionsAnswer> =>
  (await get(context, "/sessions", cookie)).json();

async function withSessions(count: number) {
  const context = await makeRealm();
  const user = await makeUser(context);
  const cookies: string[] = [];
  for (let made = 0; made < count; made++) {
    cookies.push(await signIn(context, user));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const [first = "", second = "", third = ""] = cookies;
  const idOf = async (cookie: string) =>
    (await list(context, cookie)).sessions.find((session) => session.current)?.id ?? "";
  const isAlive = async (cookie: string) => (await get(context, "/users/me", cookie)).status === 200;
  return { context, user, first, second, third, cookies, idOf, isAlive };
}

describe("GET /sessions and /sessions/validate (contract §2)", () => {
  it("list the user's sessions, newest first, the current one marked", async () => {
    const { context, second, cookies, user } = await withSessions(3);
    await makeUser(context).then((other) => signIn(context, other));
    const answer = await list(context, second);
    expect(answer["active-sessions-count"]).toBe(3);
    expect(answer.sessions).toHaveLength(3);
    for (const session of answer.sessions) {
      expect(session).toEqual({
        id: expect.stringMatching(/^[\w-]{22}$/),
        "created-at": expect.any(Number),
        "last-used-at": expect.any(Number),
        "expires-at": expect.any(Number),
        "user-agent": null,
        ip: "127.0.0.1",
        current: expect.any(Boolean),
      });
      expect(Number(session["expires-at"]) - Number(session["created-at"])).toBe(7_776_000_000);
    }
    expect(answer.sessions.map((session) => session.current)).toEqual([false, true, false]);
    const times = answer.sessions.map((session) => Number(session["created-at"]));
    expect(times).toEqual([...times].sort((one, other) => other - one));
    expect(await sessionCount(context, user.id)).toBe(cookies.length);
  });

  it("tell the devices apart by their user agent, cut at 400 characters", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const agent = `Phone <b> ${"x".repeat(900)}`;
    const signedIn = await logIn(context, user.email, undefined, { "user-agent": agent, "x-qt-auth": "dummy" });
    const { sessions } = await list(context, signedIn.headers.get("x-qt-auth") ?? "");
    expect(sessions[0]?.["user-agent"]).toBe(agent.slice(0, 400));
  });

  it("validate answers the user with the sessions", async () => {
    const { context, first, user } = await withSessions(2);
    const answer = await (await get(context, "/sessions/validate?key=member", first)).json<
      UserAnswer & SessionsAnswer
    >();
    expect(answer.user.id).toBe(user.id);
    expect(answer.member).toEqual(answer.user);
    expect(answer.sessions).toEqual((await list(context, first)).sessions);
    expect(answer["active-sessions-count"]).toBe(2);
  });

  it("refuse without a live session", async () => {
    const { context, first } = await withSessions(1);
    await get(context, "/logout", first);
    for (const path of ["/sessions", "/sessions/validate", "/users/me"]) {
      await expectError(await get(context, path), 403, "session-required");
      await expectError(await get(context, path, first), 403, "session-revoked");
    }
  });
});

describe("/kick (contract §2)", () => {
  it("SE-07 ends all other sessions at once, and counts the one left", async () => {
    const { context, first, second, third, isAlive } = await withSessions(3);
    const response = await post(context, "/kick", {}, second);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ message: expect.any(String), "active-sessions-count": 1 });
    expect([await isAlive(first), await isAlive(second), await isAlive(third)]).toEqual([false, true, false]);
  });

  it("SE-07 without a body does the same", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    const headers = { cookie: `qt-auth=${first}` };
    const response = await request(`${context.realm.issuer}/api/auth/v1/kick`, { method: "POST", headers });
    expect([response.status, await isAlive(first), await isAlive(second)]).toEqual([200, true, false]);
  });

  it("SE-07 ends the one that is named, and no other", async () => {
    const { context, first, second, third, idOf, isAlive } = await withSessions(3);
    const answer = await post(context, "/kick", { "session-id": await idOf(third) }, first);
    expect(await answer.json()).toMatchObject({ "active-sessions-count": 2 });
    expect([await isAlive(first), await isAlive(second), await isAlive(third)]).toEqual([true, true, false]);
  });

  it("SE-07 ends the one that is named also when the body's length is not announced", async () => {
    const { context, first, second, third, idOf, isAlive } = await withSessions(3);
    const text = JSON.stringify({ "session-id": await idOf(third) });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const sent = writer.write(new TextEncoder().encode(text)).then(() => writer.close());
    const headers = { cookie: `qt-auth=${first}`, "content-type": "application/json" };
    const response = await request(`${context.realm.issuer}/api/auth/v1/kick`, {
      method: "POST",
      headers,
      body: readable,
    });
    await sent;
    expect(response.status).toBe(200);
    expect([await isAlive(first), await isAlive(second), await isAlive(third)]).toEqual([true, true, false]);
  });

  it("SE-07 ends the current one when that is named", async () => {
    const { context, first, second, idOf, isAlive } = await withSessions(2);
    const answer = await post(context, "/kick", { "session-id": await idOf(first) }, first);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ "active-sessions-count": 1 });
    expect([await isAlive(first), await isAlive(second)]).toEqual([false, true]);
  });

  it("SE-07 does not know an unknown session, nor another user's", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    const victim = await signIn(context, await makeUser(context));
    const foreign = (await list(context, victim)).sessions[0]?.id;
    for (const id of [foreign, "AAAAAAAAAAAAAAAAAAAAAA", "", "x", "' OR 1=1--", "%"])
      await expectError(await post(context, "/kick", { "session-id": id }, first), 404, "not-found");
    expect([await isAlive(victim), await isAlive(second)]).toEqual([true, true]);
  });

  it.each([
    ["a number", { "session-id": 7 }, 422, "validation-failed"],
    ["a list", { "session-id": ["a"] }, 422, "validation-failed"],
    ["65 characters", { "session-id": "a".repeat(65) }, 422, "validation-failed"],
    ["a body that is no object", [], 400, "invalid-body"],
  ])("SE-07 refuses %s as session id and ends nothing", async (_, body, status, code) => {
    const { context, first, second, isAlive } = await withSessions(2);
    await expectError(await post(context, "/kick", body, first), status, code);
    expect(await isAlive(second)).toBe(true);
  });

  it("SE-07 refuses without a live session", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    await expectError(await post(context, "/kick", {}), 403, "session-required");
    await get(context, "/logout", first);
    await expectError(await post(context, "/kick", {}, first), 403, "session-revoked");
    expect(await isAlive(second)).toBe(true);
  });

  it.each([
    ["from a server", {}, 200],
    ["from the same origin", { "sec-fetch-site": "same-origin" }, 200],
    ["from a page of the realm", { "sec-fetch-site": "same-origin", origin: "self" }, 200],
    ["from another subdomain", { "sec-fetch-site": "same-site" }, 403],
    ["from another site", { "sec-fetch-site": "cross-site" }, 403],
    ["typed into the address bar", { "sec-fetch-site": "none" }, 403],
    ["with a foreign Origin", { origin: "https://evil.test" }, 403],
    ["with Origin null", { origin: "null" }, 403],
  ] as [string, Record<string, string>, number][])(
    "SE-08 by GET with the cookie %s: %o → %i",
    async (_, sent, status) => {
      const { context, first, second, isAlive } = await withSessions(2);
      const headers = sent.origin === "self" ? { ...sent, origin: context.realm.issuer } : sent;
      const response = await get(context, "/kick", first, headers);
      if (status === 403) await expectError(response, 403, "cross-site-request");
      expect(response.status).toBe(status);
      expect(await isAlive(second)).toBe(status === 403);
    },
  );

  it("SE-08 by GET ends the one that is named, and is refused from another domain of the realm", async () => {
    const { context, first, second, third, idOf, isAlive } = await withSessions(3);
    const origin = `https://${context.realm.hosts[1]}`;
    await expectError(await get(context, "/kick", first, { origin }), 403, "cross-site-request");
    const answer = await get(context, `/kick?session-id=${await idOf(third)}`, first);
    expect(await answer.json()).toMatchObject({ "active-sessions-count": 2 });
    expect([await isAlive(first), await isAlive(second), await isAlive(third)]).toEqual([true, true, false]);
  });

  it("SE-08 by GET with the token in the header is an app, which no page can imitate", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    const response = await get(context, "/kick", undefined, { "x-qt-auth": first, "sec-fetch-site": "none" });
    expect(response.status).toBe(200);
    expect(await isAlive(second)).toBe(false);
  });

  it("SE-08 by GET with only the placeholder in the header is no app", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    const response = await get(context, "/kick", first, { "x-qt-auth": "dummy", "sec-fetch-site": "cross-site" });
    await expectError(response, 403, "cross-site-request");
    expect(await isAlive(second)).toBe(true);
  });
});

describe("GET /logout (contract §2)", () => {
  it("LO-09 answers 204, clears the cookie, and the session is over on every domain for the very next request", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    const response = await get(context, "/logout", first);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.getSetCookie()).toEqual(["qt-auth=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"]);
    for (const host of context.realm.hosts) {
      const me = await request(`https://${host}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${first}` } });
      await expectError(me, 403, "session-revoked");
    }
    expect(await isAlive(second)).toBe(true);
  });

  it("refuses without a session, and a second time", async () => {
    const { context, first } = await withSessions(1);
    await expectError(await get(context, "/logout"), 403, "session-required");
    await get(context, "/logout", first);
    await expectError(await get(context, "/logout", first), 403, "session-revoked");
  });

  it("LO-04 is refused from another site's page", async () => {
    const { context, first, isAlive } = await withSessions(1);
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.test" },
      { origin: "null" },
    ] as Record<string, string>[])
      await expectError(await get(context, "/logout", first, headers), 403, "cross-site-request");
    expect(await isAlive(first)).toBe(true);
  });

  it("HEAD never consumes: neither /logout nor /kick", async () => {
    const { context, first, second, isAlive } = await withSessions(2);
    for (const path of ["/logout", "/kick"]) {
      const init = { method: "HEAD", headers: { cookie: `qt-auth=${first}` } };
      const response = await request(`${context.realm.issuer}/api/auth/v1${path}`, init);
      expect([response.status, response.headers.get("allow")]).toEqual([405, path === "/kick" ? "GET, POST" : "GET"]);
    }
    expect([await isAlive(first), await isAlive(second)]).toEqual([true, true]);
  });
});
