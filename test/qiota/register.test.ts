import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { answerAt, once } from "../authorization/requests.ts";
import { linkIn, messagesTo, newestTo } from "../messages/mailbox.ts";
import {
  cookiesOf,
  goodPassword,
  makeRealm,
  makeUser,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { countUsers, get, logIn, sessionCount } from "../surfaces/session-api.ts";
import {
  callback,
  endpoint,
  errorUri,
  expectPage,
  expectProblem,
  formOf,
  fromPage,
  makePartner,
  partner,
  postForm,
  postJson,
} from "./support.ts";

let context: RealmContext;
let client: TestClient;
let count = 0;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context);
});

const newcomer = (changes: Record<string, unknown> = {}) => ({
  email: `newcomer-${++count}@example.test`,
  password: goodPassword,
  ...changes,
});

describe("POST /v1/register (contract §3)", () => {
  it.each(["/v1/register", "/api/v1/register"])(
    "S1.8 makes an account at %s, signs nobody in, and sends the confirmation",
    async (path) => {
      const body = newcomer({ name: "Neo Matrix", first_name: "Neo", last_name: "Matrix" });
      const response = await postJson(context, path, { ...body, email: body.email.toUpperCase() });
      expect([response.status, response.headers.get("cache-control")]).toEqual([201, "no-store"]);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await response.json()).toEqual({
        user: {
          id: expect.any(Number),
          email: body.email,
          email_verified: false,
          name: "Neo Matrix",
          first_name: "Neo",
          last_name: "Matrix",
          roles: ["user"],
          created_at: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/),
        },
      });
      const link = linkIn(await newestTo(context, body.email));
      expect(link.origin).toBe(context.realm.issuer);
      expect((await request(link.href, { headers: { accept: "text/html" } })).status).toBe(200);
      expect((await context.users.findByEmail(body.email))?.emailVerified).toBe(true);
      expect((await logIn(context, body.email)).status).toBe(200);
    },
  );

  it("takes a form as well, and answers it with JSON when no application waits", async () => {
    const response = await postForm(context, "/v1/register", newcomer(), fromPage(context.realm.issuer));
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ user: { name: null, first_name: null, email_verified: false } });
  });

  it("of a partner's form signs in and goes on to redirect_uri with a code", async () => {
    const fields = newcomer();
    const response = await postForm(context, "/v1/register", formOf(client, fields), fromPage(partner));
    expect(response.status).toBe(302);
    const { code, ...answer } = once(answerAt(response, callback));
    expect(answer).toEqual({ state: "a state & more", iss: context.realm.issuer });
    const redeemed = await tokenRequest(context, client, {
      grant_type: "authorization_code",
      code,
      redirect_uri: callback,
    });
    expect(redeemed.status).toBe(200);
    expect((await get(context, "/users/me", cookiesOf(response)["qt-auth"])).status).toBe(200);
    expect(await messagesTo(context, fields.email)).toHaveLength(1);
  });

  it("of a program with a redirect_uri signs in and answers where to go", async () => {
    const response = await postJson(context, "/v1/register", formOf(client, newcomer()));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      redirect_uri: expect.stringMatching(/^https:\/\/partner\.test\/callback\?code=/),
    });
    expect(Object.keys(cookiesOf(response))).toEqual(["qt-auth", "__Host-gatehouse-browser"]);
  });

  it("leads a partner's newcomer over the consent page, and where a second factor is required, over setting it up", async () => {
    for (const [tfa, status, path] of [
      ["optional", 302, "/authorize/resume"],
      ["required", 303, "/two-factor/set-up"],
    ]) {
      const realm = await makeRealm({ tfa });
      const third = await makePartner(realm, {}, { firstParty: false });
      const response = await postForm(realm, "/v1/register", formOf(third, newcomer()), fromPage(partner));
      expect([response.status, response.headers.get("location")?.split("?")[0]]).toEqual([status, path]);
    }
  });
});

