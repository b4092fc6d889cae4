import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeUser, deleteUser } from "../../src/domain/users/change-user.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { objectOf, openAnotherSession } from "../support/token-side.ts";
import { cookiesOf, formBody, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError, get, post, sessionCount, type UserAnswer } from "./session-api.ts";

let context: RealmContext;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  user = await makeUser(context, { username: "cypher", name: "Cy Pher", metadata: { plan: "gold" } });
});

/** What there is in the object of the user. */
const tablesOf = ({ id }: UserRow): Promise<unknown[]> =>
  runInDurableObject(objectOf(context, id), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('profile', 'sessions')").toArray(),
  );

describe("POST /api/auth/v1/login (contract §2)", () => {
  it.each([
    ["email", () => ({ email: user.email })],
    ["the address as username", () => ({ username: user.email })],
    ["username", () => ({ username: "cypher" })],
    ["a username in capitals, with space around", () => ({ username: " CYPHER " })],
    ["an address in capitals", () => ({ email: user.email?.toUpperCase() })],
    ["an address beside an empty username", () => ({ email: user.email, username: "" })],
    ["an address that is null beside a username", () => ({ email: null, username: "cypher" })],
  ])("lets in by %s, and answers the user with the count of sessions", async (_, names) => {
    const before = await sessionCount(context, user.id);
    const response = await post(context, "/login", { ...names(), password: goodPassword });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const answer = await response.json<UserAnswer>();
    expect(answer).toMatchObject({
      user: { id: user.id, email: user.email, username: "cypher", metadata: { plan: "gold" } },
      "active-sessions-count": before + 1,
      source: "bridgekeeper",
    });
    expect(answer).not.toHaveProperty("member");
    expect(JSON.stringify(answer)).not.toMatch(/argon2|password/);
    expect(Object.keys(cookiesOf(response))).toEqual(["qt-auth", "__Host-gatehouse-browser"]);
    expect(response.headers.get("x-qt-auth")).toBeNull();
  });

  it("SE-07 lets nobody in whose account was deleted meanwhile, and keeps nothing of them", async () => {
    const leaving = await makeUser(context);
    await signIn(context, leaving);
    // The password was right a moment ago, and its hash took longer than the operator.
    const judged = await context.users.findById(leaving.id);
    if (judged === null) throw new Error("the user is gone");
    await deleteUser(context, leaving.id);
    await expect(openAnotherSession(context, judged)).rejects.toMatchObject({ reason: "password-wrong" });
    expect(await tablesOf(leaving)).toEqual([]);
  });

  it("SE-07 keeps nothing of somebody whose account was deleted while a change of it was on its way", async () => {
    const leaving = await makeUser(context);
    const update = context.users.update.bind(context.users);
    vi.spyOn(context.users, "update").mockImplementationOnce(async (...change) => {
      const updated = await update(...change);
      await deleteUser(context, leaving.id);
      return updated;
    });
    await changeUser(context, leaving, { name: "Too Late" }, "none");
    expect(await tablesOf(leaving)).toEqual([]);
    await expect(openAnotherSession(context, leaving)).rejects.toMatchObject({ reason: "password-wrong" });
  });

  it.each([
    ["a wrong password", () => ({ email: user.email, password: `${goodPassword}!` }), 401, "bad_credential"],
    ["a password cut short", () => ({ email: user.email, password: goodPassword.slice(0, -1) }), 401, "bad_credential"],
    ["an unknown address", () => ({ email: "nobody@example.test", password: goodPassword }), 401, "bad_credential"],
    ["an address that is none", () => ({ email: "@", password: goodPassword }), 401, "bad_credential"],
    ["a name of 100,000 letters", () => ({ email: "a".repeat(50_000), password: goodPassword }), 401, "bad_credential"],
    ["the user's id", () => ({ username: String(user.id), password: goodPassword }), 401, "bad_credential"],
    ["a wildcard", () => ({ email: "%@example.test", password: goodPassword }), 401, "bad_credential"],
    ["SQL", () => ({ email: "' OR 1=1--", password: "' OR 1=1--" }), 401, "bad_credential"],
    ["no name", () => ({ password: goodPassword }), 422, "identifier-missing"],
    ["blank names", () => ({ email: "", username: "  ", password: goodPassword }), 422, "identifier-missing"],
    ["no password", () => ({ email: user.email }), 422, "password-missing"],
    ["null as password", () => ({ email: user.email, password: null }), 422, "password-missing"],
    ["true as password", () => ({ email: user.email, password: true }), 422, "validation-failed"],
    ["a list of passwords", () => ({ email: user.email, password: [goodPassword] }), 422, "validation-failed"],
    ["an object as address", () => ({ email: { $gt: "" }, password: goodPassword }), 422, "validation-failed"],
  ])("refuses %s", async (_, body, status, code) => {
    const before = await sessionCount(context, user.id);
    const error = await expectError(await post(context, "/login", body()), status, code);
    expect(error).not.toHaveProperty("fields.password.value");
    expect(await sessionCount(context, user.id)).toBe(before);
    await signIn(context, user);
  });

  it.each([
    ["a form", formBody({ email: "a@example.test", password: goodPassword }), 415, "unsupported-media-type"],
    ["text", { body: "{}", headers: { "content-type": "text/plain" } }, 415, "unsupported-media-type"],
    ["nothing", { headers: { "content-type": "application/json" } }, 400, "invalid-body"],
    ["half a JSON", { body: '{"email":', headers: { "content-type": "application/json" } }, 400, "invalid-body"],
    ["a JSON array", { body: "[]", headers: { "content-type": "application/json" } }, 400, "invalid-body"],
    ["a JSON null", { body: "null", headers: { "content-type": "application/json" } }, 400, "invalid-body"],
    ["a JSON text", { body: '"x"', headers: { "content-type": "application/json" } }, 400, "invalid-body"],
    [
      "UTF-16",
      { body: new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), headers: { "content-type": "application/json" } },
      400,
      "invalid-body",
    ],
    ["a byte order mark", { body: "\ufeff{}", headers: { "content-type": "application/json" } }, 400, "invalid-body"],
  ] as [string, RequestInit, number, string][])("FZ-06 refuses %s as body", async (_, init, status, code) => {
    const url = `${context.realm.issuer}/api/auth/v1/login`;
    await expectError(await request(url, { method: "POST", ...init }), status, code);
  });

  it("FZ-06 reads JSON whatever the charset parameter and the case of the type say", async () => {
    for (const type of [
      "APPLICATION/JSON",
      "application/json; charset=utf-16",
      "application/json;charset=UTF-8",
      "application/vnd.api+json",
    ]) {
      const body = JSON.stringify({ email: user.email, password: goodPassword });
      const init = { method: "POST", body, headers: { "content-type": type } };
      expect((await request(`${context.realm.issuer}/api/auth/v1/login`, init)).status).toBe(200);
    }
  });

  it("FZ-06 takes the last of two equal members, once and for all", async () => {
    const body = `{"email":"nobody@example.test","email":"${user.email}","password":"${goodPassword}"}`;
    const init = { method: "POST", body, headers: { "content-type": "application/json" } };
    const response = await request(`${context.realm.issuer}/api/auth/v1/login`, init);
    expect((await response.json<UserAnswer>()).user.id).toBe(user.id);
  });

  it("PW-18 does not look at credentials in the query, by GET or by POST", async () => {
    const query = new URLSearchParams({ email: user.email ?? "", username: "cypher", password: goodPassword });
    const byGet = await get(context, `/login?${query}`);
    expect([400, 405]).toContain(byGet.status);
    expect([byGet.headers.getSetCookie(), byGet.headers.get("location")]).toEqual([[], null]);
    expect(await byGet.text()).not.toContain(goodPassword);
    await expectError(await post(context, `/login?${query}`, {}), 422, "identifier-missing");
    await expectError(await post(context, `/login?${query}`, { email: user.email }), 422, "password-missing");
    for (const path of ["/sign-in", "/sign-up"]) {
      const page = await request(`${context.realm.issuer}${path}?${query}`);
      expect(await page.text()).not.toContain(goodPassword);
      expect(page.headers.getSetCookie().join()).not.toContain("qt-auth");
    }
  });

  it("asks for key=member and gets the user under that name too (contract §2)", async () => {
    for (const [query, has] of [
      ["?key=member", true],
      ["?key=user", false],
      ["?x=key=member", false],
      ["", false],
    ] as const) {
      const response = await post(context, `/login${query}`, { email: user.email, password: goodPassword });
      const answer = await response.json<UserAnswer>();
      expect(answer.member).toEqual(has ? answer.user : undefined);
    }
  });

  it("signs in on each domain of the realm, and the session counts on all of them", async () => {
    for (const host of context.realm.hosts) {
      const body = JSON.stringify({ email: user.email, password: goodPassword });
      const init = { method: "POST", body, headers: { "content-type": "application/json" } };
      const cookie = cookiesOf(await request(`https://${host}/api/auth/v1/login`, init))["qt-auth"];
      for (const other of context.realm.hosts) {
        const me = await request(`https://${other}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${cookie}` } });
        expect((await me.json<UserAnswer>()).user.id).toBe(user.id);
      }
    }
  });
});

