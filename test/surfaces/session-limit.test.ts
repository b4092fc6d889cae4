import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { openSession } from "../../src/domain/sessions/open-session.ts";
import { Browser } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import { objectOf, openAnotherSession } from "../support/token-side.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount, type UserAnswer } from "./session-api.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 3));
const isAlive = async (context: RealmContext, cookie: string) =>
  (await get(context, "/users/me", cookie)).status === 200;

async function situation(settings: Record<string, unknown>) {
  const context = await makeRealm(settings);
  return { context, user: await makeUser(context) };
}

describe("max_sessions (contract §2, §7)", () => {
  it("rejects one session too many with 403 session-limit-reached, and ends none", async () => {
    const { context, user } = await situation({ max_sessions: 2 });
    const cookies = [await signIn(context, user), await signIn(context, user)];
    await expectError(await logIn(context, user.email), 403, "session-limit-reached");
    expect(await Promise.all(cookies.map((cookie) => isAlive(context, cookie)))).toEqual([true, true]);
    await get(context, "/logout", cookies[0]);
    expect((await logIn(context, user.email)).status).toBe(200);
  });

  it("lets a browser that has one of the sessions sign in again", async () => {
    const { context, user } = await situation({ max_sessions: 1 });
    const cookie = await signIn(context, user);
    const again = await post(context, "/login", { email: user.email, password: goodPassword }, cookie);
    expect(again.status).toBe(200);
    expect((await again.json<UserAnswer>())["active-sessions-count"]).toBe(1);
    expect(await isAlive(context, cookie)).toBe(false);
  });

  it("does not take a browser's session away for a sign-in that it rejects", async () => {
    const { context, user } = await situation({ max_sessions: 1 });
    const other = await makeUser(context);
    const own = await signIn(context, other);
    await signIn(context, user);
    await expectError(
      await post(context, "/login", { email: user.email, password: goodPassword }, own),
      403,
      "session-limit-reached",
    );
    expect(await isAlive(context, own)).toBe(true);
  });

  it("evicts the oldest where the realm says so", async () => {
    const { context, user } = await situation({ max_sessions: 2, session_limit_policy: "evict_oldest" });
    const cookies: string[] = [];
    for (let made = 0; made < 4; made++) {
      cookies.push(await signIn(context, user));
      await pause();
    }
    expect(await Promise.all(cookies.map((cookie) => isAlive(context, cookie)))).toEqual([false, false, true, true]);
    expect(await sessionCount(context, user.id)).toBe(2);
  });

  it("RL-05 keeps no more sessions that are over than there may be, however late they are cleaned away", async () => {
    vi.spyOn(limits, "sessionsPerUser", "get" as never).mockReturnValue(3 as never);
    const { context, user } = await situation({ session_idle_seconds: 60 });
    for (let made = 0; made < 8; made++) {
      await openAnotherSession(context, user);
      travel(61);
    }
    const { rows } = await runInDurableObject(objectOf(context, user.id), (_, { storage }) =>
      storage.sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM sessions").one(),
    );
    expect(rows).toBe(2);
  });

  it("tells a wrong password the same with the limit reached as without", async () => {
    const { context, user } = await situation({ max_sessions: 1 });
    await signIn(context, user);
    await expectError(await logIn(context, user.email, "wrong-harbour-1"), 401, "bad_credential");
  });

  it("counts each user for themselves", async () => {
    const { context, user } = await situation({ max_sessions: 1 });
    await signIn(context, user);
    expect((await logIn(context, (await makeUser(context)).email)).status).toBe(200);
  });

  it("shows a page when the hosted form meets the limit", async () => {
    const { context, user } = await situation({ max_sessions: 1 });
    await signIn(context, user);
    const browser = new Browser(context.realm.hosts);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const page = await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
    expect([page.status, page.headers.get("x-error-code")]).toEqual([403, "session-limit-reached"]);
    expect(page.html).toContain("too many devices");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
  });

  it.each([
    ["reject", 3, 3],
    ["evict_oldest", 3, 50],
  ] as const)(
    "RE-01 with %s fifty sessions opened at once never exceed the limit",
    async (session_limit_policy, limit, opened) => {
      const { context, user } = await situation({ max_sessions: limit, session_limit_policy });
      const device = { userAgent: null, address: null, network: null, browser: null, post: null, previous: null };
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, () => openSession(context, user, ["pwd"], device)),
      );
      const good = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(good).toHaveLength(opened);
      expect(Math.max(...good.map((session) => session.activeSessions))).toBe(limit);
      expect(await sessionCount(context, user.id)).toBe(limit);
      const alive = await Promise.all(good.map((session) => isAlive(context, session.token)));
      expect(alive.filter(Boolean)).toHaveLength(limit);
    },
  );

  it("RE-01 fifty parallel sign-ins never exceed the limit", async () => {
    const { context, user } = await situation({ max_sessions: 3 });
    const responses = await Promise.all(Array.from({ length: 50 }, () => logIn(context, user.email)));
    const good = responses.filter((response) => response.status === 200);
    expect(good.length).toBe(3);
    for (const response of responses) {
      expect([200, 403, 429]).toContain(response.status);
      expect("qt-auth" in cookiesOf(response)).toBe(response.status === 200);
    }
    expect(await sessionCount(context, user.id)).toBe(3);
  });

  it("RL-05 without a limit of its own a realm keeps at most 200 sessions of a user, the newest", async () => {
    const { context, user } = await situation({});
    const device = { userAgent: null, address: null, network: null, browser: null, post: null, previous: null };
    const tokens: string[] = [];
    for (let made = 0; made < 202; made++) tokens.push((await openSession(context, user, ["pwd"], device)).token);
    expect(await sessionCount(context, user.id)).toBe(200);
    expect(await isAlive(context, tokens.at(-1) ?? "")).toBe(true);
  });
});
