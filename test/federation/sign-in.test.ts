import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { clientId, type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeRealm, request } from "../support/world.ts";
import { countUsers } from "../surfaces/session-api.ts";
import { api, attemptCookies, depart, errorOf, newBrowser, startUrl, travelTo, whoIs } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm(), await makeIdp()];
  await useIdp(context, idp);
});
afterEach(() => void vi.useRealTimers());

const ada = { sub: "ada-1", email: "ada@example.test", email_verified: true, name: "Ada Reader", given_name: "Ada" };

describe("signing in with a provider (S2.38)", () => {
  it("asks with state, PKCE and nonce, each long and new every time (FE-02, RFC 9700 §2.1.1)", async () => {
    const browser = newBrowser(context);
    const first = (await depart(context, browser)).searchParams;
    const second = (await depart(context, browser)).searchParams;
    expect(Object.fromEntries(first)).toEqual({
      response_type: "code",
      client_id: clientId,
      redirect_uri: api(context, "/idp/callback"),
      scope: "openid email profile",
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (const name of ["state", "code_challenge", "nonce"]) expect(first.get(name)).not.toBe(second.get(name));
  });

  it("makes an account at the first sight, opens a session and goes on to redirect-url", async () => {
    const browser = newBrowser(context);
    const page = await travelTo(context, browser, idp, { ...ada, picture: "https://pics.example.com/ada.png" });
    expect(page.trail).toEqual([{ status: 302, location: `${context.realm.issuer}/done` }]);
    expect(await whoIs(context, browser)).toMatchObject({
      email: "ada@example.test",
      name: "Ada Reader",
      "first-name": "Ada",
      "avatar-url": "https://pics.example.com/ada.png",
      "verification-status": "email",
    });
    const { link, user } = (await context.linkedAccounts.find("idp", "ada-1")) ?? {};
    expect(link).toMatchObject({ status: "active", metadata: { email: "ada@example.test" } });
    expect(user).toMatchObject({ passwordHash: null, roles: ["user"], emailVerified: true });
    const sessions = await context.objects.call(user?.id ?? 0, (object) => object.sessions());
    expect(sessions.map((session) => session.amr)).toEqual([["fed"]]);
    for (const name of attemptCookies) expect(browser.cookie(context.realm.authDomain, name)).toBeUndefined();
  });

  it("sends the verifier and the secret to the token endpoint, and both fit (RFC 7636 §4.6)", async () => {
    const browser = newBrowser(context);
    const away = await depart(context, browser);
    await browser.open(idp.answer(away, ada).href, "cross-site");
    const sent = idp.redeemed.at(-1);
    expect(sent?.get("client_secret")).toBe(idp.clientSecret);
    expect(sent?.get("redirect_uri")).toBe(away.searchParams.get("redirect_uri"));
    expect(await sha256(sent?.get("code_verifier") ?? "")).toBe(away.searchParams.get("code_challenge"));
  });

  it("finds the same account again, in any browser (FE-05)", async () => {
    const [one, two] = [newBrowser(context), newBrowser(context)];
    await travelTo(context, one, idp, ada);
    const before = await countUsers(context);
    await travelTo(context, two, idp, ada);
    expect((await whoIs(context, two))?.id).toBe((await whoIs(context, one))?.id);
    expect(await countUsers(context)).toBe(before);
  });

  it("reads the address from UserInfo when the ID token does not say it", async () => {
    const browser = newBrowser(context);
    idp.lie = { idToken: ({ email: _, email_verified: __, ...claims }) => idp.sign(claims) };
    await travelTo(context, browser, idp, { sub: "bo-1", email: "bo@example.test", email_verified: true });
    idp.lie = {};
    expect(await whoIs(context, browser)).toMatchObject({ email: "bo@example.test", "verification-status": "email" });
  });

  it("makes an account without an address for somebody whose provider tells none", async () => {
    const browser = newBrowser(context);
    await travelTo(context, browser, idp, { sub: "no-address" });
    expect(await whoIs(context, browser)).toMatchObject({ email: null, "verification-status": null });
  });

  it("works on every domain of the realm, each with a callback of its own", async () => {
    const host = context.realm.hosts.find((name) => name.startsWith("news.")) ?? "";
    const browser = newBrowser(context);
    const url = startUrl(context).replace(context.realm.authDomain, host);
    const gone = await browser.open(url);
    expect(gone.url.searchParams.get("redirect_uri")).toBe(`https://${host}/api/auth/v1/idp/callback`);
    const page = await browser.open(idp.answer(gone.url, ada).href, "cross-site");
    expect(page.trail).toEqual([{ status: 302, location: `https://${host}/done` }]);
    expect((await browser.open(`https://${host}/api/auth/v1/users/me`)).status).toBe(200);
  });

  it("SE-13 lets four sign-ins run in one browser at once, each with its own end", async () => {
    const browser = newBrowser(context);
    const away: URL[] = [];
    for (const tab of [1, 2, 3, 4]) away.push(await depart(context, browser, { "redirect-url": `/tab-${tab}` }));
    for (const [index, url] of [...away.entries()].reverse()) {
      const page = await browser.open(idp.answer(url, ada).href, "cross-site");
      expect(page.url.pathname).toBe(`/tab-${index + 1}`);
    }
  });

  it("a fifth takes the place of one of them: nobody can stuff a browser with cookies", async () => {
    const browser = newBrowser(context);
    for (let tab = 0; tab < 12; tab++) await depart(context, browser);
    const { authDomain } = context.realm;
    expect(attemptCookies.filter((name) => browser.cookie(authDomain, name) !== undefined)).toHaveLength(4);
    const page = await travelTo(context, browser, idp, ada);
    expect(page.url.pathname).toBe("/done");
  });

  it("opens no account where sign-up is closed", async () => {
    const closed = await makeRealm({ sign_up: false });
    await useIdp(closed, idp);
    const page = await travelTo(closed, newBrowser(closed), idp, ada, { "login-failure-redirect-url": "/sorry" });
    expect(page.trail[0]?.location).toBe(`${closed.realm.issuer}/sorry?error=sign-up-closed`);
    expect(await countUsers(closed)).toBe(0);
  });
});

describe("FE-01 the state", () => {
  it.each([
    ["another browser", async () => newBrowser(context)],
    [
      "a browser that has begun a sign-in of its own",
      async () => {
        const other = newBrowser(context);
        await depart(context, other);
        return other;
      },
    ],
  ])("is worth nothing in %s (RFC 9700 §4.7)", async (_, otherBrowser) => {
    const [mine, other] = [newBrowser(context), await otherBrowser()];
    const back = idp.answer(await depart(context, mine), ada);
    const page = await other.open(back.href, "cross-site");
    expect([page.status, errorOf(page)]).toEqual([400, "interaction-expired"]);
    expect(await whoIs(context, other)).toBeNull();
  });

  it("is good for one return: the same address again signs nobody in", async () => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), ada);
    await browser.open(back.href, "cross-site");
    await browser.open(api(context, "/logout"));
    const again = await browser.open(back.href, "cross-site");
    expect([again.status, errorOf(again)]).toEqual([400, "interaction-expired"]);
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("RE-01 lets one of fifty simultaneous returns in, though the provider would take its code fifty times", async () => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), { ...ada, sub: "ada-raced", email: "raced@example.test" });
    const cookie = `${attemptCookies[0]}=${browser.cookie(context.realm.authDomain, attemptCookies[0] ?? "")}`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => request(back.href, { headers: { cookie, accept: "application/json" } })),
    );
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      302,
      ...Array.from({ length: 49 }, () => 400),
    ]);
    const { user } = (await context.linkedAccounts.find("idp", "ada-raced")) ?? {};
    expect(await context.objects.call(user?.id ?? 0, (object) => object.sessions())).toHaveLength(1);
  });

  it.each([
    ["missing", (back: URL) => back.searchParams.delete("state")],
    ["empty", (back: URL) => back.searchParams.set("state", "")],
    ["invented", (back: URL) => back.searchParams.set("state", "A".repeat(43))],
    ["cut short", (back: URL) => back.searchParams.set("state", back.searchParams.get("state")?.slice(1) ?? "")],
    ["endless", (back: URL) => back.searchParams.set("state", "A".repeat(10_000))],
  ])("is refused when it is %s, and no code is sent anywhere", async (_, spoil) => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), ada);
    spoil(back);
    const before = idp.redeemed.length;
    const page = await browser.open(back.href, "cross-site");
    expect([page.status, errorOf(page)]).toEqual([400, "interaction-expired"]);
    expect(idp.redeemed).toHaveLength(before);
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("is worth nothing when it comes twice (RFC 6749 §3.1)", async () => {
    const browser = newBrowser(context);
    const back = idp.answer(await depart(context, browser), ada);
    const page = await browser.open(`${back.href}&code=another`, "cross-site");
    expect([page.status, errorOf(page)]).toEqual([400, "invalid_request"]);
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("lasts a quarter of an hour", async () => {
    const browser = newBrowser(context);
    const [early, late] = [await depart(context, browser), await depart(context, browser)];
    travel(890);
    expect((await browser.open(idp.answer(early, ada).href, "cross-site")).url.pathname).toBe("/done");
    travel(20);
    const page = await browser.open(idp.answer(late, ada).href, "cross-site");
    expect(errorOf(page)).toBe("interaction-expired");
  });
});
