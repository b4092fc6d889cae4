import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { jsonBody, makeClient, makeRealm, request } from "../support/world.ts";
import { api, attemptCookies, newBrowser, travelTo, whoIs } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm({ tfa: "required" }), await makeIdp()];
  await useIdp(context, idp);
});

const person = { sub: "careful" };

describe("MF-01 a realm that wants a second factor gets it after a provider too", () => {
  it("a front end is told in redirect-url?code=, with half a sign-in and no session (S2.37)", async () => {
    const browser = newBrowser(context);
    const page = await travelTo(context, browser, idp, person, { "redirect-url": "/after?x=1" });
    expect(page.trail).toEqual([
      { status: 302, location: `${context.realm.issuer}/after?x=1&code=tfa-setup-is-required` },
    ]);
    const { authDomain } = context.realm;
    expect(browser.cookie(authDomain, "qt-auth")).toBeUndefined();
    expect(browser.cookie(authDomain, "tfa-auth")).toBeDefined();
    expect(browser.cookie(authDomain, attemptCookies[0] ?? "")).toBeUndefined();
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("the hosted pages go on to the page that asks for it, with the request that waits", async () => {
    const browser = newBrowser(context);
    const plain = await browser.follow(await browser.open(`${context.realm.issuer}/sign-in`), "provider-idp");
    const asked = await browser.open(idp.answer(plain.url, person).href, "cross-site");
    expect(asked.trail[0]).toEqual({ status: 303, location: "/two-factor/set-up" });

    const client = await makeClient(context);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: "https://partner.test/callback",
      scope: "openid",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    const away = await browser.follow(await browser.open(`${context.realm.issuer}/authorize?${query}`), "provider-idp");
    const waiting = await browser.open(idp.answer(away.url, person).href, "cross-site");
    expect(waiting.trail[0]?.location).toMatch(/^\/two-factor\/set-up\?interaction=./);
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("an app is told in JSON", async () => {
    const token = await idp.idToken({ ...person, aud: "our-client-id" });
    for (const more of [{}, { "set-session": false }]) {
      const answer = await request(api(context, "/login/idp"), jsonBody({ token, ...more }));
      const body = await answer.json<Record<string, string>>();
      expect([body.code, Object.keys(body).toSorted()]).toEqual(["tfa-setup-is-required", ["code", "message"]]);
      expect(answer.headers.getSetCookie().some((line) => line.startsWith("qt-auth="))).toBe(false);
    }
  });
});
