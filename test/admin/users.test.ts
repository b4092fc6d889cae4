import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { UserStore } from "../../src/storage/d1/user-store.ts";
import { goodPassword, jsonBody, makeRealm, request, signIn } from "../support/world.ts";
import { bearer, cookie, done, type Json, makePerson, makeSite, operate, type Site } from "./support.ts";

let context: RealmContext;
let path: string;
beforeAll(async () => {
  context = await makeRealm();
  path = `/realms/${context.realm.id}/users`;
});

let count = 0;
const freshEmail = () => `u${++count}@people.example`;
const create = (body: Json = {}) => done(201, operate("POST", path, { email: freshEmail(), ...body }));
const get = (id: unknown) => done(200, operate("GET", `${path}/${id}`));
const patch = (id: unknown, body: Json) => done(200, operate("PATCH", `${path}/${id}`, body));
const signInStatus = async (email: unknown, password: string) =>
  (await request(`${context.realm.issuer}/api/auth/v1/login`, jsonBody({ email, password }))).status;
const userCount = async () =>
  (await env.DB.prepare("select count(*) as count from users").first<{ count: number }>())?.count;

describe("a user", () => {
  it("is made with all that can be said of one, and reads back the same", async () => {
    const created = await operate("POST", path, {
      email: "Ada.Lovelace@Example.COM",
      username: "Ada",
      password: goodPassword,
      name: "Ada Lovelace",
      first_name: "Ada",
      last_name: "Lovelace",
      phone_number: "+44 20 7946 0000",
      email_verified: true,
      roles: ["user", "admin", "user"],
      external_id: "main-1",
      metadata: { plan: "gold", tags: ["a"] },
      disabled: false,
    });
    expect(created.status, created.text).toBe(201);
    expect(created.headers.get("etag")).toBe('"1"');
    expect(created.json).toEqual({
      id: expect.any(Number),
      email: "ada.lovelace@example.com",
      email_verified: true,
      username: "ada",
      name: "Ada Lovelace",
      first_name: "Ada",
      last_name: "Lovelace",
      phone_number: "+442079460000",
      phone_verified: false,
      external_id: "main-1",
      roles: ["user", "admin"],
      guest: false,
      metadata: { plan: "gold", tags: ["a"] },
      disabled: false,
      temporary_password_expires_at: null,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(created.text).not.toContain("argon2");
    for (const id of [created.json.id, `qp_${created.json.id}`]) expect(await get(id)).toEqual(created.json);
    expect(await signInStatus("ada.lovelace@example.com", goodPassword)).toBe(200);
  });

  it("PW-16 has only the role user when none is named, and no password when none is given", async () => {
    const { email, roles } = await create();
    expect(roles).toEqual(["user"]);
    for (const guess of ["", "password", "admin", "changeme", String(email)])
      expect([401, 422]).toContain(await signInStatus(email, guess));
  });

  it("PW-16 does not exist in a new realm: nobody is there before somebody is made", async () => {
    const { realm } = await makeRealm();
    expect(await done(200, operate("GET", `/realms/${realm.id}/users`))).toEqual({ users: [] });
  });

  it("can have a username or a phone number alone, but not nothing", async () => {
    expect(await done(201, operate("POST", path, { username: "lone.wolf" }))).toMatchObject({ email: null });
    expect(await done(201, operate("POST", path, { phone_number: "+41790000001" }))).toMatchObject({ username: null });
    const nothing = await operate("POST", path, { name: "Nobody" });
    expect([nothing.status, nothing.json.code]).toEqual([422, "identifier-missing"]);
  });

  it.each([
    ["email", "email", "Twin@People.example"],
    ["username", "username", "TWIN"],
    ["phone_number", "phone_number", "+41 79 000 00 02"],
    ["external_id", "external_id", "main-twin"],
  ])("shares its %s with nobody in the realm, and may in another", async (_, field, value) => {
    const twin = { email: freshEmail(), [field]: value };
    const { id } = await create(twin);
    const before = await userCount();
    const second = await operate("POST", path, { email: freshEmail(), [field]: value });
    expect([second.status, second.json.code]).toEqual([409, "user-already-exists"]);
    expect(second.json.errors).toEqual({ [field]: "taken" });
    const other = await create();
    const changed = await operate("PATCH", `${path}/${other.id}`, { name: "Half", [field]: value });
    expect([changed.status, changed.json.errors]).toEqual([409, { [field]: "taken" }]);
    expect(await get(other.id)).toEqual(other);
    expect(await userCount()).toBe((before ?? 0) + 1);
    const elsewhere = await makeRealm();
    await done(201, operate("POST", `/realms/${elsewhere.realm.id}/users`, twin));
    await done(204, operate("DELETE", `${path}/${id}`));
    await done(200, operate("PATCH", `${path}/${other.id}`, { [field]: value }));
  });

  it("made by two at once is one", async () => {
    const email = freshEmail();
    const answers = await Promise.all([1, 2, 3, 4].map(() => operate("POST", path, { email })));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409]);
  });

  it.each([
    "0",
    "-1",
    "1.0",
    "1e3",
    "9007199254740993",
    "9".repeat(40),
    "qp_",
    "qp_0",
    "QP_1",
    "a",
    "' OR 1=1--",
    "%",
    "\u0000",
    "..",
  ])("FZ-05 is not found by %j", async (id) => {
    expect((await operate("GET", `${path}/${encodeURIComponent(id)}`)).status).toBe(404);
  });
});

