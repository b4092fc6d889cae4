import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { travel } from "../support/clock.ts";
import { introspection, isLive, issued, redemption, refresh, tokenAnswer } from "../support/token-side.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import {
  basicAuth,
  cookiesOf,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  pkce,
  signIn,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

/** Bindings that fail at present. */
const broken = new Set<string>();
/** Errors that single calls meet, by call, one after the other; before or after the call has done its work. */
const before = new Map<string, Error[]>();
const after = new Map<string, Error[]>();
const made: string[] = [];

const bindings = watchedEnv({
  before(call) {
    made.push(call);
    if (broken.has(call.split(".", 1)[0] ?? "")) throw new Error("out of order");
    const error = before.get(call)?.shift();
    if (error !== undefined) throw error;
  },
  after(call) {
    const error = after.get(call)?.shift();
    if (error !== undefined) throw error;
  },
});

const retryable = () => Object.assign(new Error("the connection was lost"), { retryable: true });
const overloaded = () => Object.assign(new Error("too much to do"), { retryable: true, overloaded: true });

let log: { mock: { calls: unknown[][] } };
beforeEach(() => {
  // The clock stands still: what the isolate knows of a realm is not read anew, past the failing environment.
  travel(0);
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  broken.clear();
  before.clear();
  after.clear();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A realm that the Worker knows through the failing environment only, and warm. */
async function house() {
  const context = await makeRealm();
  const client = await makeClient(context);
  const user = await makeUser(context);
  const cookie = await signIn(context, user);
  forgetHosts(context.realm.hosts);
  const send = (path: string, init: RequestInit = {}) => requestIn(bindings, `${context.realm.issuer}${path}`, init);
  const post = (path: string, fields: Record<string, string | undefined>, as: TestClient = client) => {
    const init = formBody(fields);
    return send(path, { ...init, headers: { ...init.headers, authorization: basicAuth(as) } });
  };
  expect((await post("/token", { grant_type: "none" })).status).toBe(400);
  made.length = 0;
  return { context, client, user, cookie, send, post };
}

/** 503, told when to come back, and nothing given: no token, no cookie, nowhere to go. */
async function expectUnavailable(response: Response): Promise<void> {
  const body = await response.text();
  expect(response.status, body).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.getSetCookie().filter((line) => line.startsWith("qt-auth="))).toEqual([]);
  expect(body).not.toMatch(/_token"|"active"|out of order|D1_|SELECT |\.ts:/);
}

async function authorizeQuery(client: TestClient): Promise<string> {
  const { challenge } = await pkce();
  return new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: "https://partner.test/callback",
    scope: "openid",
    code_challenge: challenge,
    code_challenge_method: "S256",
  }).toString();
}

describe("RE-05 the user's objects do not answer", () => {
  it("IR-10 every endpoint says 503 and decides nothing (CVE-2020-15223)", async () => {
    const { context, client, user, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    const asUser = { headers: { cookie: `qt-auth=${cookie}` } };
    broken.add("USERS");
    for (const response of [
      await post("/token", redemption(client, code, verifier)),
      await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token }),
      await post("/introspect", { token: tokens.access_token }),
      await post("/introspect", { token: tokens.refresh_token }),
      await post("/revoke", { token: tokens.access_token }),
      await post("/revoke", { token: tokens.refresh_token }),
      await send("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } }),
      await send(`/authorize?${await authorizeQuery(client)}`, asUser),
      await send(`/end-session?id_token_hint=${tokens.id_token}`),
      await send("/api/auth/v1/users/me", asUser),
      await send("/api/auth/v1/logout", asUser),
      await send("/api/auth/v1/kick", { ...asUser, method: "POST" }),
      await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword })),
      await send("/api/auth/v1/login", jsonBody({ email: "nobody@example.test", password: goodPassword })),
    ])
      await expectUnavailable(response);
    broken.clear();
    // Nothing was spent, rotated, revoked or ended.
    expect((await post("/token", redemption(client, code, verifier))).status).toBe(200);
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect((await send("/api/auth/v1/users/me", asUser)).status).toBe(200);
  });

  it("AU-02 and what is logged of it holds no secret", async () => {
    const { context, client, user, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    broken.add("USERS");
    await post("/token", redemption(client, code, verifier));
    await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    await send(`/end-session?id_token_hint=${tokens.id_token}`, { headers: { cookie: `qt-auth=${cookie}` } });
    await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword }));
    const written = JSON.stringify(log.mock.calls);
    expect(log.mock.calls).toHaveLength(4);
    for (const secret of [
      code,
      verifier,
      client.secret,
      cookie,
      goodPassword,
      String(user.email),
      ...Object.values(tokens),
    ])
      if (typeof secret === "string" && secret.length > 20) expect(written).not.toContain(secret);
    expect(written).not.toContain(goodPassword);
  });
});

describe("RE-05 KV does not answer", () => {
  it("codes are neither given nor taken, and the waiting one keeps", async () => {
    const { context, client, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    broken.add("GRANTS");
    await expectUnavailable(await post("/token", redemption(client, code, verifier)));
    await expectUnavailable(
      await send(`/authorize?${await authorizeQuery(client)}`, { headers: { cookie: `qt-auth=${cookie}` } }),
    );
    // What does not need it goes on.
    expect((await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })).status).toBe(
      200,
    );
    broken.clear();
    expect((await post("/token", redemption(client, code, verifier))).status).toBe(200);
  });
});

