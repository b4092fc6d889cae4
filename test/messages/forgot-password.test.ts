import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { expectError, post } from "../surfaces/session-api.ts";
import { codeIn, countTo, linkIn, messagesTo, newestTo } from "./mailbox.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const ask = (body: unknown, headers: Record<string, string> = {}) =>
  post(context, "/users/forgot-password", body, undefined, headers);

describe("POST /api/auth/v1/users/forgot-password (contract §2)", () => {
  it("sends a link to the hosted page, and a code", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const response = await ask({ email: user.email?.toUpperCase() });
    expect([response.status, await response.json()]).toEqual([
      200,
      { message: "If there is such an account, a message is on its way to it." },
    ]);
    const message = await newestTo(context, user.email);
    const link = linkIn(message);
    expect(link.origin + link.pathname).toBe(`${context.realm.issuer}/reset-password`);
    expect(link.searchParams.get("token")).toMatch(/^[\w-]+\.[\w-]{100,}$/);
    expect(codeIn(message)).toMatch(/^\d{6}$/);
    expect(message.html).toContain(`href="${link.href.replaceAll("&", "&amp;")}"`);
  });

  it("sends the code alone to a phone", async () => {
    const phone = "+4915188800001";
    await makeUser(context, { email: null, phoneNumber: phone, phoneVerified: true });
    expect((await ask({ "phone-number": phone })).status).toBe(200);
    const message = await newestTo(context, phone);
    expect(message.text).not.toContain("http");
    expect(message.text).toMatch(/^\d{6} is your code to set a new password/);
  });

  it("RC-01 answers alike for an account, for none, for a social one, and for a disabled one", async () => {
    const letters = () => randomHandle(6).toLowerCase();
    const known = await makeUser(context, { email: `a-${letters()}@example.test` });
    const social = await makeUser(context, { email: `b-${letters()}@example.test`, password: null });
    const disabled = await makeUser(context, { email: `c-${letters()}@example.test`, disabled: true });
    const nobody = `d-${letters()}@example.test`;
    const answers = [];
    for (const email of [known.email, social.email, disabled.email, nobody]) {
      const response = await ask({ email });
      const headers = [...response.headers].filter(([name]) => name !== "x-request-id" && name !== "date");
      answers.push([response.status, headers, await response.text()]);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await countTo(context, known.email)).toBe(1);
    expect(await countTo(context, social.email)).toBe(1);
    expect(await countTo(context, disabled.email)).toBe(0);
    expect(await countTo(context, nobody)).toBe(0);
  });

  it("RC-01 stays alike through a flood of requests", async () => {
    const known = await makeUser(context);
    for (let asked = 0; asked < 12; asked++) {
      const [one, other] = [await ask({ email: known.email }), await ask({ email: "nobody-here@example.test" })];
      expect([one.status, await one.text()]).toEqual([other.status, await other.text()]);
    }
  });

  it("RC-09 sends five of fifty", async () => {
    const realm = await makeRealm({ rate_limits: { messages_per_address_per_minute: 0 } });
    const user = await makeUser(realm);
    const asked = Array.from({ length: 50 }, () => post(realm, "/users/forgot-password", { email: user.email }));
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await countTo(realm, user.email)).toBe(5);
  });

  it.each([
    { "x-forwarded-host": "evil.test", "x-forwarded-proto": "http" },
    { forwarded: "for=1.2.3.4;host=evil.test;proto=http" },
    { "x-original-host": "evil.test", "x-http-host-override": "evil.test", "x-forwarded-port": "1234" },
    { "x-rewrite-url": "https://evil.test/", "x-forwarded-prefix": "/evil" },
    { referer: "https://evil.test/" },
  ])("RC-02 leads to the issuer, whatever %j says", async (headers) => {
    const user = await makeUser(context);
    await ask({ email: user.email }, headers);
    const message = await newestTo(context, user.email);
    expect(linkIn(message).host).toBe(context.realm.authDomain);
    expect(message.html + message.text).not.toContain("evil");
  });

  it("leads to a page of the realm's own that asks for the password, and to nobody else's", async () => {
    const user = await makeUser(context);
    const site = context.realm.hosts[2] ?? "";
    const url = `https://${site}/api/auth/v1/users/forgot-password`;
    expect((await request(url, jsonBody({ email: user.email, "redirect-url": "/new-password?x=1" }))).status).toBe(200);
    const link = linkIn(await newestTo(context, user.email));
    expect(link.origin + link.pathname).toBe(`https://${site}/new-password`);
    expect([...link.searchParams.keys()]).toEqual(["x", "token"]);
    for (const page of ["https://evil.test/", "//evil.test", "javascript:alert(1)", "https://news.example.com/"]) {
      const refused = await ask({ email: user.email, "redirect-url": page });
      expect([refused.status, refused.headers.get("x-error-code")]).toEqual([400, "redirect-not-allowed"]);
    }
    expect(await countTo(context, user.email)).toBe(1);
  });

  it("RC-02 hands the token to no domain that redirects alone may lead to", async () => {
    const realm = await makeRealm();
    Object.assign(realm.realm, { allowedRedirectDomains: ["partner.test"] });
    const user = await makeUser(realm);
    const body = { email: user.email, "redirect-url": "https://partner.test/" };
    expect((await post(realm, "/users/forgot-password", body)).status).toBe(400);
    expect((await post(realm, "/users/send-verification-link", body)).status).toBe(200);
  });

  it("writes in the language of whoever asks, among the realm's", async () => {
    const user = await makeUser(context);
    await ask({ email: user.email }, { "accept-language": "fr-CA,fr;q=0.9" });
    const message = await newestTo(context, user.email);
    expect(message.subject).toMatch(/^Choisissez un nouveau mot de passe pour /);
    expect(message.html).toContain('<html lang="fr" dir="ltr">');
    const english = await makeRealm({ languages: ["en"] });
    const reader = await makeUser(english);
    await post(english, "/users/forgot-password", { email: reader.email }, undefined, { "accept-language": "fr" });
    expect((await newestTo(english, reader.email)).subject).toMatch(/^Set a new password/);
  });

  it.each([
    ["nothing", {}, "identifier-missing"],
    ["an address that is none", { email: "@" }, "email-invalid"],
    ["an object", { email: { $ne: 1 } }, "validation-failed"],
  ])("refuses %s", async (_, body, code) => {
    await expectError(await ask(body), 422, code);
  });

  it("RC-03 gives every mail a code and a token of its own", async () => {
    const user = await makeUser(context);
    for (let asked = 0; asked < 4; asked++) {
      await ask({ email: user.email });
      travel(1);
    }
    const messages = await messagesTo(context, user.email);
    expect(new Set(messages.map((message) => linkIn(message).href)).size).toBe(4);
    expect(new Set(messages.map(codeIn)).size).toBeGreaterThan(2);
  });
});