describe("changing a user", () => {
  it("changes what is named, empties what is null, and leaves the rest", async () => {
    const user = await create({
      name: "Una",
      first_name: "U",
      external_id: "e-1",
      metadata: { a: 1, b: { c: 1, d: 2 } },
    });
    const changed = await patch(user.id, {
      first_name: null,
      last_name: "User",
      external_id: "",
      metadata: { a: null, b: { c: 3 } },
    });
    expect(changed).toEqual({
      ...user,
      first_name: null,
      last_name: "User",
      external_id: null,
      metadata: { b: { c: 3, d: 2 } },
      version: 2,
      updated_at: expect.any(String),
    });
  });

  it("writes nothing when nothing changes", async () => {
    const user = await create({ name: "Una", roles: ["user"] });
    const same = await patch(user.id, {
      name: "Una",
      email: String(user.email).toUpperCase(),
      roles: ["user"],
      disabled: false,
    });
    expect(same).toEqual(user);
    expect(await patch(user.id, {})).toEqual(user);
  });

  it("forgets what was proven of an address that is replaced", async () => {
    const user = await create({ email_verified: true });
    const email = freshEmail();
    expect(await patch(user.id, { email })).toMatchObject({ email, email_verified: false });
    expect(await patch(user.id, { email: freshEmail(), email_verified: true })).toMatchObject({ email_verified: true });
    expect(await patch(user.id, { name: "Una" })).toMatchObject({ email_verified: true });
    expect(await patch(user.id, { email: null, username: `u${++count}.name` })).toMatchObject({
      email: null,
      email_verified: false,
    });
  });

  it("refuses to take the last name by which the user is found", async () => {
    const user = await create();
    const answer = await operate("PATCH", `${path}/${user.id}`, { email: null });
    expect([answer.status, answer.json.code]).toEqual([422, "identifier-missing"]);
    expect(await get(user.id)).toEqual(user);
  });

  it("MR-11 is refused on an outdated view, and of several at once one wins", async () => {
    const { id } = await create();
    const rename = (name: string) => operate("PATCH", `${path}/${id}`, { name }, { "if-match": '"1"' });
    const answers = await Promise.all(["a", "b", "c"].map(rename));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 412, 412]);
    expect((await get(id)).name).toBe(answers.find((answer) => answer.status === 200)?.json.name);
    for (const method of ["PUT", "DELETE"]) {
      const answer = await operate(
        method,
        `${path}/${id}${method === "PUT" ? "/roles" : ""}`,
        { roles: ["user"] },
        { "if-match": '"1"' },
      );
      expect([answer.status, answer.json.code]).toEqual([412, "version-outdated"]);
    }
  });

  it("MR-11 without If-Match, a change that lost a race is refused and not mixed in", async () => {
    const { id } = await create();
    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => operate("PATCH", `${path}/${id}`, { first_name: name, last_name: name })),
    );
    for (const { status } of answers) expect([200, 412]).toContain(status);
    const { first_name: first, last_name: last } = await get(id);
    expect(first).toBe(last);
  });

  it("gives roles that hold at once in the user's sessions", async () => {
    const site = await makeSite();
    const list = () => request(`https://${site.host}/admin/v1/realms`, { headers: cookie(site.user.session) });
    expect((await list()).status).toBe(403);
    const given = await done(200, operate("PUT", `${site.path}/users/${site.user.row.id}/roles`, { roles: ["admin"] }));
    expect(given).toMatchObject({ roles: ["admin"], version: 2 });
    expect((await list()).status).toBe(200);
  });
});

