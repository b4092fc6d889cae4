import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { formBody, goodPassword, makeClient, makeRealm, makeUser, request, type TestClient } from "../support/world.ts";
import { answerAt, authorize, once } from "./requests.ts";

const goodbye = "https://partner.test/bye?app=1";
const state = "a+b &ü%<>";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { post_logout_redirect_uris: [goodbye] });
});

const isAlive = async (cookie: string): Promise<boolean> => {
  const response = await authorize(context, client, { prompt: "none" }, cookie);
  return "code" in once(answerAt(response, "https://partner.test/callback"));
};

describe("signing out by hand", () => {
  async function browserOf() {
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const home = await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
    return { browser, home, cookie: browser.cookie(context.realm.authDomain, "qt-auth") ?? "" };
  }
  const signOutPage = (browser: Browser, parameters: Record<string, string> = {}): Promise<Page> =>
    browser.open(`${context.realm.issuer}/end-session?${new URLSearchParams(parameters)}`, "cross-site");

  it.each([
    ["no parameters", {}],
    ["only state", { state }],
    ["a client and no address", { client_id: "client" }],
  ])("LO-03 with %s asks, then signs out and says so", async (_, parameters) => {
    const { browser, cookie } = await browserOf();
    const page = await signOutPage(browser, parameters);
    expect(await isAlive(cookie)).toBe(true);
    const done = await browser.submit(page, "sign-out-form");
    expect([done.status, done.left, done.url.pathname]).toEqual([200, false, "/sign-out"]);
    expect(done.html).toContain("signed out");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    expect(await isAlive(cookie)).toBe(false);
  });

  it("LO-01 after the question goes to the registered address with state", async () => {
    const { browser, cookie } = await browserOf();
    const page = await signOutPage(browser, { client_id: client.clientId, post_logout_redirect_uri: goodbye, state });
    const done = await browser.submit(page, "sign-out-form");
    expect([done.left, done.url.origin]).toEqual([true, "https://partner.test"]);
    expect(Object.fromEntries(done.url.searchParams)).toEqual({ app: "1", state });
    expect(await isAlive(cookie)).toBe(false);
  });

  it("LO-02 does not go to an address that was put into the form", async () => {
    const { browser, cookie } = await browserOf();
    const page = await signOutPage(browser);
    const extra = { name: "post_logout_redirect_uri", value: "https://evil.test/", type: "hidden", autocomplete: "" };
    for (const more of [[], [{ name: "client_id", value: client.clientId, type: "hidden", autocomplete: "" }]]) {
      const forms = page.forms.map((form) => ({ ...form, fields: [...form.fields, extra, ...more] }));
      const refused = await browser.submit({ ...page, forms }, "sign-out-form");
      expect([refused.status, refused.trail]).toEqual([400, []]);
    }
    expect(await isAlive(cookie)).toBe(true);
  });

  it("LO-03 for somebody who is not signed in says so without asking", async () => {
    const page = await signOutPage(new Browser(context.realm.hosts));
    expect([page.status, page.forms]).toEqual([200, []]);
    expect(page.html).toContain("signed out");
  });

  it("LO-09 leaves nothing of the old user to the next one in the same browser", async () => {
    const { browser, home, cookie } = await browserOf();
    await browser.submit(home, "sign-out-form");
    const next = await makeUser(context, { name: "Nadia Next" });
    const typed = { identifier: next.email ?? "", password: goodPassword };
    const page = await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
    expect(page.html).toContain("Nadia Next");
    expect(page.html).not.toContain("Una User");
    expect(await isAlive(cookie)).toBe(false);
  });

  it("LO-09 needs the form's own token: a forged post ends nothing", async () => {
    const { cookie } = await browserOf();
    for (const csrf of [undefined, "", "x"]) {
      const init = formBody({ csrf });
      const response = await request(`${context.realm.issuer}/sign-out`, {
        ...init,
        headers: { ...init.headers, cookie: `qt-auth=${cookie}` },
      });
      expect([response.status, response.headers.get("x-error-code")]).toEqual([403, "form-expired"]);
    }
    expect(await isAlive(cookie)).toBe(true);
  });
});
