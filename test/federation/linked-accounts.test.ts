import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import type { Browser } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import { signedInUser } from "../support/token-side.ts";
import { called, type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeRealm, makeUser, request } from "../support/world.ts";
import { expectError, sessionCount } from "../surfaces/session-api.ts";
import { api, errorOf, newBrowser, travelTo, whoIs } from "./journey.ts";

let idp: Idp;
let second: Idp;
let context: RealmContext;
let user: UserRow;
let session: string;
beforeAll(async () => {
  stubInternet();
  [idp, second] = [await makeIdp(), await makeIdp()];
});
beforeEach(async () => {
  context = await makeRealm();
  await useIdp(context, idp);
  await useIdp(context, second, {}, { name: "second" });
  ({ user, cookie: session } = await signedInUser(context));
});
afterEach(() => void vi.useRealTimers());

const path = "/users/linked-accounts";
const call = (method: string, at: string, headers: Record<string, string> = { cookie: `qt-auth=${session}` }) =>
  request(api(context, at), { method, headers });

/** Begins to connect, in a browser that has the session: where the provider wants it. */
async function connect(browser: Browser, name = "idp", query = ""): Promise<URL> {
  browser.plant(context.realm.authDomain, "qt-auth", session);
  const answer = await call("POST", `${path}/${name}${query}`);
  expect(answer.status).toBe(200);
  for (const line of answer.headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    browser.plant(context.realm.authDomain, pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1));
  }
  return new URL((await answer.json<{ "authorization-url": string }>())["authorization-url"]);
}

async function connected(as = "person", name = "idp", from = idp): Promise<void> {
  const browser = newBrowser(context);
  const away = await connect(browser, name, "?redirect-url=/account");
  const page = await browser.open(from.answer(away, { sub: as, email: `${as}@example.test` }).href, "cross-site");
  expect(page.url.pathname).toBe("/account");
}

const linksOf = async (who: UserRow) =>
  (await context.linkedAccounts.listOf(who.id)).map(({ source, sourceId }) => `${source}|${sourceId}`);

describe("connecting an account", () => {
  it("lets its owner in by the provider from then on, and lists it", async () => {
    await connected();
    expect(await linksOf(user)).toEqual(["idp|person"]);
    const browser = newBrowser(context);
    await travelTo(context, browser, idp, { sub: "person" });
    expect((await whoIs(context, browser))?.id).toBe(user.id);
    const list = await (await call("GET", path)).json();
    expect(list).toEqual({
      "linked-accounts": [
        {
          source: "idp",
          "source-id": "person",
          email: "person@example.test",
          "linked-at": expect.any(Number),
          status: "active",
        },
      ],
    });
  });

  it("takes no account of the address there: it is the session that says who connects", async () => {
    const owner = await makeUser(context, { email: "person@example.test", emailVerified: true, password: null });
    await connected();
    expect([await linksOf(user), await linksOf(owner)]).toEqual([["idp|person"], []]);
    expect((await context.users.findById(user.id))?.email).toBe(user.email);
  });

  it("opens no session and ends none", async () => {
    await connected();
    expect(await sessionCount(context, user.id)).toBe(1);
  });

  it("a form is sent on to the provider at once", async () => {
    const answer = await call("POST", `${path}/idp`, {
      cookie: `qt-auth=${session}`,
      accept: "text/html",
      "content-type": "application/x-www-form-urlencoded",
      origin: context.realm.issuer,
    });
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.get("location") ?? "").host).toBe(idp.host);
  });

  it("again is fine; what is another user's stays theirs: account-already-linked", async () => {
    await connected();
    await connected();
    const other = await signedInUser(context);
    session = other.cookie;
    const browser = newBrowser(context);
    const away = await connect(browser, "idp", "?login-failure-redirect-url=/no");
    const page = await browser.open(idp.answer(away, { sub: "person" }).href, "cross-site");
    expect(errorOf(page)).toBe("account-already-linked");
    expect([await linksOf(user), await linksOf(other.user)]).toEqual([["idp|person"], []]);
  });
});

describe("FE-07 only a fresh session of the account itself connects", () => {
  it.each([
    ["no session", {}],
    ["an invented one", { cookie: "qt-auth=invented" }],
    ["half a sign-in", { cookie: "tfa-auth=half; otp-auth=half" }],
  ])("not %s", async (_, headers) => {
    const before = called.length;
    for (const [method, at] of [
      ["POST", `${path}/idp`],
      ["DELETE", `${path}/idp`],
      ["GET", path],
    ] as const)
      await expectError(await call(method, at, headers), 403, "session-required");
    expect(called.slice(before)).toEqual([]);
  });

  it("not one that is older than ten minutes", async () => {
    travel(601);
    for (const method of ["POST", "DELETE"])
      await expectError(await call(method, `${path}/idp`), 403, "reauthentication-required");
  });

  it.each([
    ["a foreign origin", { origin: "https://evil.test" }],
    ["an opaque origin", { origin: "null" }],
    ["a cross-site request", { "sec-fetch-site": "cross-site" }],
  ])("not by forced-link CSRF from %s", async (_, headers) => {
    for (const method of ["POST", "DELETE"]) {
      const answer = await call(method, `${path}/idp`, { cookie: `qt-auth=${session}`, ...headers });
      await expectError(answer, 403, "cross-site-request");
    }
  });

  it("not when the session has ended by the time the browser is back", async () => {
    const browser = newBrowser(context);
    const away = await connect(browser);
    await context.objects.call(user.id, (object) => object.endEverything());
    const page = await browser.open(idp.answer(away, { sub: "late" }).href, "cross-site");
    expect(errorOf(page)).toBe("session-revoked");
    expect(await linksOf(user)).toEqual([]);
  });

  it("not with an answer that an attacker got for their own account: it belongs to their browser", async () => {
    const attacker = newBrowser(context);
    const away = await connect(attacker);
    const victim = newBrowser(context);
    const other = await signedInUser(context);
    victim.plant(context.realm.authDomain, "qt-auth", other.cookie);
    const page = await victim.open(idp.answer(away, { sub: "attacker" }).href, "cross-site");
    expect(errorOf(page)).toBe("interaction-expired");
    expect([await linksOf(other.user), await linksOf(user)]).toEqual([[], []]);
  });

  it("a sign-in that was begun is not turned into a connection, nor the other way round", async () => {
    const browser = newBrowser(context);
    browser.plant(context.realm.authDomain, "qt-auth", session);
    await travelTo(context, browser, idp, { sub: "newcomer" });
    expect(await linksOf(user)).toEqual([]);
    const newcomer = await whoIs(context, browser);
    expect(newcomer).toMatchObject({ id: expect.any(Number) });
    expect(newcomer?.id).not.toBe(user.id);
  });
});
