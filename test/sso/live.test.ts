import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeUser } from "../../src/domain/users/change-user.ts";
import { goodPassword, jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";

let context: RealmContext;
let origin = "";

beforeAll(async () => {
  context = await makeRealm();
  origin = context.realm.issuer;
});

const upgrade = (cookie: string, headers: Record<string, string> = {}): Promise<Response> =>
  request(`${origin}/api/auth/v1/sessions/live`, {
    headers: { cookie: `qt-auth=${cookie}`, upgrade: "websocket", origin, ...headers },
  });

/** Opens a tab's connection and collects what it is told. */
async function openTab(cookie: string) {
  const { webSocket } = await upgrade(cookie);
  if (webSocket === null) throw new Error("no WebSocket");
  const heard: unknown[] = [];
  const closed = new Promise<number>((resolve) => webSocket.addEventListener("close", (event) => resolve(event.code)));
  webSocket.addEventListener("message", (event) => heard.push(JSON.parse(String(event.data))));
  webSocket.accept();
  return { heard, closed };
}

const post = (path: string, cookie: string): Promise<Response> =>
  request(`${origin}/api/auth/v1${path}`, { method: "POST", headers: { cookie: `qt-auth=${cookie}` } });

describe("live kick (contract §2)", () => {
  it("tells every tab of a kicked session, and none of the one that kicked", async () => {
    const user = await makeUser(context);
    const [first, second] = [await signIn(context, user), await signIn(context, user)];
    const tabs = [await openTab(first), await openTab(first)];
    const own = await openTab(second);
    expect((await post("/kick", second)).status).toBe(200);
    for (const tab of tabs) {
      expect(await tab.closed).toBe(4401);
      expect(tab.heard).toEqual([{ type: "session-ended", reason: "kicked" }]);
    }
    expect(own.heard).toEqual([]);
    const refused = await request(`${origin}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${first}` } });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      error: {
        code: "session-revoked",
        message: "This session was ended from another device, please Login.",
        fields: { session: "kicked" },
      },
    });
  });

  it("tells the evicted when another device signs in, and the disabled", async () => {
    const strict = await makeRealm({ max_sessions: 1, session_limit_policy: "evict_oldest" });
    origin = strict.realm.issuer;
    const user = await makeUser(strict);
    const first = await openTab(await signIn(strict, user));
    const second = await openTab(await signIn(strict, user));
    expect([await first.closed, first.heard]).toEqual([4401, [{ type: "session-ended", reason: "evicted" }]]);
    const row = await strict.users.findById(user.id);
    if (row === null) throw new Error("no user");
    await changeUser(strict, row, { disabledAt: Date.now() }, "all");
    expect([await second.closed, second.heard]).toEqual([4401, [{ type: "session-ended", reason: "disabled" }]]);
    origin = context.realm.issuer;
  });

  it("SE-14 refuses a foreign page, a dead session, a stranger, and what is no upgrade", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    expect((await upgrade(cookie, { origin: "https://evil.test" })).status).toBe(403);
    expect((await upgrade("no.session.token")).status).toBe(403);
    expect((await upgrade(cookie, { upgrade: "h2c" })).status).toBe(400);
    await request(`${origin}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${cookie}` } });
    expect((await upgrade(cookie)).headers.get("x-error-code")).toBe("session-revoked");
  });

  it("signs in again in the same browser: the old session's tabs are told that it was replaced", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const tab = await openTab(cookie);
    const again = jsonBody({ email: user.email, password: goodPassword }, { cookie: `qt-auth=${cookie}` });
    expect((await request(`${origin}/api/auth/v1/login`, again)).status).toBe(200);
    expect([await tab.closed, tab.heard]).toEqual([4401, [{ type: "session-ended", reason: "replaced" }]]);
  });
});
