import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sealInteraction } from "../../src/domain/interaction/interaction.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Parameters } from "../../src/lib/parameters.ts";
import { Browser, type Page } from "../support/browser.ts";
import {
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  pkce,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { authorizeParameters, authorizeUrl, once, sealedBy } from "./requests.ts";

const browserCookie = "__Host-gatehouse-browser";

let context: RealmContext;
let client: TestClient;
let host: string;
let person: { identifier: string; password: string };

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  host = context.realm.authDomain;
  person = { identifier: (await makeUser(context)).email ?? "", password: goodPassword };
});

afterEach(() => {
  vi.useRealTimers();
});

const open = (browser: Browser, path: string): Promise<Page> => browser.open(`${context.realm.issuer}${path}`);

function expectRefused(page: Page): void {
  expect([page.left, page.status, page.trail]).toEqual([false, 400, []]);
  expect(page.headers.get("x-error-code")).toBe("interaction-expired");
  expect(page.forms).toEqual([]);
}

/** A signed-in browser with a request on its way; answers the sealed request. */
async function begin(changes: Record<string, string> = {}): Promise<{ browser: Browser; page: Page; sealed: string }> {
  const browser = new Browser(context.realm.hosts);
  const page = await browser.open(authorizeUrl(context, client, changes));
  return { browser, page, sealed: sealedBy(page.url.href) };
}

