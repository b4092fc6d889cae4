import { describe, expect, it } from "vitest";
import { goodPassword, makeClient, makeRealm, makeUser } from "../support/world.ts";
import { useFrozenClock } from "./frozen-clock.ts";
import { authorizeUrl, browserOf, codesOn, secretOn, signInOn } from "./hosted.ts";
import { codeOf, setTfa, wrongCodes } from "./support.ts";

useFrozenClock();

describe("the page that sets a second factor up", () => {
  it("MF-07 is the only way on where one is required, from signing in and from signing up", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const user = await makeUser(context);
    await setTfa(context, "required");
    const browser = browserOf(context);
    const asked = await signInOn(browser, await browser.open(authorizeUrl(context, client)), user.email);
    expect(asked.url.pathname).toBe("/two-factor/set-up");
    expect(asked.html).toContain('src="data:image/svg+xml;base64,');
    for (const path of ["/", "/two-factor", "/two-factor/set-up", "/authorize/resume"]) {
      const interaction = asked.url.searchParams.get("interaction") ?? "";
      await browser.open(`${context.realm.issuer}${path}?interaction=${interaction}`);
      expect(browser.cookie(context.realm.authDomain, "qt-auth"), path).toBeUndefined();
    }
    const fresh = await browser.open(authorizeUrl(context, client));
    const page = await signInOn(browser, fresh, user.email);
    const shown = await browser.submit(page, "set-up-form", { token: codeOf(secretOn(page)) });
    expect(codesOn(shown)).toHaveLength(10);
    const back = await browser.follow(shown, "continue-link");
    expect(back.url.searchParams.get("code")).not.toBeNull();
    const newcomer = browserOf(context);
    const form = await newcomer.open(`${context.realm.issuer}/sign-up`);
    const email = "newcomer@example.test";
    const set = await newcomer.submit(form, "sign-up-form", { name: "New", email, password: goodPassword });
    expect(set.url.pathname).toBe("/two-factor/set-up");
    expect(newcomer.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
  });

  it("shows the same secret again after a mistyped code", async () => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const browser = browserOf(context);
    const page = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    const secret = secretOn(page);
    const wrong = await browser.submit(page, "set-up-form", { token: wrongCodes(secret, 1)[0] ?? "" });
    expect(wrong.status).toBe(401);
    expect(secretOn(wrong)).toBe(secret);
    const shown = await browser.submit(wrong, "set-up-form", { token: codeOf(secret) });
    expect(codesOn(shown)).toHaveLength(10);
    expect(shown.headers.get("cache-control")).toBe("no-store");
  });

  it("is offered on the home page to those who have no second factor", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const browser = browserOf(context);
    const home = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    const page = await browser.follow(home, "two-factor-link");
    const shown = await browser.submit(page, "set-up-form", { token: codeOf(secretOn(page)) });
    const again = await browser.follow(shown, "continue-link");
    expect(again.url.pathname).toBe("/");
    expect(again.links["two-factor-link"]).toBeUndefined();
  });

  it("MF-05 makes a new secret each time it is opened, and shows none once it is confirmed", async () => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const browser = browserOf(context);
    const first = await signInOn(browser, await browser.open(`${context.realm.issuer}/sign-in`), user.email);
    const second = await browser.open(`${context.realm.issuer}/two-factor/set-up`);
    expect(secretOn(second)).not.toBe(secretOn(first));
    const shown = await browser.submit(second, "set-up-form", { token: codeOf(secretOn(second)) });
    expect(shown.html).not.toContain(secretOn(second));
  });
});
