import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError, get, logIn, post, type UserAnswer } from "./session-api.ts";

afterEach(() => {
  vi.useRealTimers();
});

async function situation(input: Parameters<typeof makeUser>[1] = {}) {
  const context = await makeRealm();
  const user = await makeUser(context, { username: "trinity", emailVerified: true, ...input });
  const cookie = await signIn(context, user);
  const change = (body: unknown) => post(context, "/users/profile", body, cookie);
  return { context, user, cookie, change };
}

/** D1 and the user's object say the same, and it is what was answered. */
async function expectStored(
  context: RealmContext,
  user: UserRow,
  cookie: string,
  answer: UserAnswer,
): Promise<UserRow | null> {
  expect((await (await get(context, "/users/me", cookie)).json<UserAnswer>()).user).toEqual(answer.user);
  return context.users.findById(user.id);
}

describe("POST /api/auth/v1/users/profile (contract §2)", () => {
  it("changes what is sent, leaves the rest, and answers the user object", async () => {
    const { context, user, cookie, change } = await situation({ firstName: "Tri", metadata: { plan: "gold" } });
    const response = await change({
      name: "Trinity ☂",
      "last-name": "Nity",
      slug: "trinity",
      "avatar-s3-key": "a/b.png",
      "avatar-url": "https://img.example.test/é.png",
      "communication-email": "Press@Example.test",
    });
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const answer = await response.json<UserAnswer>();
    expect(answer).toMatchObject({
      user: {
        id: user.id,
        name: "Trinity ☂",
        "first-name": "Tri",
        "last-name": "Nity",
        slug: "trinity",
        "avatar-s3-key": "a/b.png",
        "avatar-url": "https://img.example.test/%C3%A9.png",
        "communication-email": "press@example.test",
        email: user.email,
        username: "trinity",
        "verification-status": "email",
        metadata: { plan: "gold" },
      },
      "active-sessions-count": 1,
      source: "bridgekeeper",
    });
    expect(await expectStored(context, user, cookie, answer)).toMatchObject({ name: "Trinity ☂", version: 2 });
  });

  it("empties a field that is sent null or blank, and asks for no change when there is none", async () => {
    const { context, user, change } = await situation({ firstName: "Tri", lastName: "Nity" });
    const { user: emptied } = await (await change({ "first-name": null, "last-name": "" })).json<UserAnswer>();
    expect([emptied["first-name"], emptied["last-name"]]).toEqual([null, null]);
    expect((await change({})).status).toBe(200);
    expect((await change({ name: user.name, email: user.email, username: "TRINITY" })).status).toBe(200);
    expect((await context.users.findById(user.id))?.version).toBe(2);
  });

  it("takes a new address in place of one that was never proven, and lets in by it from then on", async () => {
    const { context, user, cookie, change } = await situation({ emailVerified: false });
    const response = await change({ email: "New.Trinity@Example.test" });
    const answer = await response.json<UserAnswer>();
    expect(answer.user).toMatchObject({ email: "new.trinity@example.test", "verification-status": null });
    await expectStored(context, user, cookie, answer);
    expect((await logIn(context, "new.trinity@example.test")).status).toBe(200);
    expect((await logIn(context, user.email)).status).toBe(401);
  });

  it.each([
    ["email", { email: "other@example.test" }],
    ["username", { username: "other" }],
    ["phone number", { "phone-number": "+4915112345678" }],
  ])("PW-07 changes the %s only within ten minutes of a sign-in", async (_, body) => {
    const { context, user, cookie, change } = await situation();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 601_000 });
    await expectError(await change(body), 403, "reauthentication-required");
    await expectError(await change({ ...body, name: "Along With It" }), 403, "reauthentication-required");
    expect(await context.users.findById(user.id)).toEqual(user);
    expect((await change({ name: "Without It" })).status).toBe(200);
    const again = await signIn(context, user);
    expect((await post(context, "/users/profile", body, again)).status).toBe(200);
    expect((await get(context, "/users/me", cookie)).status).toBe(200);
  });

  it.each([
    ["email", { email: "TAKEN@example.test" }],
    ["username", { username: "Taken" }],
    ["phone number", { "phone-number": "+49 (151) 1234-5678" }],
  ])("PW-19 refuses the %s of another account with 409, and changes neither", async (_, body) => {
    const { context, user, change } = await situation();
    const other = await makeUser(context, {
      email: "taken@example.test",
      username: "taken",
      phoneNumber: "+4915112345678",
    });
    await expectError(await change({ ...body, name: "New Name" }), 409, "user-already-exists");
    expect(await context.users.findById(user.id)).toEqual(user);
    expect(await context.users.findById(other.id)).toEqual(other);
  });

  it("PW-19 takes an address that is taken in another realm only", async () => {
    const { change } = await situation();
    await makeUser(await makeRealm(), { email: "elsewhere@example.test" });
    expect((await change({ email: "elsewhere@example.test" })).status).toBe(200);
  });

  it("merges metadata: members are added, replaced, removed by null", async () => {
    const { context, user, cookie, change } = await situation({ metadata: { a: 1, b: { deep: [1] }, c: "x" } });
    const response = await change({ metadata: { b: "flat", c: null, d: true, "": 0 } });
    const answer = await response.json<UserAnswer>();
    expect(answer.user.metadata).toEqual({ a: 1, b: "flat", d: true, "": 0 });
    expect((await expectStored(context, user, cookie, answer))?.metadata).toEqual({ a: 1, b: "flat", d: true, "": 0 });
  });

  it("keeps metadata harmless that is named like a prototype", async () => {
    const { context, user, cookie } = await situation();
    const init = { "x-qt-auth": cookie, "content-type": "application/json" };
    const body = '{"metadata":{"__proto__":{"admin":true},"constructor":1,"toString":2}}';
    const url = `${context.realm.issuer}/api/auth/v1/users/profile`;
    expect((await request(url, { method: "POST", headers: init, body })).status).toBe(200);
    const stored = (await context.users.findById(user.id))?.metadata ?? {};
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    expect("admin" in stored).toBe(false);
    expect((await get(context, "/users/me", cookie)).status).toBe(200);
  });

  it("refuses metadata that grows beyond 8 KB bit by bit", async () => {
    const { context, user, change } = await situation();
    expect((await change({ metadata: { a: "x".repeat(5000) } })).status).toBe(200);
    const error = await expectError(await change({ metadata: { b: "x".repeat(5000) } }), 422, "validation-failed");
    expect(error.fields).toHaveProperty("metadata");
    expect(Object.keys((await context.users.findById(user.id))?.metadata ?? {})).toEqual(["a"]);
    await expectError(await change({ metadata: { b: "é".repeat(2000) } }), 422, "validation-failed");
    expect((await change({ metadata: { a: null, b: "x".repeat(5000) } })).status).toBe(200);
  });

  it.each([
    ["an address that is none", { email: "trinity" }, "email-invalid"],
    ["a contact address that is none", { "communication-email": "a@b" }, "email-invalid"],
    ["a phone number that is none", { "phone-number": "0151 123" }, "phone-number-invalid"],
    ["a username with a space", { username: "tri nity" }, "username-invalid"],
    ["another address as username", { username: "other@example.test" }, "username-invalid"],
    ["a mixed-script username", { username: "trіnity" }, "username-invalid"],
    ["an avatar over http", { "avatar-url": "http://img.test/a" }, "validation-failed"],
    ["a script as avatar", { "avatar-url": "javascript:alert(1)" }, "validation-failed"],
    ["a data URL as avatar", { "avatar-url": "data:image/png;base64,AA" }, "validation-failed"],
    ["an avatar URL of 3,000", { "avatar-url": `https://img.test/${"a".repeat(3000)}` }, "validation-failed"],
    ["a name with a line break", { name: "Tri\nNity" }, "validation-failed"],
    ["a slug with a NUL", { slug: "a\0" }, "validation-failed"],
    ["a line separator in a name", { "last-name": "a\u2028b" }, "validation-failed"],
    ["a number as slug", { slug: 1e308 }, "validation-failed"],
    ["a list as metadata", { metadata: [1] }, "validation-failed"],
    ["a metadata name of 101", { metadata: { ["k".repeat(101)]: 1 } }, "validation-failed"],
  ])("refuses %s and changes nothing", async (_, body, code) => {
    const { context, user, change } = await situation();
    await expectError(await change({ "first-name": "Changed", ...body }), 422, code);
    expect(await context.users.findById(user.id)).toEqual(user);
  });

  it("MR-04 changes no role, no id, no password, no mark and no date", async () => {
    const { context, user, change } = await situation();
    const bait = {
      id: 7,
      roles: ["sysadmin"],
      role: "sysadmin",
      password: "another-harbour-quill-9",
      "password-hash": "x",
      "email-verified": false,
      "verification-status": "phone",
      "is-tfa-enabled": true,
      "external-id": "1",
      "created-at": 0,
      realmId: "other",
      disabledAt: 1,
      notBefore: 1,
    };
    expect((await change(bait)).status).toBe(200);
    expect(await context.users.findById(user.id)).toEqual(user);
  });

  it("of ten changes at once loses none silently: each is stored, or refused as outdated", async () => {
    const { context, user, change } = await situation();
    const tries = Array.from({ length: 10 }, (_, index) => change({ metadata: { [`key${index}`]: index } }));
    const statuses = (await Promise.all(tries)).map((response) => response.status);
    const stored = (await context.users.findById(user.id))?.metadata ?? {};
    expect(statuses.every((status) => status === 200 || status === 412)).toBe(true);
    expect(Object.keys(stored).sort()).toEqual(
      statuses.flatMap((status, index) => (status === 200 ? [`key${index}`] : [])).sort(),
    );
  });

  it("refuses without a live session", async () => {
    const { context, cookie, change } = await situation();
    await expectError(await post(context, "/users/profile", { name: "Nobody" }), 403, "session-required");
    await get(context, "/logout", cookie);
    await expectError(await change({ name: "Nobody" }), 403, "session-revoked");
  });
});
