import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { changeUser } from "../../src/domain/users/change-user.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { Browser, type Page } from "../support/browser.ts";
import { goodPassword, makeClient, makeRealm, makeUser, type TestClient } from "../support/world.ts";
import { authorizeUrl } from "./requests.ts";

type User = Awaited<ReturnType<typeof makeUser>>;

async function disableClient(context: RealmContext, client: TestClient): Promise<void> {
  const row = await context.clients.store.findByClientId(client.clientId);
  if (row === null) throw new Error("no such client");
  await context.clients.store.update(row, { disabledAt: Date.now() }, [], Date.now());
  context.clients.forget(client);
}

const disableUser = (context: RealmContext, user: User) => changeUser(context, user, { disabledAt: Date.now() }, "all");

async function situation() {
  const context = await makeRealm();
  const client = await makeClient(context, {}, { firstParty: false });
  const user = await makeUser(context);
  const browser = new Browser(context.realm.hosts);
  const typed = { identifier: user.email ?? "", password: goodPassword };
  const signIn = await browser.open(authorizeUrl(context, client));
  return { context, client, user, browser, typed, signIn };
}

function expectPage(page: Page, status: number, code: string): void {
  expect([page.left, page.status, page.headers.get("x-error-code")]).toEqual([false, status, code]);
}

describe("what is switched off in the middle of a transaction (OWASP ASVS 7.4.2)", () => {
  it("AZ-24 a client: no sign-in page goes on, no consent counts, nobody is sent to it", async () => {
    const { context, client, browser, typed, signIn } = await situation();
    const consent = await browser.submit(signIn, "sign-in-form", typed);
    await disableClient(context, client);
    expectPage(await browser.submit(consent, "consent-form", {}, "allow"), 400, "invalid_client");
    expectPage(await browser.submit(consent, "consent-form", {}, "deny"), 400, "invalid_client");
    expectPage(await browser.submit(signIn, "sign-in-form", typed), 400, "invalid_client");
    expectPage(await browser.open(authorizeUrl(context, client)), 400, "invalid_client");
  });

  it("AZ-24 a user before the password: refused like a wrong password", async () => {
    const { context, user, browser, typed, signIn } = await situation();
    await disableUser(context, user);
    expectPage(await browser.submit(signIn, "sign-in-form", typed), 401, "bad_credential");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
  });

  it("AZ-24 a user at the consent page: no code, and the session is over", async () => {
    const { context, user, browser, typed, signIn } = await situation();
    const consent = await browser.submit(signIn, "sign-in-form", typed);
    await disableUser(context, user);
    const after = await browser.submit(consent, "consent-form", {}, "allow");
    expect([after.left, after.status, after.url.pathname]).toEqual([false, 200, "/sign-in"]);
  });

  it("AZ-24 a deleted user: no code either", async () => {
    const { context, user, browser, typed, signIn } = await situation();
    const consent = await browser.submit(signIn, "sign-in-form", typed);
    await context.users.delete(user.id);
    await context.objects.call(user.id, (object) => object.erase());
    const after = await browser.submit(consent, "consent-form", {}, "allow");
    expect([after.left, after.status, after.url.pathname]).toEqual([false, 200, "/sign-in"]);
  });

  it("AZ-24 a realm: its hosts answer 404", async () => {
    const { context, client, browser, typed, signIn } = await situation();
    const consent = await browser.submit(signIn, "sign-in-form", typed);
    await new RealmStore(databasesOf(env)).retire(context.realm.id, Date.now());
    forgetHosts(context.realm.hosts);
    expectPage(await browser.submit(consent, "consent-form", {}, "allow"), 404, "unknown-host");
    expectPage(await browser.open(authorizeUrl(context, client)), 404, "unknown-host");
  });

  it("AZ-24 a redirect URI taken from the client: nobody is sent there any more", async () => {
    const { context, client, browser, typed, signIn } = await situation();
    const consent = await browser.submit(signIn, "sign-in-form", typed);
    const row = await context.clients.store.findByClientId(client.clientId);
    if (row === null) throw new Error("no such client");
    await context.clients.store.update(
      row,
      { metadata: { ...client.metadata, redirect_uris: ["https://new.test/cb"] } },
      [],
      Date.now(),
    );
    context.clients.forget(client);
    expectPage(await browser.submit(consent, "consent-form", {}, "allow"), 400, "redirect-not-allowed");
  });
});
