import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { Page } from "../support/browser.ts";
import { goodPassword, makeClient, makeRealm, makeUser, signIn } from "../support/world.ts";
import { Authenticator } from "./authenticator.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { authorizeUrl, browserOf, codesOn, secretOn, signInOn } from "./hosted.ts";
import { addPasskey, api, codeOf, countSessions, makeEnrolled, wrongCodes } from "./support.ts";

useFrozenClock();

describe("the page that asks for the second factor", () => {
  it("MF-01 stands between the password and the application, and leads on to it", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(authorizeUrl(context, client)), user.email);
    expect(asked.url.pathname).toBe("/two-factor");
    expect(asked.trail[0]?.status).toBe(303);
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    expect(asked.html).toContain('id="user-label"');
    const token = asked.forms[0]?.fields.find((field) => field.name === "token");
    expect(token?.autocomplete).toBe("one-time-code");
    const back = await browser.submit(asked, "two-factor-form", { token: codeOf(secret) });
    expect(back.left).toBe(true);
    expect(back.url.searchParams.get("code")).not.toBeNull();
    expect(browser.cookie(context.realm.authDomain, "tfa-auth")).toBeUndefined();
  });

  it("says what is wrong with a code, and takes the next one", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    const wrong = await browser.submit(asked, "two-factor-form", { token: wrongCodes(secret, 1)[0] ?? "" });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("x-error-code")).toBe("otp-mismatch");
    expect(wrong.html).toContain('id="two-factor-problem"');
    const home = await browser.submit(wrong, "two-factor-form", { token: codeOf(secret) });
    expect(home.url.pathname).toBe("/");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeDefined();
  });

  it("MF-04 tells how long to wait after too many", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const browser = browserOf(context);
    let page = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    for (const token of wrongCodes(secret, 6)) page = await browser.submit(page, "two-factor-form", { token });
    expect(page.status).toBe(429);
    expect(page.headers.get("retry-after")).toBe("30");
    expect(page.html).toContain("30 seconds");
  });

  it("MF-08 takes a recovery code", async () => {
    const context = await makeRealm();
    const { user, recoveryCodes } = await makeEnrolled(context);
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    const wrong = await browser.submit(asked, "recovery-form", { "recovery-code": "nothing-like-it" });
    expect(wrong.status).toBe(401);
    const home = await browser.submit(wrong, "recovery-form", { "recovery-code": recoveryCodes[0] ?? "" });
    expect(home.url.pathname).toBe("/");
    expect(await countSessions(context, user.id)).toBe(2);
  });

  it("names the domain where somebody's passkey works, when it is another one", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": await signIn(context, user) }, { "second-factor": true });
    const browser = browserOf(context);
    const there = `https://news.${context.realm.id}.test`;
    const asked = await signInOn(browser, await browser.open(`${there}/sign-in`), user.email);
    expect(asked.url.pathname).toBe("/two-factor");
    expect(asked.html).toContain(`href="${context.realm.issuer}/sign-in"`);
    expect(asked.html).not.toContain('id="passkey"');
    const here = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    expect(here.html).toContain('id="passkey"');
  });

  it("SE-08 refuses a form without its token, or with another browser's", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const [mine, other] = [browserOf(context), browserOf(context)];
    const asked = await signInOn(mine, await mine.open(`${context.realm.issuer}/sign-in`), user.email);
    const theirs = await signInOn(other, await other.open(`${context.realm.issuer}/sign-in`), user.email);
    const response = await mine.submit({ ...asked, forms: theirs.forms }, "two-factor-form", { token: codeOf(secret) });
    expect(response.status).toBe(403);
    expect(await countSessions(context, user.id)).toBe(1);
  });

  it.each(["/two-factor", "/two-factor/set-up"])(
    "AZ-23 opened by a stranger, %s leads to the sign-in",
    async (path) => {
      const context = await makeRealm();
      const browser = browserOf(context);
      expect((await browser.open(`${context.realm.issuer}${path}`)).url.pathname).toBe("/sign-in");
    },
  );

  it("AZ-23 posted by a stranger leads there, too, and opens nothing", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    later(600_000);
    const late = await browser.submit(asked, "two-factor-form", { token: codeOf(secret) });
    expect(late.url.pathname).toBe("/sign-in");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
  });

  it.each(["/authorize/resume", "/consent", "/"])("AZ-23 is not passed by going on to %s", async (path) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user } = await makeEnrolled(context);
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(authorizeUrl(context, client)), user.email);
    const interaction = asked.url.searchParams.get("interaction") ?? "";
    const page = await browser.open(`${context.realm.issuer}${path}?interaction=${interaction}`);
    expect(page.left).toBe(false);
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    if (path === "/authorize/resume") expect(page.url.pathname).toBe("/sign-in");
  });

  it("WB-01 lets its script speak to this host only", async () => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    for (const page of [asked, await browser.open(`${context.realm.issuer}/sign-in`)])
      expect(page.headers.get("content-security-policy")).toContain("; connect-src 'self';");
    const home = await browser.open(`${context.realm.issuer}/`);
    expect(home.headers.get("content-security-policy")).not.toContain("connect-src");
  });

  it("MF-14 asks a session that has shown one factor when an application wants two", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const user = await makeUser(context);
    const browser = browserOf(context);
    await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    const before = browser.cookie(context.realm.authDomain, "qt-auth");
    const asked = await browser.open(authorizeUrl(context, client, { acr_values: "urn:gatehouse:mfa" }));
    expect(asked.url.pathname).toBe("/two-factor/set-up");
    const shown = await browser.submit(asked, "set-up-form", { token: codeOf(secretOn(asked)) });
    expect(codesOn(shown)).toHaveLength(10);
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).not.toBe(before);
    const back = await browser.follow(shown, "continue-link");
    expect(back.left).toBe(true);
    expect(back.url.searchParams.get("code")).not.toBeNull();
  });

  it("MF-06 has the password given again before a session sets a factor up, when it was long ago", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const user = await makeUser(context);
    const browser = browserOf(context);
    await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    later(600_001);
    const again = await browser.open(authorizeUrl(context, client, { acr_values: "urn:gatehouse:mfa" }));
    expect(again.url.pathname).toBe("/sign-in");
    const asked = await signInOn(browser, again, user.email);
    expect(asked.url.pathname).toBe("/two-factor/set-up");
  });
});