describe("RE-05 D1 does not answer", () => {
  it("nothing is served for a realm that is not known yet", async () => {
    const { context, client, cookie, send, post } = await house();
    const { tokens } = await issued(context, client);
    broken.add("DB");
    forgetHosts(context.realm.hosts);
    for (const response of [
      await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token }),
      await send("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } }),
      await send(`/authorize?${await authorizeQuery(client)}`, { headers: { cookie: `qt-auth=${cookie}` } }),
      await send("/.well-known/openid-configuration"),
      await send("/jwks.json"),
      await send("/api/auth/v1/users/me", { headers: { cookie: `qt-auth=${cookie}` } }),
      await send("/", { headers: { accept: "text/html" } }),
    ])
      await expectUnavailable(response);
  });

  it("what needs none of it goes on: codes, refreshes, UserInfo, sessions", async () => {
    const { context, client, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    broken.add("DB");
    expect((await post("/token", redemption(client, code, verifier))).status).toBe(200);
    expect((await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })).status).toBe(
      200,
    );
    expect((await send("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(200);
    expect((await send("/api/auth/v1/users/me", { headers: { cookie: `qt-auth=${cookie}` } })).status).toBe(200);
  });

  it("IR-10 a client's own token is neither called revoked nor live", async () => {
    const { context, post } = await house();
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const { access_token: token } = await tokenAnswer(
      await post("/token", { grant_type: "client_credentials" }, machine),
    );
    broken.add("DB");
    await expectUnavailable(await post("/revoke", { token }, machine));
    await expectUnavailable(await post("/introspect", { token }, machine));
    broken.clear();
    expect(await introspection(context, machine, token)).toMatchObject({ active: true });
  });

  it("nobody signs in or up", async () => {
    const { context, user, send } = await house();
    broken.add("DB");
    await expectUnavailable(await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword })));
    const body = { email: "late@example.test", password: goodPassword };
    await expectUnavailable(await send("/api/auth/v1/signup", jsonBody(body)));
    broken.clear();
    expect(await context.users.findByEmail("late@example.test")).toBeNull();
  });
});

describe("RE-06 the limiter does not answer", () => {
  it("guesses are refused rather than uncounted", async () => {
    const { client, user, send, post } = await house();
    broken.add("ADDRESS_LIMITER");
    await expectUnavailable(await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword })));
    await expectUnavailable(await post("/token", { grant_type: "refresh_token" }, { ...client, secret: "wrong" }));
  });
});

describe("RE-05 the queue does not answer", () => {
  it("a change that reached D1 only says 503, so that it is repeated", async () => {
    const { context, user, cookie, send } = await house();
    const change = { ...jsonBody({ name: "Una Renamed" }, { cookie: `qt-auth=${cookie}` }) };
    broken.add("JOBS");
    before.set("USERS.putProfile", [new Error("lost")]);
    await expectUnavailable(await send("/api/auth/v1/users/profile", change));
    broken.clear();
    expect((await context.users.findById(user.id))?.name).toBe("Una Renamed");
  });
});

describe("RE-04 an answer that got lost between Worker and object", () => {
  it("a redemption is repeated and is still the first one", async () => {
    const { context, client, cookie, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    after.set("USERS.redeemCode", [retryable()]);
    made.length = 0;
    const tokens = await tokenAnswer(await post("/token", redemption(client, code, verifier)));
    expect(made).toEqual(["GRANTS.get", "USERS.redeemCode", "USERS.redeemCode"]);
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
  });

  it("a refresh is repeated and goes one step, not two", async () => {
    const { context, client, post } = await house();
    const { tokens } = await issued(context, client);
    after.set("USERS.rotateGrant", [retryable(), retryable()]);
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const second = await tokenAnswer(await post("/token", fields));
    expect(await introspection(context, client, second.refresh_token)).toMatchObject({ active: true });
    await tokenAnswer(await refresh(context, client, second.refresh_token));
  });

  it("a sign-in is repeated and opens one session", async () => {
    const { context, send, user } = await house();
    after.set("USERS.openSession", [retryable()]);
    const response = await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword }));
    expect(response.status).toBe(200);
    expect(cookiesOf(response)["qt-auth"]).toBeDefined();
    // One from house(), one from here.
    expect(await context.objects.call(user.id, (object) => object.sessions())).toHaveLength(2);
  });

  it("three times at most, and not at all when the object is overloaded", async () => {
    const { context, client, post } = await house();
    const { tokens } = await issued(context, client);
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    made.length = 0;
    before.set("USERS.rotateGrant", [retryable(), retryable(), retryable(), retryable()]);
    await expectUnavailable(await post("/token", fields));
    expect(made).toEqual(Array(3).fill("USERS.rotateGrant"));
    made.length = 0;
    before.set("USERS.rotateGrant", [overloaded()]);
    await expectUnavailable(await post("/token", fields));
    expect(made).toEqual(["USERS.rotateGrant"]);
    await tokenAnswer(await tokenRequest(context, client, fields));
  });
});
