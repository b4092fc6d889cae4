import { describe, expect, it } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser } from "../support/world.ts";
import { countUsers, expectError, get, post, sessionCount, type UserAnswer } from "./session-api.ts";

const address = () => `neo-${randomHandle(6).toLowerCase()}@example.test`;
const person = () => ({ name: "Neo Newman", email: address(), password: goodPassword });

describe("POST /api/auth/v1/signup (contract §2)", () => {
  it("makes an account, signs in and answers the user object", async () => {
    const context = await makeRealm();
    const body = { ...person(), username: "Neo.1", metadata: { theme: "dark", tags: [1, null] }, "first-name": "Neo" };
    const before = Date.now();
    const response = await post(context, "/signup", body);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const answer = await response.json<UserAnswer>();
    expect(answer).toEqual({
      user: {
        id: expect.any(Number),
        name: "Neo Newman",
        email: body.email,
        username: "neo.1",
        "first-name": "Neo",
        "last-name": null,
        slug: null,
        "avatar-url": null,
        "avatar-s3-key": null,
        "communication-email": null,
        "phone-number": null,
        "verification-status": null,
        metadata: { theme: "dark", tags: [1, null] },
        "is-tfa-enabled": false,
        "created-at": expect.any(Number),
        "updated-at": expect.any(Number),
      },
      "active-sessions-count": 1,
      source: "bridgekeeper",
    });
    expect(Number.isSafeInteger(answer.user.id) && answer.user.id > 2 ** 47).toBe(true);
    expect(Math.abs(Number(answer.user["created-at"]) - before)).toBeLessThan(20_000);
    const me = await get(context, "/users/me", cookiesOf(response)["qt-auth"]);
    expect((await me.json<UserAnswer>()).user).toEqual(answer.user);
  });

  it("with dont-login makes the account and opens no session", async () => {
    const context = await makeRealm();
    const response = await post(context, "/signup", { ...person(), "dont-login": true });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([]);
    const { user, ...rest } = await response.json<UserAnswer>();
    expect(rest["active-sessions-count"]).toBe(0);
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("takes the address given as username (contract §2)", async () => {
    const context = await makeRealm();
    const email = address();
    const response = await post(context, "/signup", { username: email, password: goodPassword });
    expect((await response.json<UserAnswer>()).user).toMatchObject({ email, username: null });
  });

  it.each([
    ["the same address", (email: string) => ({ email })],
    ["in capitals", (email: string) => ({ email: email.toUpperCase() })],
    ["with space around", (email: string) => ({ email: ` ${email} ` })],
    ["in full-width letters", (email: string) => ({ email: email.replace("neo", "ｎｅｏ") })],
    ["as username", (email: string) => ({ username: email })],
  ])("PW-19 refuses a second account: %s → 409 and no cookie", async (_, again) => {
    const context = await makeRealm();
    const first = person();
    await post(context, "/signup", first);
    const response = await post(context, "/signup", { password: goodPassword, ...again(first.email) });
    const error = await expectError(response, 409, "user-already-exists");
    expect(error.message).toBe("User Already exists");
    expect(await countUsers(context)).toBe(1);
  });

  it("PW-19 refuses a taken username under another address", async () => {
    const context = await makeRealm();
    await makeUser(context, { username: "trinity" });
    await expectError(await post(context, "/signup", { ...person(), username: "TRINITY" }), 409, "user-already-exists");
    expect(await countUsers(context)).toBe(1);
  });

  it("RE-01 lets one of fifty parallel sign-ups of one address through", async () => {
    const context = await makeRealm();
    const body = person();
    const responses = await Promise.all(Array.from({ length: 50 }, () => post(context, "/signup", body)));
    const statuses = responses.map((response) => response.status).sort();
    expect(statuses).toEqual([200, ...Array<number>(49).fill(409)]);
    expect(responses.filter((response) => response.headers.getSetCookie().length > 0)).toHaveLength(1);
    expect(await countUsers(context)).toBe(1);
  });

  it("MR-01 knows nothing of another realm's accounts", async () => {
    const [one, other] = [await makeRealm(), await makeRealm()];
    const body = person();
    const ids = await Promise.all(
      [one, other].map(async (context) => (await (await post(context, "/signup", body)).json<UserAnswer>()).user.id),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ["nothing to be found by", { password: goodPassword }, "identifier-missing"],
    ["blank names", { email: " ", username: "", password: goodPassword }, "identifier-missing"],
    ["no password", { email: address() }, "password-missing"],
    ["an empty password", { email: address(), password: "" }, "password-missing"],
    ["a password of seven", { email: address(), password: "v1olet!" }, "password-too-short"],
    ["a password of 257", { email: address(), password: "v".repeat(257) }, "password-too-long"],
    ["a common password", { email: address(), password: "qwerty12345" }, "password-too-common"],
    [
      "its name as password",
      { email: address(), name: "Morpheus", password: "Morpheus1" },
      "password-contains-context",
    ],
    ["no valid address", { email: "neo@localhost", password: goodPassword }, "email-invalid"],
    ["an address with a line break", { email: "neo@example.test\n", password: goodPassword }, "email-invalid"],
    ["a username with a space", { username: "neo newman", password: goodPassword }, "username-invalid"],
    ["two addresses", { email: address(), username: address(), password: goodPassword }, "username-invalid"],
    ["a name with a NUL", { ...person(), name: "Neo\0" }, "validation-failed"],
    ["a name with half a surrogate pair", { ...person(), name: "Neo\ud83d" }, "validation-failed"],
    ["a name of 201", { ...person(), name: "n".repeat(201) }, "validation-failed"],
    ["a number as name", { ...person(), name: 7 }, "validation-failed"],
    ["a list as address", { ...person(), email: [address()] }, "validation-failed"],
    ["an object as password", { ...person(), password: { $ne: "" } }, "validation-failed"],
    ["a text as dont-login", { ...person(), "dont-login": "yes" }, "validation-failed"],
    ["metadata that is no object", { ...person(), metadata: "x" }, "validation-failed"],
    ["too much metadata", { ...person(), metadata: { text: "x".repeat(8200) } }, "validation-failed"],
    ["too many bytes of metadata", { ...person(), metadata: { text: "é".repeat(4100) } }, "validation-failed"],
  ])("PW-06 refuses %s, field by field, and makes no account", async (_, body, code) => {
    const context = await makeRealm();
    const error = await expectError(await post(context, "/signup", body), 422, code);
    expect(Object.keys(error.fields ?? {})).toHaveLength(1);
    expect(await countUsers(context)).toBe(0);
  });

  it("gives no roles, ids, verified marks or dates that the body asks for", async () => {
    const context = await makeRealm();
    const bait = {
      id: 7,
      roles: ["admin", "sysadmin"],
      "email-verified": true,
      email_verified: true,
      "verification-status": "email",
      "created-at": 1,
      realm: "other",
      "realm-id": "other",
      disabled: true,
      "external-id": "1",
    };
    const { user } = await (await post(context, "/signup", { ...person(), ...bait })).json<UserAnswer>();
    expect(await context.users.findById(user.id)).toMatchObject({
      roles: ["user"],
      emailVerified: false,
      externalId: null,
      disabledAt: null,
      realmId: context.realm.id,
    });
    expect(user.id).not.toBe(7);
    expect(user["created-at"]).not.toBe(1);
  });

  it("is closed where the realm says so", async () => {
    const context = await makeRealm({ sign_up: false });
    await expectError(await post(context, "/signup", person()), 403, "sign-up-closed");
    expect(await countUsers(context)).toBe(0);
  });

  it("PW-01 asks for as many characters as the realm does", async () => {
    const context = await makeRealm({ password_min_length: 15 });
    const short = { ...person(), password: "violet-harbour" };
    await expectError(await post(context, "/signup", short), 422, "password-too-short");
    expect((await post(context, "/signup", { ...short, password: "violet-harbour8" })).status).toBe(200);
  });

  it("RL-04 refuses a body of a megabyte before it reads it all", async () => {
    const context = await makeRealm();
    await expectError(
      await post(context, "/signup", { ...person(), password: "x".repeat(1_000_000) }),
      413,
      "body-too-large",
    );
  });
});
