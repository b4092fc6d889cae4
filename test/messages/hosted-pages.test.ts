import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { Browser } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import { makeClient, makeRealm, makeUser, signIn, type TestClient } from "../support/world.ts";
import { get, logIn, sessionCount } from "../surfaces/session-api.ts";
import { codeIn, countTo, linkIn, newestTo, wrongCode } from "./mailbox.ts";
import { askOnPage, nextPassword as next, openPage, visibleProblem } from "./support.ts";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
});

afterEach(() => {
  vi.useRealTimers();
});

const open = (browser: Browser, path: string, site?: "cross-site") => openPage(context, browser, path, site);
const asked = (email: string | null, browser?: Browser) => askOnPage(context, email, browser);

describe("the hosted sign-up page", () => {
  it("sends a link by which the new address is confirmed, and says how that went", async () => {
    const browser = new Browser(context.realm.hosts);
    const start = await open(browser, "/sign-up");
    const email = `nora-${Date.now()}@example.test`;
    const home = await browser.submit(start, "sign-up-form", { name: "Nora", email, password: next });
    expect(home.url.pathname).toBe("/");
    const link = linkIn(await newestTo(context, email));
    const page = await browser.open(String(link), "cross-site");
    expect(page.html).toContain("Your address is confirmed");
    expect((await context.users.findByEmail(email))?.emailVerified).toBe(true);
  });
});

describe("the hosted pages for a forgotten password, used without JavaScript", () => {
  it("WB-10 lead from sign-in by the code of the mail to a new password, and sign nobody in", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const { browser, page } = await asked(user.email);
    expect(page.status).toBe(200);
    const fields = page.forms.find((form) => form.id === "reset-form")?.fields ?? [];
    expect(fields.map(({ name, type, autocomplete }) => [name, type, autocomplete])).toEqual([
      ["csrf", "hidden", ""],
      ["by", "hidden", ""],
      ["email", "email", "email"],
      ["code", "text", "one-time-code"],
      ["password", "password", "new-password"],
      ["", "submit", ""],
    ]);
    const done = await browser.submit(page, "reset-form", {
      email: user.email ?? "",
      code: codeIn(await newestTo(context, user.email)),
      password: next,
    });
    expect(done.html).toContain("Your password is set");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    const signInPage = await browser.follow(done, "sign-in-link");
    const home = await browser.submit(signInPage, "sign-in-form", { identifier: user.email ?? "", password: next });
    expect(home.url.pathname).toBe("/");
    expect(await sessionCount(context, user.id)).toBe(1);
  });

  it("WB-10 lead by the link of the mail, in another browser, to a new password", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await asked(user.email);
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(String(linkIn(await newestTo(context, user.email))), "cross-site");
    expect(page.html).toContain(user.email);
    expect(page.forms.find((form) => form.id === "reset-form")?.fields.map(({ name }) => name)).toEqual([
      "csrf",
      "by",
      "password",
      "",
    ]);
    const done = await browser.submit(page, "reset-form", { password: next });
    expect(done.html).toContain("Your password is set");
    expect((await logIn(context, user.email, next)).status).toBe(200);
    expect(browser.cookie(context.realm.authDomain, "__Host-gatehouse-reset")).toBeUndefined();
  });

  it("take an application's waiting request along, back to sign-in, and on to the application", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const browser = new Browser(context.realm.hosts);
    const start = await browser.open(authorizeUrl(context, client), "cross-site");
    const ask = await browser.follow(start, "forgot-link");
    const page = await browser.submit(ask, "forgot-form", { email: user.email ?? "" });
    const code = codeIn(await newestTo(context, user.email));
    const done = await browser.submit(page, "reset-form", { email: user.email ?? "", code, password: next });
    const signInPage = await browser.follow(done, "sign-in-link");
    const back = await browser.submit(signInPage, "sign-in-form", { identifier: user.email ?? "", password: next });
    expect(back.url.origin + back.url.pathname).toBe("https://partner.test/callback");
    expect(back.url.searchParams.get("code")).toBeTruthy();
  });

  it("RC-01 show the same for an address without an account", async () => {
    const user = await makeUser(context);
    const shown = [];
    for (const email of [user.email ?? "", "nobody.at.all@example.test"]) {
      const { page } = await asked(email);
      const html = page.html.replaceAll(email, "…").replaceAll(/csrf" value="[^"]+/g, "csrf");
      shown.push([page.status, html.replaceAll(/nonce="[^"]+/g, "nonce")]);
    }
    expect(shown[1]).toEqual(shown[0]);
    expect(await countTo(context, "nobody.at.all@example.test")).toBe(0);
  });

  it("say that a link is over: used, too old, or followed by a newer one", async () => {
    const user = await makeUser(context, { emailVerified: true });
    travel(0);
    await asked(user.email);
    const used = String(linkIn(await newestTo(context, user.email)));
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(used, "cross-site");
    expect((await browser.submit(page, "reset-form", { password: next })).html).toContain("Your password is set");
    expect(visibleProblem(await browser.open(used))).toMatch(/^This link is not valid any more/);
    expect(visibleProblem(await browser.submit(page, "reset-form", { password: `${next}2` }))).toMatch(/^This link/);
    await asked(user.email);
    const old = String(linkIn(await newestTo(context, user.email)));
    travel(3601);
    expect(visibleProblem(await browser.open(old))).toMatch(/^This link is not valid any more/);
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it.each([
    ["no address", { email: "" }, 422, "Enter your email address."],
    ["an address that is none", { email: "nobody" }, 422, "Enter an email address like name@example.com."],
    ["no code", { code: "" }, 422, "Enter the six digits from the mail."],
    ["a wrong code", { code: "wrong" }, 401, "This code is not right, or it is older than ten minutes."],
    ["no password", { password: "" }, 422, "Choose a password."],
    ["a short password", { password: "short" }, 422, "Use at least 8 characters."],
    ["a common password", { password: "password123" }, 422, "This password is widely known"],
  ])(
    "tell what is missing with %s, keep the address and nothing secret, and let somebody try again",
    async (_, fields, status, said) => {
      const user = await makeUser(context, { emailVerified: true });
      const { browser, page } = await asked(user.email);
      const code = codeIn(await newestTo(context, user.email));
      const right = { email: user.email ?? "", code, password: next };
      const typed = "code" in fields && fields.code === "wrong" ? { code: wrongCode(code) } : fields;
      const again = await browser.submit(page, "reset-form", { ...right, ...typed });
      expect([again.status, visibleProblem(again)]).toEqual([status, expect.stringContaining(said)]);
      expect(again.html).not.toContain(next);
      expect(again.html).not.toContain(`"${code}"`);
      expect((await browser.submit(again, "reset-form", right)).html).toContain("Your password is set");
    },
  );

  it("keep the session of whoever sets the password on the page, and end the others", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const other = await signIn(context, user);
    const browser = new Browser(context.realm.hosts);
    browser.plant(context.realm.authDomain, "qt-auth", await signIn(context, user));
    const { page } = await asked(user.email, browser);
    const code = codeIn(await newestTo(context, user.email));
    await browser.submit(page, "reset-form", { email: user.email ?? "", code, password: next });
    const mine = browser.cookie(context.realm.authDomain, "qt-auth");
    expect((await get(context, "/users/me", mine)).status).toBe(200);
    expect((await get(context, "/users/me", other)).status).toBe(403);
  });
});
