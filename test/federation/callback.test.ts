import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeUser } from "../../src/domain/users/change-user.ts";
import { call, deployment } from "../admin/support.ts";
import { called, type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";
import { countUsers } from "../surfaces/session-api.ts";
import { api, depart, errorOf, newBrowser, startUrl, travelTo, whoIs } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
let other: Idp;
beforeAll(async () => {
  stubInternet();
  [context, idp, other] = [await makeRealm(), await makeIdp(), await makeIdp()];
  await useIdp(context, idp);
  await useIdp(context, other, {}, { name: "other" });
  await useIdp(context, idp, { select_account: true }, { name: "chooser" });
});
afterEach(() => {
  idp.lie = {};
});

const person = { sub: "person" };

describe("FE-04 mix-up (RFC 9207, RFC 9700 §4.4)", () => {
  it.each([
    ["another issuer's name", (back: URL) => back.searchParams.set("iss", other.issuer)],
    ["no issuer, where the metadata promises one", (back: URL) => back.searchParams.delete("iss")],
    ["an issuer with a slash too many", (back: URL) => back.searchParams.set("iss", `${idp.issuer}/`)],
  ])("an answer with %s is refused, and the code goes nowhere", async (_, spoil) => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), person);
    spoil(back);
    const before = called.length;
    const page = await browser.open(back.href, "cross-site");
    expect([page.status, errorOf(page)]).toEqual([400, "provider-answer-invalid"]);
    expect(called.slice(before)).toEqual([]);
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("an answer for one provider is worth nothing at the other's callback", async () => {
    const browser = newBrowser(context);
    await depart(context, browser, { "auth-provider": "other" });
    const back = idp.answer(await depart(context, browser), person);
    back.pathname = "/api/auth/v1/other/callback";
    const before = called.length;
    const page = await browser.open(back.href, "cross-site");
    expect(errorOf(page)).toBe("interaction-expired");
    expect(called.slice(before)).toEqual([]);
  });

  it("an answer for another realm is worth nothing here, with the same provider and the same browser", async () => {
    const second = await makeRealm();
    await useIdp(second, idp);
    const [mine, theirs] = [newBrowser(context), newBrowser(second)];
    const back = idp.answer(await depart(context, mine), person);
    await depart(second, theirs);
    const name = "__Host-gatehouse-social-0";
    theirs.plant(second.realm.authDomain, name, mine.cookie(context.realm.authDomain, name) ?? "");
    back.host = second.realm.authDomain;
    expect(errorOf(await theirs.open(back.href, "cross-site"))).toBe("interaction-expired");
    expect(await countUsers(second)).toBe(0);
  });
});

describe("FE-09 switched off on the way", () => {
  it.each([
    ["disabled", { disabled: true }, "provider-disabled"],
    ["for other purposes", { purposes: ["vault"] }, "not-found"],
  ])("a provider that was made %s meanwhile signs nobody in", async (_, change, code) => {
    const realm = await makeRealm();
    await useIdp(realm, idp);
    const browser = newBrowser(realm);
    const back = idp.answer(await depart(realm, browser), person);
    const body = { issuer: idp.issuer, client_id: "our-client-id", ...change };
    const put = await call(deployment, "PUT", `/realms/${realm.realm.id}/providers/idp`, { body });
    expect(put.status).toBe(200);
    expect(errorOf(await browser.open(back.href, "cross-site"))).toBe(code);
    expect([await whoIs(realm, browser), await countUsers(realm)]).toEqual([null, 0]);
    const again = await newBrowser(realm).open(startUrl(realm));
    expect([again.left, errorOf(again)]).toEqual([false, code]);
  });

  it("a provider that was deleted meanwhile signs nobody in, and its links are gone", async () => {
    const realm = await makeRealm();
    await useIdp(realm, idp);
    const browser = newBrowser(realm);
    await travelTo(realm, browser, idp, person);
    const back = idp.answer(await depart(realm, browser), person);
    await browser.open(api(realm, "/logout"));
    expect((await call(deployment, "DELETE", `/realms/${realm.realm.id}/providers/idp`)).status).toBe(204);
    const page = await browser.open(back.href, "cross-site");
    expect([page.status, errorOf(page), await whoIs(realm, browser)]).toEqual([404, "not-found", null]);
    expect(await realm.linkedAccounts.find("idp", "person")).toBeNull();
  });

  it("a user who was disabled meanwhile is not signed in", async () => {
    const realm = await makeRealm();
    await useIdp(realm, idp);
    await travelTo(realm, newBrowser(realm), idp, person);
    const { user } = (await realm.linkedAccounts.find("idp", "person")) ?? {};
    if (user === undefined) throw new Error("not linked");
    const browser = newBrowser(realm);
    const back = idp.answer(await depart(realm, browser), person);
    await changeUser(realm, user, { disabledAt: Date.now() }, "all");
    const page = await browser.open(back.href, "cross-site");
    expect([page.status, errorOf(page), await whoIs(realm, browser)]).toEqual([401, "bad_credential", null]);
  });
});

