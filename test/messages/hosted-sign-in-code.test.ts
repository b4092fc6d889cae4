import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { Browser, type Page } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import { makeClient, makeRealm, makeUser, type TestClient } from "../support/world.ts";
import { get, post, sessionCount, type UserAnswer } from "../surfaces/session-api.ts";
import { codeIn, countTo, newestTo, wrongCode } from "./mailbox.ts";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
});

afterEach(() => {
  vi.useRealTimers();
});

const alert = (page: Page): string => /role="alert">.*?<p>(.*?)<\/p>/s.exec(page.html)?.[1] ?? "";
const sessionOf = (browser: Browser): string | undefined => browser.cookie(context.realm.authDomain, "qt-auth");

async function asked(recipient: string, browser = new Browser(context.realm.hosts)) {
  const start = await browser.open(`${context.realm.issuer}/sign-in`);
  const ask = await browser.follow(start, "code-link");
  return { browser, ask, page: await browser.submit(ask, "code-ask-form", { recipient }) };
}

describe("signing in on the hosted page by a code, without JavaScript", () => {
  it.each([
    ["mail", async () => (await makeUser(context, { emailVerified: true, password: null })).email ?? ""],
    [
      "text message",
      async () => {
        const phoneNumber = `+4915${String(Date.now()).slice(-9)}`;
        await makeUser(context, { email: null, password: null, phoneNumber, phoneVerified: true });
        return phoneNumber;
      },
    ],
  ])("WB-10 works by %s", async (_, make) => {
    const recipient = await make();
    const { browser, page } = await asked(recipient);
    expect([page.status, alert(page)]).toEqual([
      200,
      expect.stringContaining(`with ${recipient}, a code is on its way`),
    ]);
    expect(page.forms[0]?.fields.map(({ name, autocomplete }) => [name, autocomplete])).toEqual([
      ["csrf", ""],
      ["step", ""],
      ["code", "one-time-code"],
      ["", ""],
    ]);
    const home = await browser.submit(page, "code-form", { code: codeIn(await newestTo(context, recipient)) });
    expect([home.url.pathname, home.trail.map(({ status }) => status)]).toEqual(["/", [303]]);
    expect((await get(context, "/users/me", sessionOf(browser))).status).toBe(200);
    expect(browser.cookie(context.realm.authDomain, "otp-auth")).toBeUndefined();
  });

  it("takes an application's waiting request along, and on to the application", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const browser = new Browser(context.realm.hosts);
    const start = await browser.open(authorizeUrl(context, client), "cross-site");
    const ask = await browser.follow(start, "code-link");
    const page = await browser.submit(ask, "code-ask-form", { recipient: user.email ?? "" });
    const back = await browser.submit(page, "code-form", { code: codeIn(await newestTo(context, user.email)) });
    expect(back.url.origin + back.url.pathname).toBe("https://partner.test/callback");
    expect(back.url.searchParams.get("code")).toBeTruthy();
  });

  it("makes an account for somebody new", async () => {
    const email = `fresh-${randomHandle(6).toLowerCase()}@example.test`;
    const { browser, page } = await asked(email);
    await browser.submit(page, "code-form", { code: codeIn(await newestTo(context, email)) });
    const { user } = await (await get(context, "/users/me", sessionOf(browser))).json<UserAnswer>();
    expect(user).toMatchObject({ email, "verification-status": "email" });
  });

  it("RC-15 takes the code in the browser that asked for it only", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const { page } = await asked(user.email ?? "");
    const code = codeIn(await newestTo(context, user.email));
    const other = await asked("somebody.else@example.test");
    const elsewhere = await other.browser.submit(other.page, "code-form", { code });
    expect([elsewhere.status, alert(elsewhere)]).toEqual([401, expect.stringContaining("This code is not right")]);
    const bare = new Browser(context.realm.hosts);
    const own = await bare.open(`${context.realm.issuer}/sign-in/code`);
    const forged: Page = {
      ...own,
      forms: page.forms.map((form) => ({
        ...form,
        fields: form.fields.map((field) =>
          field.name === "csrf" ? (own.forms[0]?.fields.find(({ name }) => name === "csrf") ?? field) : field,
        ),
      })),
    };
    const refused = await bare.submit(forged, "code-form", { code });
    expect([refused.status, alert(refused)]).toEqual([400, expect.stringContaining("begun in another browser")]);
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("tells what is wrong, and lets somebody try again", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const { browser, ask } = await asked(user.email ?? "");
    for (const [recipient, said] of [
      ["", "Enter your email address or phone number."],
      ["0151 1234567", "Enter an email address like"],
      ["nobody@", "Enter an email address like"],
    ] as const) {
      const page = await browser.submit(ask, "code-ask-form", { recipient });
      expect([page.status, alert(page)]).toEqual([422, expect.stringContaining(said)]);
    }
    const page = await browser.submit(ask, "code-ask-form", { recipient: user.email ?? "" });
    const code = codeIn(await newestTo(context, user.email));
    const empty = await browser.submit(page, "code-form", { code: "" });
    expect([empty.status, alert(empty)]).toEqual([422, "Enter the six digits."]);
    const wrong = await browser.submit(empty, "code-form", { code: wrongCode(code) });
    expect([wrong.status, alert(wrong)]).toEqual([401, expect.stringContaining("This code is not right")]);
    expect((await browser.submit(wrong, "code-form", { code })).url.pathname).toBe("/");
  });

  it("PW-14 counts guesses with those at the session API, and says how long to wait", async () => {
    const user = await makeUser(context, { emailVerified: true });
    travel(0);
    const { browser, page } = await asked(user.email ?? "");
    const code = codeIn(await newestTo(context, user.email));
    for (let tries = 0; tries < 4; tries++)
      expect((await post(context, "/login", { email: user.email, otp: wrongCode(code) })).status).toBe(401);
    expect((await browser.submit(page, "code-form", { code: wrongCode(code) })).status).toBe(401);
    const refused = await browser.submit(page, "code-form", { code });
    expect([refused.status, alert(refused)]).toEqual([429, "Too many attempts. Try again in 10 minutes."]);
    expect(refused.headers.get("retry-after")).toBe("600");
  });

  it("RC-01 shows the same for an address without an account, and writes to it only where people may sign up", async () => {
    const closed = await makeRealm({ sign_up: false });
    const user = await makeUser(closed, { emailVerified: true });
    const shown = [];
    for (const recipient of [user.email ?? "", "nobody.at.all@example.test"]) {
      const browser = new Browser(closed.realm.hosts);
      const ask = await browser.open(`${closed.realm.issuer}/sign-in/code`);
      const page = await browser.submit(ask, "code-ask-form", { recipient });
      const html = page.html.replaceAll(recipient, "…").replaceAll(/csrf" value="[^"]+/g, "csrf");
      shown.push([page.status, html.replaceAll(/nonce="[^"]+/g, "nonce")]);
    }
    expect(shown[1]).toEqual(shown[0]);
    expect(await countTo(closed, user.email)).toBe(1);
    expect(await countTo(closed, "nobody.at.all@example.test")).toBe(0);
  });
});
