import { beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { whoIs } from "../federation/journey.ts";
import { codeIn, newestTo } from "../messages/mailbox.ts";
import { Browser, type Page } from "../support/browser.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { countUsers } from "../surfaces/session-api.ts";
import { enableTotp } from "../two-factor/support.ts";
import { handOverByForm, makeProduct, navigation, type Product } from "./support.ts";

const email = "una@example.test";
const productOrigin = "https://www.product.example";
const claims = { user_id: "12345", email, name: "Una <b>there</b>" };

let context: RealmContext;
let product: Product;
let owner: UserRow;
let browser: Browser;
beforeEach(async () => {
  context = await makeRealm();
  product = await makeProduct(context, "main_product", {
    label: "The Product",
    allow_get: true,
    origins: [productOrigin],
  });
  owner = await makeUser(context, { email, emailVerified: true });
  browser = new Browser([...context.realm.hosts]);
});

const links = async () => (await context.linkedAccounts.listOf(owner.id)).map(({ sourceId }) => sourceId);

/** A form of the product's own page hands over, and the browser follows. */
async function travel(): Promise<Page> {
  const fields = { token: await product.token(claims), redirect_url: "/welcome" };
  const page = await browser.submitFrom(productOrigin, `${context.realm.issuer}/api/v1/auth/jwt`, fields);
  expect([page.status, page.url.pathname]).toEqual([200, "/link-account"]);
  return page;
}

describe("the page that connects two accounts (contract §5)", () => {
  it("says who comes from where, keeps the token out of addresses and scripts, and is framed by nobody", async () => {
    const page = await travel();
    expect(page.html).toContain("The Product");
    expect(page.html).toContain("Una &lt;b&gt;there&lt;/b&gt;");
    expect(page.html).toContain("12345");
    expect(page.url.search).toBe(`?redirect-url=${encodeURIComponent(`${context.realm.issuer}/welcome`)}`);
    const kept = browser.cookie(context.realm.authDomain, "__Host-gatehouse-link") ?? "";
    expect(kept).toMatch(/^t1\..{100}/);
    expect(page.html).not.toContain(kept);
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(await links()).toEqual([]);
    expect(await whoIs(context, browser)).toBeNull();
  });

  it("connects them by the password, and goes on", async () => {
    const page = await travel();
    const wrong = await browser.submit(page, "link-password-form", { password: "not the one" });
    expect([wrong.status, wrong.headers.get("x-error-code")]).toEqual([401, "bad_credential"]);
    expect(await links()).toEqual([]);
    const end = await browser.submit(wrong, "link-password-form", { password: goodPassword });
    expect(end.url.href).toBe(`${context.realm.issuer}/welcome`);
    expect(await links()).toEqual(["12345"]);
    expect((await whoIs(context, browser))?.id).toBe(owner.id);
  });

  it("connects them by a code", async () => {
    const asked = await browser.submit(await travel(), "link-send-form", {});
    expect(asked.status).toBe(200);
    const end = await browser.submit(asked, "link-code-form", { code: codeIn(await newestTo(context, email)) });
    expect(end.url.pathname).toBe("/welcome");
    expect(await links()).toEqual(["12345"]);
  });

  it("makes a new account instead", async () => {
    const end = await browser.submit(await travel(), "link-fresh-form", {});
    expect(end.url.pathname).toBe("/welcome");
    const me = await whoIs(context, browser);
    expect(me?.id).not.toBe(owner.id);
    expect(me?.email).toBeNull();
    expect([await links(), await countUsers(context)]).toEqual([[], 2]);
  });

  it("wants no password of whoever has just signed in to the account", async () => {
    await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", {
      identifier: email,
      password: goodPassword,
    });
    const page = await travel();
    expect(page.html).toContain('id="link-signed-in-as"');
    const end = await browser.submit(page, "link-session-form", {});
    expect(end.url.pathname).toBe("/welcome");
    expect(await links()).toEqual(["12345"]);
  });

  it("FE-07 asks for the second factor first, and comes back to connect", async () => {
    const { recoveryCodes } = await enableTotp(context, await signIn(context, owner));
    const half = await browser.submit(await travel(), "link-password-form", { password: goodPassword });
    expect(half.url.pathname).toBe("/two-factor");
    expect(await links()).toEqual([]);
    const form = half.forms.find(({ fields }) => fields.some(({ name }) => name === "recovery-code"));
    const back = await browser.submit(half, form?.id ?? "", { "recovery-code": recoveryCodes[0] ?? "" });
    expect(back.url.pathname).toBe("/link-account");
    expect(await links()).toEqual([]);
    const end = await browser.submit(back, "link-session-form", {});
    expect(end.url.pathname).toBe("/welcome");
    expect(await links()).toEqual(["12345"]);
  });

  it("is there for the browser that was handed over alone, and once", async () => {
    const page = await travel();
    const other = new Browser([...context.realm.hosts]);
    const stranger = await other.open(page.url.href);
    expect([stranger.status, stranger.headers.get("x-error-code")]).toEqual([403, "invalid-token"]);
    await browser.submit(page, "link-fresh-form", {});
    const again = await browser.submit(page, "link-password-form", { password: goodPassword });
    expect([again.status, again.headers.get("x-error-code")]).toEqual([403, "invalid-token"]);
    expect(await links()).toEqual([]);
  });

  it("SE-08 its forms need the browser's own token", async () => {
    const response = await handOverByForm(context, { token: await product.token(claims) });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/link-account"]);
    const cookie = `__Host-gatehouse-link=${cookiesOf(response)["__Host-gatehouse-link"]}`;
    const forged = await request(`${context.realm.issuer}/link-account`, {
      method: "POST",
      headers: { ...navigation, cookie, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ step: "password", password: goodPassword }).toString(),
    });
    expect([forged.status, forged.headers.get("x-error-code")]).toEqual([403, "form-expired"]);
    expect(await links()).toEqual([]);
  });

  it("is not shown to whoever followed an address: anybody can send one with a token of their own", async () => {
    const url = `${context.realm.issuer}/api/v1/auth/jwt?${new URLSearchParams({ token: await product.token(claims) })}`;
    const page = await browser.open(url, "cross-site");
    expect([page.status, page.headers.get("x-error-code")]).toEqual([409, "link-required"]);
    expect(page.html).toContain('id="sign-in-link"');
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect((await browser.open(`${context.realm.issuer}/link-account`)).status).toBe(403);
    expect(await links()).toEqual([]);
  });

  it("leads nowhere but to the realm", async () => {
    const page = await travel();
    const evil = await browser.open(`${page.url.origin}/link-account?redirect-url=https://evil.test/`);
    expect([evil.status, evil.headers.get("x-error-code")]).toEqual([400, "redirect-not-allowed"]);
  });
});

describe("a hand-over of an account with a second factor", () => {
  it("goes on to where the product wanted when the factor is shown", async () => {
    const { recoveryCodes } = await enableTotp(context, await signIn(context, owner));
    await context.linkedAccounts.add(
      { source: "main_product", sourceId: "12345", userId: owner.id, metadata: {}, linkedAt: Date.now() },
      null,
    );
    const fields = { token: await product.token(claims), redirect_url: "/welcome" };
    const half = await browser.submitFrom(productOrigin, `${context.realm.issuer}/api/v1/auth/jwt`, fields);
    expect(half.url.pathname).toBe("/two-factor");
    const form = half.forms.find(({ fields: all }) => all.some(({ name }) => name === "recovery-code"));
    const end = await browser.submit(half, form?.id ?? "", { "recovery-code": recoveryCodes[0] ?? "" });
    expect(end.url.href).toBe(`${context.realm.issuer}/welcome`);
    expect((await whoIs(context, browser))?.id).toBe(owner.id);
  });
});