describe("PW-06 an operator's password for a user", () => {
  it.each([
    ["too short", "abc12"],
    ["too long", "x".repeat(300)],
    ["too common", "password123"],
    ["the name of the account", "u-person@people.example"],
  ])("is refused when it is %s, for a new user and for a change, and nothing is kept", async (_, password) => {
    const before = await userCount();
    const made = await operate("POST", path, { email: "u-person@people.example", password });
    expect([made.status, Object.keys(made.json.errors as Json)]).toEqual([422, ["password"]]);
    expect(made.json.code).toMatch(/^password-/);
    expect(made.text).not.toContain(password);
    expect(await userCount()).toBe(before);
    const user = await create({ email: "u-person@people.example", password: goodPassword });
    const changed = await operate("PATCH", `${path}/${user.id}`, { name: "Half", password });
    expect([changed.status, changed.json.code]).toEqual([422, made.json.code]);
    expect(await get(user.id)).toEqual(user);
    expect(await signInStatus(user.email, goodPassword)).toBe(200);
    await done(204, operate("DELETE", `${path}/${user.id}`));
  });

  it("obeys the realm's own minimum", async () => {
    const { realm } = await makeRealm({ password_min_length: 20 });
    const body = { email: freshEmail(), password: "nineteen chars here" };
    expect((await operate("POST", `/realms/${realm.id}/users`, body)).json.code).toBe("password-too-short");
    await done(201, operate("POST", `/realms/${realm.id}/users`, { ...body, password: "twenty characters it is" }));
  });

  it("replaces the old one, ends every session and token, and is temporary", async () => {
    const site = await makeSite();
    const { row, session, token } = site.user;
    await done(200, operate("PATCH", `${site.path}/users/${row.id}`, { password: "another-harbour-quill-82" }));
    await expectShutOut(site, session, token);
    await expect(signIn(site.context, row)).rejects.toThrow("401");
    await expect(signIn(site.context, row, "another-harbour-quill-82")).rejects.toThrow("403");
  });
});

async function expectShutOut(site: Site, session: string, token: string): Promise<void> {
  const me = await request(`https://${site.host}/api/auth/v1/users/me`, { headers: cookie(session) });
  const userinfo = await request(`https://${site.host}/userinfo`, { headers: bearer(token) });
  expect([me.status, userinfo.status]).toEqual([403, 401]);
}

