import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { makeSite, makeUser, originOf, password, type Site } from "./support/admin.ts";
import { call, openSite } from "./support/bridgekeeper.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
let site: Site;

beforeAll(async () => {
  site = await makeSite("messages");
});

interface Message {
  to: string;
  subject: string;
  text: string;
}

/** The newest message to somebody, as the mailbox of this machine shows it. */
async function newestTo(to: string): Promise<Message> {
  const address = `${inject("baseUrl")}/dev/mailbox?${new URLSearchParams({ to })}`;
  const response = await fetch(address, { headers: { accept: "application/json" } });
  const { messages } = (await response.json()) as { messages: Message[] };
  if (messages[0] === undefined) throw new Error(`nothing was sent to ${to}`);
  return messages[0];
}

const codeIn = ({ text }: Message): string => /(?<![\w-])\d{6}(?![\w-])/.exec(text)?.[0] ?? "";
const linkIn = ({ text }: Message): string => /https?:\/\/\S+/.exec(text)?.[0] ?? "";

/** A person with a browser of their own, on one of the publisher's sites. */
async function visit(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.context({ bypassCSP: true });
  const page = await context.newPage();
  await openSite(site.hosts[1] ?? "", page);
  return { context, page };
}

const next = "cobalt-meadow-lantern-52";

