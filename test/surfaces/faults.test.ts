import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import {
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  signIn,
  type TestClient,
} from "../support/world.ts";
import { afterTheRealm, broken, brokenFrom, type Fault, requestWith } from "./faulty-stores.ts";
import { countUsers, sessionCount } from "./session-api.ts";

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(response.headers.get("x-error-code")).toBe("temporarily_unavailable");
  expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{8,}$/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.getSetCookie().join()).not.toContain("qt-auth");
  expect(response.headers.get("x-qt-auth")).toBeNull();
  const text = await response.text();
  expect(text).not.toMatch(/canary|SQLITE|D1_|\bat [\w.<>]+ \(/);
  expect(text).toContain("Try again shortly");
}

let context: RealmContext;
let client: TestClient;

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  context = await makeRealm();
  client = await makeClient(context);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const login = (email: string | null, password = goodPassword) =>
  jsonBody({ email, password }, { "x-qt-auth": "dummy" });
const api = (path: string) => `${context.realm.issuer}/api/auth/v1${path}`;
const withCookie = (cookie: string, more: Record<string, string> = {}): RequestInit => ({
  headers: { cookie: `qt-auth=${cookie}`, ...more },
});

describe("a store that does not answer (OWASP ASVS 16.5.2)", () => {
  it("RE-05 D1: no realm, so nothing is served but 503 with Retry-After", async () => {
    for (const [url, init] of [
      [api("/users/me"), {}],
      [api("/login"), login("a@example.test")],
      [authorizeUrl(context, client), {}],
      [`${context.realm.issuer}/token`, formBody({ grant_type: "authorization_code" })],
      [`${context.realm.issuer}/`, {}],
      [`${context.realm.issuer}/nothing`, {}],
    ] as [string, RequestInit][])
      await expectUnavailable(await requestWith(context, broken("DB"), url, init));
  });

  it("RE-05 D1, after the realm was read: no sign-in, no sign-up, no code, and nobody becomes unknown", async () => {
    const user = await makeUser(context);
    expect((await requestWith(context, brokenFrom("DB", afterTheRealm), `${context.realm.issuer}/`)).status).toBe(200);
    for (const body of [login(user.email), login(user.email, "wrong-harbour-1"), login("nobody@example.test")])
      await expectUnavailable(await requestWith(context, brokenFrom("DB", afterTheRealm), api("/login"), body));
    const before = await countUsers(context);
    await expectUnavailable(
      await requestWith(
        context,
        brokenFrom("DB", afterTheRealm),
        api("/signup"),
        jsonBody({ email: "new@example.test", password: goodPassword }),
      ),
    );
    expect(await countUsers(context)).toBe(before);
    context.clients.forget(client);
    await expectUnavailable(await requestWith(context, brokenFrom("DB", afterTheRealm), authorizeUrl(context, client)));
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("RE-05 the user's object: a session is neither believed nor declared dead, and no password is checked uncounted", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    for (const path of ["/users/me", "/sessions", "/sessions/validate", "/logout", "/kick"])
      await expectUnavailable(await requestWith(context, broken("USERS"), api(path), withCookie(cookie)));
    for (const password of [goodPassword, "wrong-harbour-1"])
      await expectUnavailable(await requestWith(context, broken("USERS"), api("/login"), login(user.email, password)));
    await expectUnavailable(
      await requestWith(
        context,
        broken("USERS"),
        authorizeUrl(context, client, { prompt: "none" }),
        withCookie(cookie),
      ),
    );
    expect(await sessionCount(context, user.id)).toBe(1);
  });

  it("RE-05 the user's object between password and session: no cookie, and the next sign-in works", async () => {
    const user = await makeUser(context);
    await expectUnavailable(await requestWith(context, brokenFrom("USERS", 3), api("/login"), login(user.email)));
    expect(await sessionCount(context, user.id)).toBe(0);
    await signIn(context, user);
  });

  it("RE-05 the object after a sign-up: the account is there, no session, and a sign-in works", async () => {
    const body = jsonBody({ email: "half@example.test", password: goodPassword }, { "x-qt-auth": "dummy" });
    await expectUnavailable(await requestWith(context, broken("USERS"), api("/signup"), body));
    await signIn(context, { email: "half@example.test" });
  });

  it("RE-05 the object while the profile changes: 503, and a repeated change brings it in", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const change = jsonBody({ name: "Changed" }, { cookie: `qt-auth=${cookie}` });
    expect((await requestWith(context, brokenFrom("USERS", 3), api("/users/me"), withCookie(cookie))).status).toBe(200);
    await expectUnavailable(await requestWith(context, brokenFrom("USERS", 3), api("/users/profile"), change));
    const again = await requestWith(
      context,
      () => null,
      api("/users/profile"),
      jsonBody({ name: "Changed again" }, { cookie: `qt-auth=${cookie}` }),
    );
    expect(again.status).toBe(200);
    const live = await context.objects.call(user.id, (object) => object.sessions());
    expect(live).toHaveLength(1);
    expect((await context.users.findById(user.id))?.name).toBe("Changed again");
  });

  it("RE-05 KV: no code is handed out that nobody could redeem", async () => {
    const cookie = await signIn(context, await makeUser(context));
    await expectUnavailable(
      await requestWith(context, broken("GRANTS"), authorizeUrl(context, client), withCookie(cookie)),
    );
  });

  it("RE-05 shows a page to a person", async () => {
    const headers = { accept: "text/html", "sec-fetch-mode": "navigate" };
    const response = await requestWith(context, broken("DB"), `${context.realm.issuer}/sign-in`, { headers });
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    await expectUnavailable(response);
  });

  it("RE-05 is recorded with the request's id, and without anything of the request", async () => {
    const spy = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await requestWith(
      context,
      broken("DB"),
      `${api("/users/me")}?secret=canary-query`,
      withCookie("canary-cookie"),
    );
    const lines = spy.mock.calls.map(([line]) => String(line));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "error",
      request_id: response.headers.get("x-request-id"),
      path: "/api/auth/v1/users/me",
    });
    expect(lines[0]).not.toMatch(/canary-query|canary-cookie/);
  });
});

