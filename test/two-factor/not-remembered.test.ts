import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { cookiesOf, goodPassword, makeRealm } from "../support/world.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, type Cookies, codeOf, type Enrolled, makeEnrolled } from "./support.ts";

useFrozenClock();

/** Signs in with both factors and out again; what the browser has been given on the way. */
async function inAndOut(context: RealmContext, { user, secret }: Enrolled): Promise<Cookies> {
  later(step);
  const half = await api(context, "POST", "/login", {}, { email: user.email, password: goodPassword });
  const full = await api(context, "POST", "/tfa/validate", cookiesOf(half), { token: codeOf(secret) });
  expect(full.status).toBe(200);
  const given = { ...cookiesOf(half), ...cookiesOf(full) };
  expect((await api(context, "GET", "/logout", given)).status).toBe(204);
  return { ...given, "tfa-auth": cookiesOf(half)["tfa-auth"] };
}

describe("no browser is remembered in place of the second factor", () => {
  it("MF-15 is asked for again at once, whatever the browser has kept, and for every user", async () => {
    const context = await makeRealm();
    const [one, other] = [await makeEnrolled(context), await makeEnrolled(context)];
    const kept = await inAndOut(context, one);
    for (const { user } of [one, other]) {
      const again = await api(context, "POST", "/login", kept, { email: user.email, password: goodPassword });
      expect([again.status, await again.json()]).toMatchObject([200, { code: "tfa-validation-is-required" }]);
      expect(Object.keys(cookiesOf(again))).toEqual(["tfa-auth"]);
    }
  });

  it("MF-15 is asked for again on the hosted pages too", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    const browser = new Browser(context.realm.hosts);
    for (const round of ["first", "second"]) {
      later(step);
      const start = await browser.open(`${context.realm.issuer}/sign-in`);
      const typed = { identifier: user.email ?? "", password: goodPassword };
      const asked = await browser.submit(start, "sign-in-form", typed);
      expect([round, asked.url.pathname]).toEqual([round, "/two-factor"]);
      expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
      const form = asked.forms.find(({ fields }) => fields.some(({ name }) => name === "token"));
      const home = await browser.submit(asked, form?.id ?? "", { token: codeOf(secret) });
      expect(home.url.pathname).toBe("/");
      await browser.submit(home, "sign-out-form");
      expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    }
  });
});