describe("FE-10 an answer that is none", () => {
  const script = '"><script>alert(1)</script>';

  it.each([
    ["access_denied", "access_denied"],
    ["server_error", "provider-refused"],
    ["invalid_scope", "provider-refused"],
    [script, "provider-refused"],
  ])("error=%s: a page of our own, and nothing of theirs in it", async (error, code) => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), person, {
      error,
      error_description: script,
      error_uri: "javascript:alert(1)",
    });
    back.searchParams.delete("code");
    const page = await browser.open(back.href, "cross-site");
    expect([page.status, errorOf(page), page.trail]).toEqual([400, code, []]);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.html).not.toMatch(/<script|alert|javascript:/);
    expect(JSON.stringify([...page.headers])).not.toContain("alert");
  });

  it("goes to login-failure-redirect-url once, with our own word for it", async () => {
    const browser = newBrowser(context);
    const away = await depart(context, browser, { "login-failure-redirect-url": "/no?keep=1" });
    const back = idp.answer(away, person, { error: script, error_description: script });
    const page = await browser.open(back.href, "cross-site");
    expect(page.trail).toEqual([{ status: 302, location: `${context.realm.issuer}/no?keep=1&error=provider-refused` }]);
  });

  it.each(["", "unknown", "IDP", "idp%00", "__proto__", "constructor", "oauth", "a".repeat(3000)])(
    "the callback of no provider, %j, is not there",
    async (name) => {
      const answer = await request(api(context, `/${name}/callback?state=x&code=y`));
      expect(answer.status).toBe(404);
      expect(answer.headers.getSetCookie()).toEqual([]);
    },
  );

  it("HEAD looks at nothing: the sign-in goes on afterwards", async () => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), person);
    for (const url of [back.href, startUrl(context)]) {
      const answer = await request(url, { method: "HEAD" });
      expect([answer.status >= 400, answer.headers.getSetCookie()]).toEqual([true, []]);
    }
    expect((await browser.open(back.href, "cross-site")).url.pathname).toBe("/done");
  });
});

describe("RU-10 where a sign-in may lead", () => {
  const evil = [
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "https:evil.test",
    "https:/\\evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aset-cookie:x=y".replaceAll("%0d%0a", "\r\n"),
    "https://user@auth.HOST/",
    "https://auth.HOST.evil.test/",
    "https://auth.HOST:444/",
    "http://auth.HOST/",
    "evil.test",
    "",
  ];
  const parameters = ["redirect-url", "login-failure-redirect-url"];
  it.each(parameters.flatMap((name) => evil.filter(Boolean).map((url) => [name, url] as const)))(
    "%s=%j is refused before anybody is sent anywhere",
    async (name, url) => {
      const host = context.realm.authDomain.slice("auth.".length);
      const page = await newBrowser(context).open(startUrl(context, { [name]: url.replace("HOST", host) }));
      expect([page.left, page.status, page.trail, errorOf(page)]).toEqual([false, 400, [], "redirect-not-allowed"]);
    },
  );

  it("an application's request that waits is gone on with, and only in its own browser", async () => {
    const client = await makeClient(context);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: "https://partner.test/callback",
      scope: "openid",
      state: "theirs",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    const browser = newBrowser(context);
    const signIn = await browser.open(`${context.realm.issuer}/authorize?${query}`);
    const away = await browser.follow(signIn, "provider-idp");
    expect(away.url.host).toBe(idp.host);
    const end = await browser.open(idp.answer(away.url, { sub: "rp-user" }).href, "cross-site");
    expect(end.url.origin + end.url.pathname).toBe("https://partner.test/callback");
    expect([end.url.searchParams.get("state"), end.url.searchParams.has("code")]).toEqual(["theirs", true]);

    const stolen = new URL(signIn.links["provider-idp"] ?? "", context.realm.issuer);
    const elsewhere = await newBrowser(context).open(stolen.href);
    expect([elsewhere.left, elsewhere.status, errorOf(elsewhere)]).toEqual([false, 400, "interaction-expired"]);
  });

  it.each([
    ["prompt=login", { prompt: "login" }, "idp", "login"],
    ["prompt=login", { prompt: "login" }, "chooser", "login"],
    ["max_age=0", { max_age: "0" }, "idp", "login"],
    ["prompt=select_account", { prompt: "select_account" }, "idp", "login"],
    ["prompt=select_account", { prompt: "select_account" }, "chooser", "select_account"],
    ["nothing", {}, "idp", null],
  ])("an application that asks for %s (%j) has the provider %s asked for %s", async (_, asked, name, prompt) => {
    const client = await makeClient(context);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: "https://partner.test/callback",
      scope: "openid",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
      ...asked,
    });
    const browser = newBrowser(context);
    const signIn = await browser.open(`${context.realm.issuer}/authorize?${query}`);
    const away = await browser.follow(signIn, `provider-${name}`);
    expect(away.url.searchParams.get("prompt")).toBe(prompt);
  });

  it("a request too long for a cookie is refused with a page, not cut", async () => {
    const page = await newBrowser(context).open(
      startUrl(context, {
        "redirect-url": `/${"a".repeat(1900)}`,
        "login-failure-redirect-url": `/${"b".repeat(1900)}`,
      }),
    );
    expect([page.left, page.trail[0]?.status, errorOf(page)]).toEqual([false, 302, "request-too-long"]);
  });
});
