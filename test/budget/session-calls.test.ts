import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { travel } from "../support/clock.ts";
import { costOf, countingEnv } from "../support/counting-env.ts";
import {
  config,
  cookiesOf,
  formBody,
  goodPassword,
  jsonBody,
  makeRealm,
  makeUser,
  request,
  signIn,
} from "../support/world.ts";

const counting = countingEnv();

let context: RealmContext;
let user: UserRow;
let integrationId: number;
beforeAll(async () => {
  context = await makeRealm();
  user = await makeUser(context);
  const made = await request(at(`/admin/v1/realms/${context.realm.id}/clients`), {
    ...jsonBody({ name: "Comments", redirect_uris: ["https://comments.test/cb"] }),
    headers: { authorization: `Bearer ${config.adminToken}`, "content-type": "application/json" },
  });
  if (made.status !== 201) throw new Error(`no client: ${made.status}`);
  integrationId = (await made.json<{ integration_id: number }>()).integration_id;
  // The clock stands still, so that nothing the isolate remembers grows old between two requests.
  travel(0);
  forgetHosts(context.realm.hosts);
  await cost("/jwks.json");
});
afterAll(() => {
  vi.useRealTimers();
});

const api = "/api/auth/v1";
const at = (path: string): string => (path.startsWith("https:") ? path : `${context.realm.issuer}${path}`);
const cost = (path: string, init: RequestInit = {}) => costOf(counting, at(path), init);
const withSession = (cookie: string) => ({ headers: { cookie: `qt-auth=${cookie}` } });
const credentials = () => ({ email: user.email, password: goodPassword });

describe("what a warm request of the session API costs in calls to storage", () => {
  it("POST /login: the address limiter, one row of D1, then the object alone: attempt, session", async () => {
    const first = await cost(`${api}/login`, jsonBody(credentials()));
    const { response, calls } = await cost(`${api}/login`, jsonBody(credentials()));
    expect(response.status).toBe(200);
    expect(calls).toEqual(["ADDRESS_LIMITER.limit", "DB.raw", "USERS.beginJudgedAttempt", "USERS.openSession"]);
    // The first one of a user asks whether there still is one.
    expect(first.calls).toEqual([...calls, "DB.raw"]);
  });

  it("POST /login with a wrong password, or of nobody: alike, and no session", async () => {
    const wrong = await cost(`${api}/login`, jsonBody({ ...credentials(), password: "wrong-harbour-1" }));
    const nobody = await cost(`${api}/login`, jsonBody({ ...credentials(), email: "nobody@example.test" }));
    expect([wrong.response.status, nobody.response.status]).toEqual([401, 401]);
    expect(wrong.calls).toEqual([
      "ADDRESS_LIMITER.limit",
      "DB.raw",
      "USERS.beginJudgedAttempt",
      "USERS.judgeAttemptWrong",
    ]);
    expect(nobody.calls).toEqual(wrong.calls);
  });

  it.each(["/users/me", "/sessions", "/sessions/validate"])("GET %s: one call to the object", async (path) => {
    const session = await signIn(context, user);
    const { response, calls } = await cost(`${api}${path}`, withSession(session));
    expect(response.status).toBe(200);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^USERS\.session/);
  });

  it("GET /users/me on any domain of the realm: the same one call", async () => {
    const session = await signIn(context, user);
    for (const host of context.realm.hosts)
      expect((await cost(`https://${host}${api}/users/me`, withSession(session))).calls).toEqual(["USERS.session"]);
  });

  it("POST and GET /kick: one call to the object, however many sessions end", async () => {
    for (let n = 0; n < 3; n++) await signIn(context, user);
    const session = await signIn(context, user);
    for (const method of ["POST", "GET"]) {
      const { response, calls } = await cost(`${api}/kick`, { method, headers: { "x-qt-auth": session } });
      expect([response.status, calls]).toEqual([200, ["USERS.kick"]]);
    }
  });

  it("the hop to another domain: one call and one write to KV, then one read and one call", async () => {
    const session = await signIn(context, user);
    const [, news = ""] = context.realm.hosts;
    const query = new URLSearchParams({ "callback-url": `https://${news}`, "redirect-url": "/welcome" });
    const sent = await cost(`${api}/authenticate?${query}`, withSession(session));
    expect([sent.response.status, sent.calls]).toEqual([302, ["USERS.session", "GRANTS.put"]]);
    const hop = await cost(sent.response.headers.get("location") ?? "");
    expect(hop.response.status).toBe(302);
    expect(hop.calls).toEqual(["GRANTS.get", "USERS.spendOnce"]);
    const me = await cost(`https://${news}${api}/users/me`, withSession(cookiesOf(hop.response)["qt-auth"] ?? ""));
    expect(me.calls).toEqual(["USERS.session"]);
  });

  it("a hop with a token that is none: nothing, or the one look that shows it", async () => {
    const validate = `${api}/sessions/access-token/validate?redirect-url=/&access-token=`;
    expect((await cost(`${validate}made-up`)).calls).toEqual([]);
    const unknown = await cost(`${validate}${crypto.randomUUID()}-${Date.now() + 60_000}`);
    expect([unknown.response.status, unknown.calls]).toEqual([403, ["GRANTS.get"]]);
  });

  it("POST /sso-login: a sign-in and one write to KV", async () => {
    const [, news = ""] = context.realm.hosts;
    const query = new URLSearchParams({ "callback-url": `https://${news}`, "redirect-url": "/welcome" });
    const { response, calls } = await cost(
      `/sso-login?${query}`,
      formBody({ ...credentials(), email: user.email ?? "" }),
    );
    expect(response.status).toBe(302);
    expect(calls).toEqual([
      "ADDRESS_LIMITER.limit",
      "DB.raw",
      "USERS.beginJudgedAttempt",
      "USERS.openSession",
      "GRANTS.put",
    ]);
  });

  it("an integration's token: one call to the object", async () => {
    const session = await signIn(context, user);
    const path = `${api}/access-token/integrations/${integrationId}`;
    await cost(path, withSession(session));
    const { response, calls } = await cost(path, withSession(session));
    expect([response.status, calls]).toEqual([200, ["USERS.session"]]);
    expect((await cost(path)).calls).toEqual([]);
  });
});
