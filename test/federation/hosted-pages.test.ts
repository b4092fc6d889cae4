import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeRealm, makeUser, request } from "../support/world.ts";
import { errorOf, newBrowser, whoIs } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm(), await makeIdp()];
  await useIdp(context, idp, { label: '<b>Our & "IdP"</b>' });
  await useIdp(context, idp, {}, { name: "hidden", disabled: true });
});

describe("the buttons of the hosted pages", () => {
  it.each(["/sign-in", "/sign-up"])(
    "%s: one link for each open provider, its name as text, and no other",
    async (path) => {
      const page = await newBrowser(context).open(`${context.realm.issuer}${path}`);
      expect(Object.keys(page.links).filter((id) => id.startsWith("provider-"))).toEqual(["provider-idp"]);
      expect(page.html).toContain("Continue with &lt;b&gt;Our &amp; &quot;IdP&quot;&lt;/b&gt;");
    },
  );

  it.each(["/sign-in", "/sign-up"])("%s: sign in without JavaScript and end at home", async (path) => {
    const browser = newBrowser(context);
    const away = await browser.follow(await browser.open(`${context.realm.issuer}${path}`), "provider-idp");
    const end = await browser.open(idp.answer(away.url, { sub: "hosted" }).href, "cross-site");
    expect([end.url.pathname, end.status]).toEqual(["/", 200]);
    expect(await whoIs(context, browser)).not.toBeNull();
  });

  it.each([
    ["access_denied", "You did not go through with it"],
    ["server_error", "did not work"],
  ])("%s brings people back to the page, which says so in its own words", async (error, words) => {
    const browser = newBrowser(context);
    const away = await browser.follow(await browser.open(`${context.realm.issuer}/sign-in`), "provider-idp");
    const back = idp.answer(away.url, {}, { error, error_description: "<i>theirs</i>" });
    const page = await browser.open(back.href, "cross-site");
    expect([page.url.pathname, page.status]).toEqual(["/sign-in", 200]);
    expect(page.html).toContain(words);
    expect(page.html).not.toContain("theirs");
    expect(page.links["provider-idp"]).toBeDefined();
  });

  it("an address that has an account brings people back to sign in to it", async () => {
    await makeUser(context, { email: "has@example.test", emailVerified: true });
    const browser = newBrowser(context);
    const away = await browser.follow(await browser.open(`${context.realm.issuer}/sign-in`), "provider-idp");
    const person = { sub: "namesake", email: "has@example.test", email_verified: true };
    const page = await browser.open(idp.answer(away.url, person).href, "cross-site");
    expect([page.url.pathname, errorOf(page)]).toEqual(["/sign-in", "link-required"]);
    expect(page.html).toContain("There is an account with this email address already");
  });

  it("what stands in error= is nobody's word on the page", async () => {
    const page = await newBrowser(context).open(`${context.realm.issuer}/sign-in?error=%3Cscript%3Ealert(1)`);
    expect(page.html).not.toContain("alert(1");
    expect(page.html).toContain("did not work");
  });

  it("speak the reader's language", async () => {
    const headers = { "accept-language": "fr" };
    const html = await (await request(`${context.realm.issuer}/sign-in?error=link-required`, { headers })).text();
    expect(html).toContain("Continuer avec");
    expect(html).toContain("Un compte existe déjà avec cette adresse");
  });
});
