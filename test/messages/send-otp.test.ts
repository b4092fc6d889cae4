import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { formBody, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { countUsers, expectError, post } from "../surfaces/session-api.ts";
import { codeIn, countTo, messagesTo, newestTo } from "./mailbox.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const fresh = () => `fresh-${randomHandle(6).toLowerCase()}@example.test`;

/** All that a caller sees, but for what is random in every answer. */
async function seen(response: Response): Promise<unknown> {
  const headers = [...response.headers]
    .filter(([name]) => name !== "x-request-id" && name !== "date")
    .map(([name, value]) => [name, value.replace(/(?<=otp-auth=)[^;]+/, (sealed) => `${sealed.length}`)])
    .sort();
  return [response.status, headers, await response.text()];
}

describe("POST /api/auth/v1/users/send-otp (contract §2)", () => {
  it("sends six digits in a mail to an e-mail address, in a text message to a phone number", async () => {
    const email = fresh();
    const phone = "+4915112300001";
    for (const body of [{ email }, { "phone-number": phone }, { "login-phone-number": "+49 151 123 00 001" }]) {
      const response = await post(context, "/users/send-otp", body);
      expect([response.status, await response.json()]).toEqual([200, { message: "A code has been sent." }]);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    const mail = await newestTo(context, email);
    expect(mail.html).toContain(codeIn(mail));
    const texts = await messagesTo(context, phone);
    expect(texts).toHaveLength(2);
    expect(codeIn(texts[0] ?? mail)).not.toBe(codeIn(texts[1] ?? mail));
  });

  it("takes the address by itself, as Bridgekeeper's documentation has it", async () => {
    const email = fresh();
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(email) };
    expect((await request(`${context.realm.issuer}/api/auth/v1/users/send-otp`, init)).status).toBe(200);
    expect(await countTo(context, email)).toBe(1);
  });

  it("sends to the signed-in user's own address when none is named", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const cookie = await signIn(context, user);
    expect((await post(context, "/users/send-otp", {}, cookie)).status).toBe(200);
    expect((await newestTo(context, user.email)).subject).toMatch(/^Your code/);
  });

  it("sets otp-auth: HttpOnly, ten minutes, this host, and no session", async () => {
    const response = await post(context, "/users/send-otp", { email: fresh() });
    expect(response.headers.getSetCookie()).toHaveLength(1);
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^otp-auth=[\w-]+\.[\w-]+; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/);
    const sealed = cookie.slice("otp-auth=".length).split(";")[0] ?? "";
    const me = `${context.realm.issuer}/api/auth/v1/users/me`;
    for (const worth of [`otp-auth=${sealed}`, `qt-auth=${sealed}`])
      await expectError(await request(me, { headers: { cookie: worth } }), 403, "session-required");
    await expectError(await request(me, { headers: { "x-qt-auth": sealed } }), 403, "session-required");
  });

  it("RC-01 answers alike for an account, for none, for a disabled one, and for one without a password", async () => {
    const known = await makeUser(context, { email: `known-${randomHandle(6).toLowerCase()}@example.test` });
    const disabled = await makeUser(context, {
      email: `gone1-${randomHandle(6).toLowerCase()}@example.test`,
      disabled: true,
    });
    const social = await makeUser(context, {
      email: `socal-${randomHandle(6).toLowerCase()}@example.test`,
      password: null,
    });
    const answers = [];
    for (const email of [known.email, fresh(), disabled.email, social.email])
      answers.push(await seen(await post(context, "/users/send-otp", { email })));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await countTo(context, disabled.email)).toBe(0);
    expect(await countTo(context, social.email)).toBe(1);
  });

  it("writes to nobody without an account in a realm where people make none, and does not say so", async () => {
    const closed = await makeRealm({ sign_up: false });
    const user = await makeUser(closed);
    const email = fresh();
    const answers = [];
    for (const to of [user.email, email])
      answers.push(await (await post(closed, "/users/send-otp", { email: to })).text());
    expect(answers[1]).toBe(answers[0]);
    expect(await countTo(closed, user.email)).toBe(1);
    expect(await countTo(closed, email)).toBe(0);
  });

  it("MF-09 never puts the code into an answer: not into the body, not into a header", async () => {
    const email = fresh();
    const sent = await post(context, "/users/send-otp", { email });
    const code = codeIn(await newestTo(context, email));
    const told = [...sent.headers].flat().join("\n") + (await sent.text());
    expect(told).not.toContain(code);
    const used = await post(context, "/login", { email, otp: code, "auto-signup": true });
    expect([used.status, await used.text()]).toEqual([200, expect.not.stringContaining(code)]);
    expect([...used.headers].flat().join("\n")).not.toContain(code);
  });

  it("MF-09 draws codes from all of them: a hundred are hardly ever alike, and some begin with 0", async () => {
    const generous = await makeRealm({
      rate_limits: { messages_per_recipient_per_hour: 1000, messages_per_address_per_minute: 0 },
    });
    const email = fresh();
    for (let sent = 0; sent < 60; sent++) await post(generous, "/users/send-otp", { email });
    const codes = (await messagesTo(generous, email)).map(codeIn);
    expect(codes).toHaveLength(60);
    expect(new Set(codes).size).toBeGreaterThan(57);
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
  });

  it.each([
    ["somebody with an account", async (realm: RealmContext) => (await makeUser(realm)).email ?? ""],
    ["nobody we know", () => Promise.resolve(fresh())],
  ])("RC-09 sends five of fifty to %s, answers all alike, and sends again after a while", async (_, make) => {
    const realm = await makeRealm({ rate_limits: { messages_per_address_per_minute: 0 } });
    travel(0);
    const email = await make(realm);
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(realm, "/users/send-otp", { email })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await countTo(realm, email)).toBe(5);
    const last = codeIn(await newestTo(realm, email));
    travel(11 * 60);
    await post(realm, "/users/send-otp", { email });
    expect(await countTo(realm, email)).toBe(5);
    travel(2 * 60);
    await post(realm, "/users/send-otp", { email });
    expect(await countTo(realm, email)).toBe(6);
    expect(codeIn(await newestTo(realm, email))).not.toBe(last);
  });

  it("RC-09 leaves the code that was sent last good when no further one is sent", async () => {
    const realm = await makeRealm({ rate_limits: { messages_per_recipient_per_hour: 1 } });
    const user = await makeUser(realm, { emailVerified: true });
    await post(realm, "/users/send-otp", { email: user.email });
    const code = codeIn(await newestTo(realm, user.email));
    await post(realm, "/users/send-otp", { email: user.email });
    expect(await countTo(realm, user.email)).toBe(1);
    expect((await post(realm, "/login", { email: user.email, otp: code })).status).toBe(200);
  });

  it("RL-01 answers 429 with Retry-After to one address that asks too often, and to a realm that is flooded", async () => {
    for (const limit of ["messages_per_address_per_minute", "messages_per_realm_per_minute"]) {
      const realm = await makeRealm({ rate_limits: { [limit]: 10 } });
      const statuses = [];
      for (let sent = 0; sent < 12; sent++) {
        const response = await post(realm, "/users/send-otp", { email: fresh() });
        statuses.push(response.status);
        if (response.status === 429) expect(response.headers.get("retry-after")).toBe("60");
      }
      expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
      expect(statuses.slice(10)).toEqual([429, 429]);
      await expectError(await post(realm, "/users/forgot-password", { email: fresh() }), 429, "rate-limited");
    }
  });

  it.each([
    ["nothing", {}, 422, "identifier-missing"],
    ["an address that is none", { email: "nobody" }, 422, "email-invalid"],
    ["a header in an address", { email: "a@example.test\r\nBcc: b@example.test" }, 422, "email-invalid"],
    ["two addresses", { email: "a@example.test,b@example.test" }, 422, "email-invalid"],
    ["a national number", { "phone-number": "0151 1234567" }, 422, "phone-number-invalid"],
    ["a list", { email: ["a@example.test"] }, 422, "validation-failed"],
    ["a number", { "phone-number": 4915112345678 }, 422, "validation-failed"],
  ])("RC-14 refuses %s and sends nothing", async (_, body, status, code) => {
    const users = await countUsers(context);
    await expectError(await post(context, "/users/send-otp", body), status, code);
    expect(await countUsers(context)).toBe(users);
  });

  it("SE-08 refuses a form, and a page of another site", async () => {
    const url = `${context.realm.issuer}/api/auth/v1/users/send-otp`;
    await expectError(await request(url, formBody({ email: fresh() })), 415, "unsupported-media-type");
    const email = fresh();
    const foreign = await post(context, "/users/send-otp", { email }, undefined, { origin: "https://evil.test" });
    await expectError(foreign, 403, "cross-site-request");
    expect(await countTo(context, email)).toBe(0);
  });

  it("MR-01 keeps the same address apart in two realms", async () => {
    const other = await makeRealm();
    const email = fresh();
    await makeUser(context, { email, password: goodPassword });
    await makeUser(other, { email, password: goodPassword });
    await post(context, "/users/send-otp", { email });
    const code = codeIn(await newestTo(context, email));
    await expectError(await post(other, "/login", { email, otp: code }), 401, "otp-mismatch");
    expect((await post(context, "/login", { email, otp: code })).status).toBe(200);
  });
});