describe("shutting a user out", () => {
  it("disables: sessions and tokens are dead at once, sign-in too, and enabling does not revive them", async () => {
    const site = await makeSite();
    const { row, session, token } = site.user;
    const user = `${site.path}/users/${row.id}`;
    expect(await done(200, operate("PATCH", user, { disabled: true }))).toMatchObject({ disabled: true });
    await expectShutOut(site, session, token);
    await expect(signIn(site.context, row)).rejects.toThrow("401");
    expect(await done(200, operate("PATCH", user, { disabled: false }))).toMatchObject({ disabled: false });
    await expectShutOut(site, session, token);
    expect(await signIn(site.context, row)).toMatch(/\./);
  });

  it("kicks all sessions, and says how many", async () => {
    const site = await makeSite();
    const { row, session, token } = site.user;
    await signIn(site.context, row);
    expect(await done(200, operate("POST", `${site.path}/users/${row.id}/kick`))).toEqual({ ended: 2 });
    await expectShutOut(site, session, token);
    expect(await done(200, operate("POST", `${site.path}/users/${row.id}/kick`, {}))).toEqual({ ended: 0 });
    expect(await signIn(site.context, row)).toMatch(/\./);
  });

  it("lists the sessions and ends one, by either way, and the others stay", async () => {
    const site = await makeSite();
    const user = `${site.path}/users/${site.user.row.id}`;
    const [second, third] = [await signIn(site.context, site.user.row), await signIn(site.context, site.user.row)];
    const sessions = (await done(200, operate("GET", `${user}/sessions`))).sessions as Json[];
    expect(sessions).toHaveLength(3);
    for (const entry of sessions) {
      const times = ["created_at", "last_used_at", "expires_at"];
      expect(Object.keys(entry)).toEqual(["id", ...times, "user_agent", "ip", "client_id", "client_name"]);
      expect(Date.parse(String(entry.expires_at))).toBeGreaterThan(Date.now());
    }
    const sidOf = (token: string) =>
      JSON.parse(atob(token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).sid;
    await done(204, operate("DELETE", `${user}/sessions/${sidOf(second)}`));
    expect(await done(200, operate("POST", `${user}/kick`, { session_id: sidOf(third) }))).toEqual({ ended: 1 });
    for (const again of [
      await operate("DELETE", `${user}/sessions/${sidOf(second)}`),
      await operate("POST", `${user}/kick`, { session_id: sidOf(third) }),
      await operate("POST", `${user}/kick`, { session_id: "' OR 1=1--" }),
    ])
      expect(again.status).toBe(404);
    const left = (await done(200, operate("GET", `${user}/sessions`))).sessions as Json[];
    expect(left.map((entry) => entry.id)).toEqual([sidOf(site.user.session)]);
    const me = await request(`https://${site.host}/api/auth/v1/users/me`, { headers: cookie(site.user.session) });
    expect(me.status).toBe(200);
  });

  it("deletes: nobody finds the user, and what they held is dead", async () => {
    const site = await makeSite();
    const { row, session, token } = site.user;
    await done(204, operate("DELETE", `${site.path}/users/${row.id}`));
    await expectShutOut(site, session, token);
    expect((await operate("GET", `${site.path}/users/${row.id}`)).status).toBe(404);
    expect((await operate("DELETE", `${site.path}/users/${row.id}`)).status).toBe(404);
    const again = await makePerson(site.context, site.client, ["user"]);
    expect(again.row.id).not.toBe(row.id);
    await done(201, operate("POST", `${site.path}/users`, { email: row.email }));
    await expectShutOut(site, session, token);
  });
});

describe("searching users", () => {
  let list: string;
  beforeAll(async () => {
    const { realm } = await makeRealm();
    list = `/realms/${realm.id}/users`;
    for (const body of [
      { email: "amy@people.example", username: "amy.p", name: "Amy Pond" },
      { email: "amy_1@people.example", name: "Élodie 100%" },
      { email: "bob@people.example", name: "amyas" },
      { email: `${"long.".repeat(12)}name@people.example`, name: "Zoë" },
    ])
      await done(201, operate("POST", list, body));
  });
  const found = async (q: string) => {
    const { users } = await done(200, operate("GET", `${list}?q=${encodeURIComponent(q)}`));
    return (users as Json[]).map((user) => String(user.email).split("@")[0]).toSorted();
  };

  it("finds by the beginning of address, username and name, in either case", async () => {
    expect(await found("amy")).toEqual(["amy", "amy_1", "bob"]);
    expect(await found("AMY P")).toEqual(["amy"]);
    expect(await found("amy.P")).toEqual(["amy"]);
    expect(await found("amy@people.example")).toEqual(["amy"]);
    expect(await found(" bob@ ")).toEqual(["bob"]);
    expect(await found("zo")).toEqual([`${"long.".repeat(12)}name`]);
    expect(await found("ond")).toEqual([]);
    expect(await found("")).toHaveLength(4);
  });

  it("finds by an address of any length", async () => {
    expect(await found(`${"long.".repeat(12)}name@people.example`)).toHaveLength(1);
    expect(await found("x".repeat(320))).toEqual([]);
  });

  it.each([
    "%",
    "_",
    "a%",
    "amy_p",
    "%@%",
    "*",
    "a*",
    "?",
    "' OR 1=1--",
    "'",
    '"',
    "\\",
    "\\%",
    "amy\u0000",
    "\u0000",
    "\u{10ffff}",
  ])("FZ-05 takes %j for text and not for a pattern", async (q) => {
    expect(await found(q)).toEqual([]);
  });

  it("finds what does look like a pattern when it is there", async () => {
    expect(await found("amy_")).toEqual(["amy_1"]);
    expect(await found("amy_1@")).toEqual(["amy_1"]);
  });

  it("looks an address up by its index, not by going through the realm", async () => {
    const statements: string[] = [];
    const prepare = (statement: string) => {
      statements.push(statement);
      return env.DB.prepare(statement);
    };
    const watched = new Proxy(env.DB, {
      get: (database, name) => (name === "prepare" ? prepare : Reflect.get(database, name).bind(database)),
    });
    await new UserStore(watched, "realm").search("amy@", 0, 10);
    const [statement = ""] = statements;
    const values = statement.match(/\?/g)?.map(() => 1) ?? [];
    const plan = await env.DB.prepare(`explain query plan ${statement}`)
      .bind(...values)
      .all();
    expect(JSON.stringify(plan.results)).toContain("USING INDEX users_by_email");
  });

  it("goes through all pages, each user once, also with a query", async () => {
    for (const query of ["", "&q=amy"]) {
      const seen: unknown[] = [];
      for (let cursor: unknown = ""; cursor !== undefined; ) {
        const after = cursor === "" ? "" : `&cursor=${cursor}`;
        const page = await done(200, operate("GET", `${list}?limit=1${query}${after}`));
        expect((page.users as Json[]).length).toBeLessThanOrEqual(1);
        seen.push(...(page.users as Json[]).map((user) => user.id));
        cursor = page.next_cursor;
      }
      expect(new Set(seen).size).toBe(query === "" ? 4 : 3);
      expect(seen.length).toBe(new Set(seen).size);
    }
  });

  it.each([
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1.5",
    "limit=abc",
    "limit=NaN",
    "limit=1e9",
    "cursor=",
    "cursor=x",
    "cursor=YWZ0ZXI6",
    "cursor=YWZ0ZXI6LTE",
    "cursor=YWZ0ZXI6MScgT1I",
    "cursor=YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk",
    "cursor=%00",
    `cursor=${"a".repeat(300)}`,
    `q=${"a".repeat(321)}`,
  ])("refuses ?%s", async (query) => {
    const answer = await operate("GET", `${list}?${query}`);
    expect([answer.status, answer.json.code]).toEqual([400, "validation-failed"]);
  });
});