describe("cross-domain sign-in of an enrolled user (contract §2)", () => {
  const addresses = (context: RealmContext) => ({
    "callback-url": `news.${context.realm.id}.test`,
    "redirect-url": `https://news.${context.realm.id}.test/article`,
  });

  it("MF-01 asks on the hosted page, and then goes on to the other domain", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const browser = browserOf(context);
    const query = new URLSearchParams(addresses(context));
    const page: Page = {
      ...(await browser.open(`${context.realm.issuer}/sign-in`)),
      forms: [
        {
          id: "own-form",
          method: "post",
          action: `/sso-login?${query}`,
          fields: ["email", "password"].map((name) => ({ name, value: "", type: "text", autocomplete: "" })),
        },
      ],
    };
    const asked = await browser.submit(page, "own-form", { email: user.email ?? "", password: goodPassword });
    expect(asked.url.pathname).toBe("/two-factor");
    const after = await browser.submit(asked, "two-factor-form", { token: codeOf(secret) });
    expect(after.url.href).toBe(addresses(context)["redirect-url"]);
    expect(browser.cookie(`news.${context.realm.id}.test`, "qt-auth")).toBeDefined();
  });

  it("MF-01 tells the site's own page what is owed when it named one", async () => {
    const context = await makeRealm();
    const { user } = await makeEnrolled(context);
    const authPage = `https://news.${context.realm.id}.test/login`;
    const query = new URLSearchParams({ ...addresses(context), "auth-page": authPage });
    const response = await api(context, "POST", `/sso-login?${query}`, {}, undefined, {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(response.status).toBe(302);
    const { request, formBody } = await import("../support/world.ts");
    const form = formBody({ email: user.email ?? "", password: goodPassword });
    const answer = await request(`${context.realm.issuer}/sso-login?${query}`, form);
    const location = new URL(answer.headers.get("location") ?? "");
    expect(`${location.origin}${location.pathname}`).toBe(authPage);
    expect(location.searchParams.get("code")).toBe("tfa-validation-is-required");
    expect(answer.headers.getSetCookie().join()).toContain("tfa-auth=");
    expect(answer.headers.getSetCookie().join()).not.toContain("qt-auth=");
  });
});