describe("a call to the object that may be repeated", () => {
  const flagged = (flags: object) => Object.assign(new Error("Network connection lost."), flags);
  const failing = (times: number, flags: object): Fault => {
    let calls = 0;
    return (binding) => (binding === "USERS" && ++calls <= times ? flagged(flags) : null);
  };

  it("RE-04 is repeated twice, and its effect is there once", async () => {
    const user = await makeUser(context);
    for (const times of [1, 2]) {
      const response = await requestWith(
        context,
        failing(times, { retryable: true }),
        api("/login"),
        login(user.email),
      );
      expect(response.status).toBe(200);
    }
    expect(await sessionCount(context, user.id)).toBe(2);
  });

  it("RE-04 is repeated when only its answer was lost: one session, one sign-out, one consent", async () => {
    const user = await makeUser(context);
    const lost = (method: string): Fault => {
      let calls = 0;
      return (_, operation) =>
        operation === method && ++calls === 1 ? { afterwards: flagged({ retryable: true }) } : null;
    };
    const response = await requestWith(context, lost("openSession"), api("/login"), login(user.email));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ "active-sessions-count": 1 });
    expect(await sessionCount(context, user.id)).toBe(1);
    const cookie = response.headers.get("x-qt-auth") ?? "";
    expect((await requestWith(context, lost("session"), api("/users/me"), withCookie(cookie))).status).toBe(200);
    expect((await requestWith(context, lost("endSession"), api("/logout"), withCookie(cookie))).status).toBe(204);
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("RE-04 is given up after three tries", async () => {
    const cookie = await signIn(context, await makeUser(context));
    await expectUnavailable(
      await requestWith(context, failing(3, { retryable: true }), api("/users/me"), withCookie(cookie)),
    );
  });

  it.each([
    ["overloaded", { retryable: true, overloaded: true }],
    ["of another kind", {}],
  ])("RE-04 is not repeated when the object is %s", async (_, flags) => {
    const cookie = await signIn(context, await makeUser(context));
    await expectUnavailable(await requestWith(context, failing(1, flags), api("/users/me"), withCookie(cookie)));
  });
});