describe("what POST /v1/register refuses", () => {
  const refusals: [string, Record<string, unknown>, number, string, string?][] = [
    ["a taken address", {}, 409, "user-already-exists", "email"],
    ["no address", { email: undefined }, 422, "validation-failed", "email"],
    ["an empty address", { email: "" }, 422, "identifier-missing", "email"],
    ["no mail address", { email: "neo" }, 422, "email-invalid", "email"],
    ["no password", { password: undefined }, 422, "validation-failed", "password"],
    ["an empty password", { password: "" }, 422, "password-missing", "password"],
    ["a short password", { password: "short" }, 422, "password-too-short", "password"],
    ["a common password", { password: "password123" }, 422, "password-too-common", "password"],
    ["a password too long", { password: "p".repeat(2000) }, 422, "password-too-long", "password"],
    ["a name of two lines", { name: "Neo\r\nBcc: x@evil.test" }, 422, "validation-failed", "name"],
    ["a name that is none", { first_name: { $gt: "" } }, 422, "validation-failed", "first_name"],
  ];

  it.each(refusals)("PW-06 is %s, in JSON", async (what, changes, status, code, field) => {
    const body = newcomer(changes);
    if (what === "a taken address") await makeUser(context, { email: body.email });
    const before = await countUsers(context);
    const errors = await expectProblem(await postJson(context, "/v1/register", body), status, code);
    expect(Object.keys(errors ?? {})).toEqual([field]);
    expect(await countUsers(context)).toBe(before);
  });

  it.each([
    ["a taken address", {}, "user-already-exists"],
    ["no address", { email: "" }, "validation-failed"],
    ["no mail address", { email: "neo" }, "email-invalid"],
    ["a short password", { password: "short" }, "password-too-short"],
  ])("PW-06 is %s, in a partner's form: told to error_uri", async (what, changes, error) => {
    const fields = { ...newcomer(), ...changes };
    if (what === "a taken address") await makeUser(context, { email: fields.email });
    const before = await countUsers(context);
    const response = await postForm(context, "/v1/register", formOf(client, fields), fromPage(partner));
    expect(response.status).toBe(302);
    expect(once(answerAt(response, errorUri))).toEqual({ error, state: "a state & more", iss: context.realm.issuer });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await countUsers(context)).toBe(before);
  });

  it("is everybody where people make no accounts themselves", async () => {
    const closed = await makeRealm({ sign_up: false });
    const theirs = await makePartner(closed);
    await expectProblem(await postJson(closed, "/v1/register", newcomer()), 403, "sign-up-closed");
    await expectPage(
      await postForm(closed, "/v1/register", newcomer(), fromPage(closed.realm.issuer)),
      403,
      "sign-up-closed",
    );
    const told = await postForm(closed, "/v1/register", formOf(theirs, newcomer()), fromPage(partner));
    expect(once(answerAt(told, errorUri)).error).toBe("sign-up-closed");
    expect(await countUsers(closed)).toBe(0);
  });

  it.each(["GET", "HEAD"])("PW-18 is %s", async (method) => {
    for (const path of ["/register", "/register/reminder", "/password/forgot", "/password/reset"]) {
      const response = await request(`${endpoint(context, `/v1${path}`)}?${new URLSearchParams(newcomer())}`, {
        method,
      });
      expect([path, response.status]).toEqual([path, 405]);
    }
  });

  it("RC-11 is nobody's wish to be more than a newcomer: the other fields are ignored", async () => {
    const wishes = {
      roles: ["sysadmin"],
      role: "admin",
      is_admin: true,
      email_verified: true,
      id: 1,
      realm_id: "other",
      external_id: "x",
      disabled: false,
      password_hash: "x",
      created_at: 0,
      metadata: { vip: true },
      constructor: { prototype: { roles: ["admin"] } },
    };
    const body = newcomer();
    const text = `{"__proto__":{"roles":["admin"]},${JSON.stringify({ ...body, ...wishes }).slice(1)}`;
    const response = await request(endpoint(context, "/v1/register"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: text,
    });
    expect(response.status).toBe(201);
    expect(await context.users.findByEmail(body.email)).toMatchObject({
      roles: ["user"],
      emailVerified: false,
      realmId: context.realm.id,
      externalId: null,
      disabledAt: null,
      metadata: {},
    });
  });

  it("RL-01 are too many from one address", async () => {
    const strict = await makeRealm({ rate_limits: { sign_up_per_address_per_minute: 10 } });
    const theirs = await makePartner(strict);
    for (let index = 0; index < 10; index++) await postJson(strict, "/v1/register", newcomer({ password: "short" }));
    await expectProblem(await postJson(strict, "/v1/register", newcomer()), 429, "rate-limited");
    const told = await postForm(strict, "/v1/register", formOf(theirs, newcomer()), fromPage(partner));
    expect(once(answerAt(told, errorUri)).error).toBe("too_many_attempts");
  });
});

describe("fifty at once", () => {
  it("PW-19 with one address: one account, one session, however it is spelled", async () => {
    const { email } = newcomer();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        postForm(
          context,
          "/v1/register",
          formOf(client, { email: index % 2 ? email.toUpperCase() : ` ${email}`, password: goodPassword }),
        ),
      ),
    );
    const won = all.filter((response) => response.headers.get("location")?.startsWith(`${callback}?`));
    expect(won).toHaveLength(1);
    for (const response of all.filter((candidate) => !won.includes(candidate)))
      expect(once(answerAt(response, errorUri)).error).toBe("user-already-exists");
    const user = await context.users.findByEmail(email);
    expect(await sessionCount(context, user?.id ?? 0)).toBe(1);
    expect(await messagesTo(context, email)).toHaveLength(1);
  });
});