describe("passwords as they are typed (NIST SP 800-63B §3.1.1.2)", () => {
  const tail = "violet harbour quill ".repeat(4).slice(0, 72);

  it.each([
    ["the 73rd byte", `${tail}X`, `${tail}Y`],
    ["a NUL and what follows", `${goodPassword}\0a`, `${goodPassword}\0b`],
    ["the case", "Violet-Harbour-Quill", "violet-harbour-quill"],
    ["a space at the end", `${goodPassword} `, goodPassword],
    ["a space at the beginning", ` ${goodPassword}`, goodPassword],
    ["an emoji", `${goodPassword}😀`, `${goodPassword}😁`],
    ["the last of 256 characters", `${"vq8 ".repeat(63)}vq8X`, `${"vq8 ".repeat(63)}vq8Y`],
  ])("PW-02 %s counts", async (_, password, other) => {
    const { email } = await makeUser(context, { password });
    await expectError(await post(context, "/login", { email, password: other }), 401, "bad_credential");
    expect((await post(context, "/login", { email, password })).status).toBe(200);
  });

  it("PW-05 an accented letter counts the same from every keyboard", async () => {
    const { email } = await makeUser(context, { password: "violet-caf\u00e9-81" });
    expect((await post(context, "/login", { email, password: "violet-cafe\u0301-81" })).status).toBe(200);
  });

  it("PW-16 there is no account that nobody made", async () => {
    const empty = await makeRealm();
    for (const name of ["admin", "administrator", "root", "test", "guest", "user", "sysadmin"])
      for (const password of ["admin", "password", "changeme", "gatehouse", name])
        expect([401, 429]).toContain((await post(empty, "/login", { username: name, password })).status);
    expect(await empty.users.search(undefined, 0, 10)).toEqual([]);
  });
});

describe("GET /api/auth/v1/users/me (contract §2)", () => {
  it("answers the user object, for nobody's cache", async () => {
    const cookie = await signIn(context, user);
    const response = await get(context, "/users/me?key=member", cookie);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("private,no-cache,no-store");
    const answer = await response.json<UserAnswer>();
    expect(answer.user.id).toBe(user.id);
    expect(answer.member).toEqual(answer.user);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("answers 403 and the sentence its callers know, without a session", async () => {
    const error = await expectError(await get(context, "/users/me"), 403, "session-required");
    expect(error.message).toBe("Could not find qt-auth cookie or X-QT-AUTH header, please Login.");
    await expectError(await get(context, "/users/me", "not-a-token"), 403, "session-required");
    await expectError(await get(context, "/users/me", ""), 403, "session-required");
  });

  it("answers 401 to a Bearer token that is none (contract §0)", async () => {
    const response = await get(context, "/users/me", undefined, { authorization: "Bearer nonsense" });
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer /);
    await expectError(response, 401, "access-token-invalid");
  });
});