describe("@quintype/bridgekeeper-js, unmodified, in a real browser", () => {
  it("sends a code to a phone number, signs in with it, and makes the account on the way", async () => {
    const { context, page } = await visit();
    const phone = "+8801712345001";
    expect(await call(page, "sendOtp", { "phone-number": phone })).toMatchObject({ status: 200 });
    const otp = codeIn(await newestTo(phone));
    const wrong = otp === "000000" ? "000001" : "000000";
    expect(await call(page, "login", { "phone-number": phone, otp: wrong, "auto-signup": true })).toMatchObject({
      error: { code: "otp-mismatch" },
    });
    expect(await call(page, "login", { "phone-number": phone, otp, "auto-signup": true })).toMatchObject({
      user: { "phone-number": phone, "verification-status": "phone" },
      "active-sessions-count": 1,
    });
    expect(await call(page, "currentUser")).toMatchObject({ user: { "phone-number": phone } });
    await context.close();
  });

  it("registers, sends a code to the address by itself, and confirms it, in the session and without one", async () => {
    for (const dontLogin of [false, true]) {
      const { context, page } = await visit();
      const email = `otto-${dontLogin}@example.com`;
      const form = { name: "Otto", email, username: email, password, "dont-login": dontLogin };
      expect(await call(page, "register", form)).toMatchObject({ user: { email, "verification-status": null } });
      expect(await call(page, "sendOtp", email)).toMatchObject({ status: 200 });
      const cookies = await context.cookies(originOf(site.hosts[1] ?? ""));
      expect(cookies.find(({ name }) => name === "otp-auth")).toMatchObject({ httpOnly: true, sameSite: "Lax" });
      expect(await call(page, "updateWithOtp", "12345", { "verification-status": "email" })).toBe(401);
      const otp = codeIn(await newestTo(email));
      expect(await call(page, "updateWithOtp", otp, { "verification-status": "email" })).toBe(200);
      expect(await call(page, "currentUser")).toMatchObject(
        dontLogin ? { error: { code: "session-required" } } : { user: { "verification-status": "email" } },
      );
      expect(await call(page, "login", { username: email, email, password })).toMatchObject({
        user: { email, "verification-status": "email" },
      });
      await context.close();
    }
  });

  it("links a phone number to the account of somebody signed in, as a profile page does", async () => {
    const { context, page } = await visit();
    await makeUser(site, "linda@example.com");
    await call(page, "login", { email: "linda@example.com", password });
    const phone = "+8801712345002";
    expect(await call(page, "sendOtp", { "always-send": true, "phone-number": phone })).toMatchObject({ status: 200 });
    const user = {
      "login-phone-number": phone,
      "phone-number": Number(phone.slice(3)),
      "verification-status": "phone",
    };
    expect(await call(page, "updateWithOtp", codeIn(await newestTo(phone)), user)).toBe(200);
    expect(await call(page, "currentUser")).toMatchObject({ user: { "phone-number": phone } });
    await context.close();
  });

  it("sets a forgotten password: by the code of sendOtp, by that of forgotPassword, and by the link's token", async () => {
    const { context, page } = await visit();
    const email = "fay@example.com";
    await makeUser(site, email);
    const sent = { message: "Password was successfully reset." };

    expect(await call(page, "sendOtp", { email })).toMatchObject({ status: 200 });
    const first = { email, otp: codeIn(await newestTo(email)), "new-password": `${next}-1` };
    expect(await call(page, "resetPassword", first)).toEqual(sent);
    expect(await call(page, "login", { email, password })).toMatchObject({ error: { code: "bad_credential" } });

    const asked = await call(page, "forgotPassword", { email });
    expect(asked).toEqual({ message: "If there is such an account, a message is on its way to it." });
    expect(await call(page, "forgotPassword", { email: "nobody@example.com" })).toEqual(asked);
    const second = { email, otp: codeIn(await newestTo(email)), "new-password": `${next}-2` };
    expect(await call(page, "resetPassword", second)).toEqual(sent);
    expect(await call(page, "resetPassword", second)).toMatchObject({ error: { code: "otp-mismatch" } });

    await call(page, "forgotPassword", { email });
    const token = new URL(linkIn(await newestTo(email))).searchParams.get("token");
    const third = { token, "new-password": `${next}-3`, "confirm-password": `${next}-3` };
    expect(await call(page, "resetPasswordWithToken", third)).toEqual(sent);
    expect(await call(page, "resetPasswordWithToken", third)).toMatchObject({ error: { code: "token-consumed" } });
    expect((await newestTo(email)).subject).toMatch(/^Your password for .* was changed$/);
    expect(await call(page, "login", { email, password: `${next}-3` })).toMatchObject({ user: { email } });
    await context.close();
  });

  it("sends a verification link that lands where the front end asked, once", async () => {
    const { context, page } = await visit();
    const email = "vera@example.com";
    await call(page, "register", { name: "Vera", email, username: email, password });
    expect(await call(page, "sendVerificationLink", email, "/welcome")).toHaveProperty("message");
    const link = linkIn(await newestTo(email));
    expect(link.startsWith(`${site.issuer}/api/auth/v1/users/verify-email?`)).toBe(true);
    for (const outcome of ["email-verified", "token-consumed"]) {
      await page.goto(link);
      expect(page.url()).toBe(`${originOf(site.hosts[1] ?? "")}/welcome#${outcome}`);
    }
    await openSite(site.hosts[1] ?? "", page);
    expect(await call(page, "currentUser")).toMatchObject({ user: { email, "verification-status": "email" } });
    await context.close();
  });
});

describe("somebody who has forgotten the password, with a real browser", () => {
  it("finds the mail in the mailbox of this machine, follows its link, and signs in with a new one", async () => {
    const email = "hedda@example.com";
    await makeUser(site, email);
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${site.issuer}/sign-in`);
    await page.click("#forgot-link");
    await page.fill("#email", email);
    await page.click("#forgot-button");
    await page.waitForSelector("#reset-form");

    await page.goto(`${site.issuer}/dev/mailbox?${new URLSearchParams({ to: email })}`);
    await page.click("article a:has-text('as HTML')");
    await page.click("a:has-text('Choose a new password')");
    await page.waitForSelector("#reset-form");
    expect(page.url()).toBe(`${site.issuer}/reset-password`);
    expect(await page.textContent("#account")).toBe(email);
    await page.fill("#password", "short-one");
    await page.fill("#password", next);
    await page.click("#reset-button");
    await page.click("#sign-in-link");
    await fillSignIn(page, email, next);
    await page.waitForSelector("#sign-out-button");
    await context.close();
  });
});