describe("the authorization transaction (OWASP ASVS 2.3.1, RFC 9700 §4.5)", () => {
  it("SE-12 does not go on in another browser, signed in or not", async () => {
    const { sealed } = await begin();
    const other = new Browser(context.realm.hosts);
    for (const path of ["/authorize/resume", "/sign-in", "/sign-up"])
      expectRefused(await open(other, `${path}?interaction=${sealed}`));
    await other.submit(await open(other, "/sign-in"), "sign-in-form", person);
    for (const path of ["/authorize/resume", "/sign-in", "/sign-up"])
      expectRefused(await open(other, `${path}?interaction=${sealed}`));
  });

  it("SE-12 does not go on in a browser that was given a copy of the cookie beside its own", async () => {
    const { browser, sealed } = await begin();
    const own = browser.cookie(host, browserCookie);
    for (const cookie of [
      `${browserCookie}=${own}; ${browserCookie}=planted-by-somebody-01`,
      `gatehouse-browser=${own}`,
    ]) {
      const response = await request(`${context.realm.issuer}/authorize/resume?interaction=${sealed}`, {
        headers: { cookie },
      });
      expect([response.status, response.headers.get("x-error-code")]).toEqual([400, "interaction-expired"]);
    }
  });

  it("AZ-19 is refused when a single character of it was changed", async () => {
    const { browser, sealed } = await begin();
    const places = [0, 1, 3, 4, 20, Math.floor(sealed.length / 2), sealed.length - 2];
    for (const at of places) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
      expectRefused(await open(browser, `/authorize/resume?interaction=${changed}`));
    }
    for (const changed of [
      "",
      ".",
      "t1.",
      "t1",
      `t2.${sealed.slice(3)}`,
      sealed.slice(0, -1),
      `${sealed}A`,
      `${sealed}=`,
      "t1.AAAA",
    ])
      expectRefused(await open(browser, `/authorize/resume?interaction=${encodeURIComponent(changed)}`));
    expectRefused(await open(browser, "/authorize/resume"));
    expect((await open(browser, `/authorize/resume?interaction=${sealed}`)).status).toBe(200);
  });

  it("AZ-19 is refused when it comes with two of them", async () => {
    const [one, two] = [await begin(), await begin()];
    const page = await open(one.browser, `/authorize/resume?interaction=${one.sealed}&interaction=${two.sealed}`);
    expectRefused(page);
  });

  it("AZ-19 expires half an hour after it began, and not before", async () => {
    const started = Date.now();
    const { browser, sealed } = await begin();
    vi.useFakeTimers({ toFake: ["Date"], now: started + 1_790_000 });
    expect((await open(browser, `/authorize/resume?interaction=${sealed}`)).status).toBe(200);
    vi.setSystemTime(started + 1_830_000);
    expectRefused(await open(browser, `/authorize/resume?interaction=${sealed}`));
  });

  it("MR-02 is worth nothing in another realm, even in the same browser", async () => {
    const other = await makeRealm();
    const { browser, sealed } = await begin();
    const both = new Browser([...context.realm.hosts, ...other.realm.hosts]);
    both.plant(other.realm.authDomain, browserCookie, browser.cookie(host, browserCookie) ?? "");
    for (const path of ["/authorize/resume", "/sign-in"])
      expectRefused(await both.open(`${other.realm.issuer}${path}?interaction=${sealed}`));
    const id = browser.cookie(host, browserCookie) ?? "";
    const parameters = new Parameters(authorizeParameters(client));
    const foreign = await sealInteraction(other, id, { parameters, begunAt: Date.now() });
    expectRefused(await open(browser, `/authorize/resume?interaction=${foreign}`));
  });

  it("AZ-19 keeps what was asked for, whatever query and form say in between", async () => {
    const { verifier, challenge } = await pkce();
    const asked = { code_challenge: challenge, scope: "openid", nonce: "n-1", state: "s-1" };
    const { browser, page } = await begin(asked);
    const other = await makeClient(context, { redirect_uris: ["https://other.test/cb"] });
    const changes = new URLSearchParams({
      client_id: other.clientId,
      redirect_uri: "https://other.test/cb",
      scope: "openid profile email",
      state: "s-2",
      nonce: "n-2",
      code_challenge: (await pkce()).challenge,
      response_mode: "fragment",
    });
    const { forms } = page;
    const bent = { ...page, forms: forms.map((form) => ({ ...form, action: `${form.action}?${changes}` })) };
    const hidden = [...changes].map(([name, value]) => ({ name, value, type: "hidden", autocomplete: "" }));
    const bentForms = bent.forms.map((form) => ({ ...form, fields: [...form.fields, ...hidden] }));
    const back = await browser.submit({ ...bent, forms: bentForms }, "sign-in-form", person);

    expect(back.url.origin + back.url.pathname).toBe("https://partner.test/callback");
    const answer = once(back.url.searchParams);
    expect(answer.state).toBe("s-1");
    const redeemed = await tokenRequest(context, client, {
      grant_type: "authorization_code",
      code: answer.code,
      redirect_uri: "https://partner.test/callback",
      code_verifier: verifier,
    });
    expect(redeemed.status).toBe(200);
    const { scope, id_token } = await redeemed.json<{ scope: string; id_token: string }>();
    expect(scope).toBe("openid");
    expect(atob(id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).toContain('"nonce":"n-1"');
  });

  it("AZ-19 keeps two requests of one browser apart: each ends with its own state and challenge", async () => {
    const browser = new Browser(context.realm.hosts);
    const first = await browser.open(authorizeUrl(context, client, { state: "first" }));
    const second = await browser.open(authorizeUrl(context, client, { state: "second" }));
    expect(once((await browser.submit(first, "sign-in-form", person)).url.searchParams).state).toBe("first");
    expect(once((await browser.submit(second, "sign-in-form", person)).url.searchParams).state).toBe("second");
  });

  it("SE-13 completes ten tabs of one browser, each with its own answer", async () => {
    const browser = new Browser(context.realm.hosts);
    const states = Array.from({ length: 10 }, (_, tab) => `tab ${tab}`);
    await browser.open(context.realm.issuer);
    const pages = await Promise.all(states.map((state) => browser.open(authorizeUrl(context, client, { state }))));
    const answers: URLSearchParams[] = [];
    for (const page of pages) answers.push((await browser.submit(page, "sign-in-form", person)).url.searchParams);
    expect(answers.map((answer) => once(answer).state)).toEqual(states);
    expect(new Set(answers.map((answer) => answer.get("code"))).size).toBe(10);

    const signedIn = await Promise.all(states.map((state) => browser.open(authorizeUrl(context, client, { state }))));
    expect(signedIn.map((page) => once(page.url.searchParams).state)).toEqual(states);
    expect(new Set(signedIn.map((page) => page.url.searchParams.get("code"))).size).toBe(10);
  });
});
