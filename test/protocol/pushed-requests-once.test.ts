import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import { answerOf, openPushed, pushed, pushedUrl, pushedWithVerifier } from "../support/pushed.ts";
import { redemption, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { goodPassword, makeClient, makeRealm, makeUser, type TestClient, tokenRequest } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let cookie: string;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  ({ cookie } = await signedInUser(context));
});
afterEach(() => {
  vi.useRealTimers();
});

/** What happened: a code, an error sent to the client, or the page that says no. */
async function outcome(response: Response): Promise<string> {
  if (response.status === 302) {
    const { code, error } = answerOf(response);
    return code === undefined ? (error ?? "neither") : "code";
  }
  return `${response.status} ${response.headers.get("x-error-code")}`;
}

const used = "400 invalid_request_uri";

describe("PAR-04 a pushed request gives one code (RFC 9126 §7.3, FAPI 2.0 §5.3.2.2)", () => {
  it.each([
    ["the same way", undefined, undefined],
    ["with prompt=none (CVE-2026-96446)", "none", undefined],
    ["with prompt=none beside it (CVE-2026-96446)", undefined, "none"],
  ])("and is refused when it comes back, %s", async (_name, inside, beside) => {
    const requestUri = await pushed(context, client, { prompt: inside });
    const options = { cookie, beside: beside === undefined ? {} : { prompt: beside } };
    expect(await outcome(await openPushed(context, client, requestUri, options))).toBe("code");
    for (let times = 0; times < 2; times++)
      expect(await outcome(await openPushed(context, client, requestUri, options))).toBe(used);
    expect(await outcome(await openPushed(context, client, requestUri))).toBe(used);
  });

  it.each([undefined, "none"])("when fifty come at once (prompt: %s)", async (prompt) => {
    const requestUri = await pushed(context, client, { prompt });
    const open = async () => outcome(await openPushed(context, client, requestUri, { cookie }));
    const outcomes = await Promise.all(Array.from({ length: 50 }, open));
    expect(outcomes.sort()).toEqual([...Array<string>(49).fill(used), "code"]);
  });

  it("to one user: somebody else who has the address gets nothing", async () => {
    const requestUri = await pushed(context, client);
    const another = await signedInUser(context);
    expect(await outcome(await openPushed(context, client, requestUri, { cookie }))).toBe("code");
    expect(await outcome(await openPushed(context, client, requestUri, { cookie: another.cookie }))).toBe(used);
  });

  it("and is not used up by an answer without one", async () => {
    const requestUri = await pushed(context, client, { prompt: "none" });
    expect(await outcome(await openPushed(context, client, requestUri))).toBe("login_required");
    expect(await outcome(await openPushed(context, client, requestUri))).toBe("login_required");
    expect(await outcome(await openPushed(context, client, requestUri, { cookie }))).toBe("code");
    expect(await outcome(await openPushed(context, client, requestUri, { cookie }))).toBe(used);
  });
});

describe("PAR-04 a pushed request goes through the pages (RFC 9126 §7.3)", () => {
  const open = (browser: Browser, from: TestClient, requestUri: string): Promise<Page> =>
    browser.open(pushedUrl(context, from.clientId, requestUri), "cross-site");

  it("which may be reloaded before the sign-in, and take longer than the request lives", async () => {
    const partner = await makeClient(context, {}, { firstParty: false });
    const user = await makeUser(context);
    const { requestUri, verifier } = await pushedWithVerifier(context, partner);
    const browser = new Browser(context.realm.hosts);
    await open(browser, partner, requestUri);
    await browser.open(pushedUrl(context, partner.clientId, requestUri, { scope: "openid email" }), "cross-site");
    const page = await open(browser, partner, requestUri);
    expect(page.url.pathname).toBe("/sign-in");
    travel(600);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const consent = await browser.submit(page, "sign-in-form", typed);
    const back = await browser.submit(consent, "consent-form", {}, "allow");
    expect(back.url.href).toMatch(/^https:\/\/partner\.test\/callback\?code=/);
    expect(back.url.searchParams.get("state")).toBe("pushed state");
    const code = back.url.searchParams.get("code") ?? "";
    const tokens = await tokenAnswer(await tokenRequest(context, partner, redemption(partner, code, verifier)));
    expect(tokens.scope).toBe("openid profile");
  });

  it("but ends where two of them finish: the second one is told, and the first one's code stays good", async () => {
    const partner = await makeClient(context, {}, { firstParty: false });
    const [one, two] = [await signedInUser(context), await signedInUser(context)];
    const { requestUri, verifier } = await pushedWithVerifier(context, partner);
    const pages: [Browser, Page][] = [];
    for (const { cookie: session } of [one, two, one]) {
      const browser = new Browser(context.realm.hosts);
      browser.plant(context.realm.authDomain, "qt-auth", session);
      pages.push([browser, await open(browser, partner, requestUri)]);
    }
    const ends: Page[] = [];
    for (const [browser, page] of pages) ends.push(await browser.submit(page, "consent-form", {}, "allow"));
    expect(ends.map(({ left }) => left)).toEqual([true, false, false]);
    expect(ends.slice(1).map(({ status, headers }) => `${status} ${headers.get("x-error-code")}`)).toEqual([
      used,
      used,
    ]);
    const code = ends[0]?.url.searchParams.get("code") ?? "";
    await tokenAnswer(await tokenRequest(context, partner, redemption(partner, code, verifier)));
  });

  it("and is marked as used for as long as somebody may be on the way with it", async () => {
    const user = await makeUser(context);
    const requestUri = await pushed(context, client);
    const late = new Browser(context.realm.hosts);
    const page = await open(late, client, requestUri);
    expect(await outcome(await openPushed(context, client, requestUri, { cookie }))).toBe("code");
    travel(1790);
    for (let bucket = 0; bucket < 16; bucket++)
      await runDurableObjectAlarm(env.USERS.getByName(`${context.realm.id}:client:${client.clientId}:${bucket}`));
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const end = await late.submit(page, "sign-in-form", typed);
    expect(`${end.status} ${end.headers.get("x-error-code")}`).toBe(used);
  });
});
