import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openInteraction } from "../../src/domain/interaction/interaction.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { once } from "../authorization/requests.ts";
import { Browser, type Page } from "../support/browser.ts";
import { cookiesOf, formBody, goodPassword, makeRealm, makeUser, request, type TestClient } from "../support/world.ts";
import { secretOn } from "../two-factor/hosted.ts";
import { api, codeOf, makeEnrolled } from "../two-factor/support.ts";
import { callback, endpoint, expectProblem, formOf, makePartner, partner, postJson } from "./support.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-01T12:00:10Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number): void => {
  vi.setSystemTime(Date.now() + ms);
};

interface Situation {
  readonly context: RealmContext;
  readonly client: TestClient;
  readonly browser: Browser;
  readonly send: (user: UserRow, changes?: Record<string, string>) => Promise<Page>;
}

/** A partner that is none of the house's own, and somebody at its sign-in form. */
async function atPartner(settings: Record<string, unknown> = {}, firstParty = false): Promise<Situation> {
  const context = await makeRealm(settings);
  const client = await makePartner(context, {}, { firstParty });
  const browser = new Browser(context.realm.hosts);
  return {
    context,
    client,
    browser,
    send: (user, changes = {}) =>
      browser.submitFrom(partner, endpoint(context, "/v1/login"), {
        ...(formOf(client) as Record<string, string>),
        email: user.email ?? "",
        password: goodPassword,
        ...changes,
      }),
  };
}

function expectCode(page: Page): void {
  expect([page.left, page.url.origin + page.url.pathname]).toEqual([true, callback]);
  expect(once(page.url.searchParams)).toEqual({
    code: expect.any(String),
    state: "a state & more",
    iss: expect.stringMatching(/^https:\/\/auth\./),
  });
}

describe("consent after a sign-in at a partner's form (OIDC Core §3.1.2.4)", () => {
  it("AZ-17 is asked on the hosted page, which goes on to the partner, and is asked once", async () => {
    const { context, send, browser } = await atPartner();
    const user = await makeUser(context);
    const asked = await send(user);
    expect([asked.left, asked.url.pathname, asked.forms[0]?.id]).toEqual([false, "/authorize/resume", "consent-form"]);
    expect(asked.trail.map(({ status }) => status)).toEqual([302]);
    expectCode(await browser.submit(asked, "consent-form", {}, "allow"));
    expectCode(await send(user));
    expect((await send(user, { scope: "openid phone" })).forms[0]?.id).toBe("consent-form");
  });

  it("AZ-18 can be refused: access_denied at redirect_uri", async () => {
    const { context, send, browser } = await atPartner();
    const denied = await browser.submit(await send(await makeUser(context)), "consent-form", {}, "deny");
    expect([denied.left, once(denied.url.searchParams).error]).toEqual([true, "access_denied"]);
  });

  it("AZ-10 is not asked under prompt=none: the client is told", async () => {
    const { context, send } = await atPartner();
    const told = await send(await makeUser(context), { prompt: "none" });
    expect([told.left, once(told.url.searchParams).error]).toEqual([true, "consent_required"]);
  });

  it("AZ-19 carries the request sealed, and in it neither password nor person, whatever the fields are called", async () => {
    const { context, send, browser } = await atPartner();
    const typed = {
      password_confirmation: goodPassword,
      passwd: goodPassword,
      userPwd: goodPassword,
      first_name: "Neo",
    };
    const asked = await send(await makeUser(context), { ...typed, nonce: "n-0S6" });
    const sealed = asked.url.searchParams.get("interaction") ?? "";
    const id = browser.cookie(context.realm.authDomain, "__Host-gatehouse-browser") ?? "";
    const { parameters } = await openInteraction(context, id, sealed);
    expect(Object.keys(Object.fromEntries(parameters.entries())).toSorted()).toEqual([
      "client_id",
      "error_uri",
      "nonce",
      "redirect_uri",
      "response_type",
      "scope",
      "state",
    ]);
    expect(asked.html).not.toContain(goodPassword);
  });

  it("AZ-19 is worth nothing in another browser, nor without the session", async () => {
    const { context, send } = await atPartner();
    const asked = await send(await makeUser(context));
    const elsewhere = await new Browser(context.realm.hosts).open(asked.url.href);
    expect([elsewhere.left, elsewhere.status]).toEqual([false, 400]);
  });

  it("is shown to programs as an address to go on at", async () => {
    const { context, client } = await atPartner();
    const user = await makeUser(context);
    const body = formOf(client, { email: user.email ?? "", password: goodPassword });
    const response = await postJson(context, "/v1/login", body);
    const { redirect_uri } = await response.json<{ redirect_uri: string }>();
    expect(redirect_uri.startsWith(`${context.realm.issuer}/authorize/resume?interaction=`)).toBe(true);
    const cookie = Object.entries(cookiesOf(response))
      .map((pair) => pair.join("="))
      .join("; ");
    const page = await request(redirect_uri, { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('id="consent-form"')]);
    await expectProblem(await postJson(context, "/v1/login", { ...body, prompt: "none" }), 400, "consent_required");
  });
});

describe("a second factor after the password at a partner's form (contract §2)", () => {
  it("MF-01 is asked on the hosted page, nobody is signed in before, and it goes on to the partner", async () => {
    const { context, send, browser } = await atPartner({}, true);
    const { user, secret } = await makeEnrolled(context);
    later(30_000);
    const asked = await send(user);
    expect([asked.left, asked.url.pathname, asked.forms[0]?.id]).toEqual([false, "/two-factor", "two-factor-form"]);
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    expectCode(await browser.submit(asked, "two-factor-form", { token: codeOf(secret) }));
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeDefined();
  });

  it("MF-07 is set up first where the realm requires one, and consent comes after it", async () => {
    const { context, send, browser } = await atPartner({ tfa: "required" });
    const asked = await send(await makeUser(context));
    expect([asked.url.pathname, asked.forms[0]?.id]).toEqual(["/two-factor/set-up", "set-up-form"]);
    const codes = await browser.submit(asked, "set-up-form", { token: codeOf(secretOn(asked)) });
    const onward = codes.links["continue-link"] ?? "";
    expect(onward).toContain("/authorize/resume?interaction=");
    const consent = await browser.open(new URL(onward, codes.url).href);
    expect(consent.forms[0]?.id).toBe("consent-form");
    expectCode(await browser.submit(consent, "consent-form", {}, "allow"));
  });

  it("is asked for when the application wishes so by acr_values", async () => {
    const { context, send } = await atPartner({}, true);
    const page = await send(await makeUser(context), { acr_values: "urn:gatehouse:mfa" });
    expect([page.left, page.url.pathname]).toEqual([false, "/two-factor/set-up"]);
  });

  it("is owed by programs too: 200 with what is missing, tfa-auth, no session, and where to go on afterwards", async () => {
    const { context, client } = await atPartner({}, true);
    const { user, secret } = await makeEnrolled(context);
    later(30_000);
    const fields = formOf(client, { email: user.email ?? "", password: goodPassword });
    const response = await postJson(context, "/v1/login", fields);
    expect(response.status).toBe(200);
    const answer = await response.json<{ redirect_uri: string }>();
    expect(answer).toEqual({
      code: "tfa-validation-is-required",
      message: expect.any(String),
      redirect_uri: expect.stringMatching(/^https:\/\/auth\.[^/]+\/two-factor\?interaction=/),
    });
    const cookies = cookiesOf(response);
    expect(Object.keys(cookies).toSorted()).toEqual(["__Host-gatehouse-browser", "tfa-auth"]);
    const validated = await api(context, "POST", "/tfa/validate", cookies, { token: codeOf(secret) });
    expect(validated.status).toBe(200);
    const jar = {
      "__Host-gatehouse-browser": cookies["__Host-gatehouse-browser"],
      "qt-auth": cookiesOf(validated)["qt-auth"],
    };
    const headers = {
      cookie: Object.entries(jar)
        .map((pair) => pair.join("="))
        .join("; "),
    };
    const page = await request(answer.redirect_uri, { headers });
    const resumed = await request(new URL(page.headers.get("location") ?? "", context.realm.issuer).href, { headers });
    expect(resumed.headers.get("location")).toMatch(/^https:\/\/partner\.test\/callback\?code=/);
  });

  it("MF-01 is not got round by asking again, for another client or without the cookie", async () => {
    const { context, client } = await atPartner({}, true);
    const { user } = await makeEnrolled(context);
    const other = await makePartner(context);
    for (const of of [client, other]) {
      const init = formBody(formOf(of, { email: user.email ?? "", password: goodPassword }));
      const response = await request(endpoint(context, "/v1/login"), init);
      expect([response.status, response.headers.get("location")]).toEqual([
        303,
        expect.stringMatching(/^\/two-factor\?/),
      ]);
      expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
    }
  });
});

it("AZ-11 an id_token_hint of somebody else gives no code for whoever has signed in", async () => {
  const { context, client, send } = await atPartner({}, true);
  const hinted = await makeUser(context);
  const answer = await send(hinted, { scope: "openid" });
  const tokens = await request(
    endpoint(context, "/v1/token"),
    formBody({
      grant_type: "authorization_code",
      code: answer.url.searchParams.get("code") ?? "",
      redirect_uri: callback,
      client_id: client.clientId,
      client_secret: client.secret,
    }),
  );
  const { id_token } = await tokens.json<{ id_token: string }>();
  const refused = await send(await makeUser(context), { id_token_hint: id_token });
  expect(once(refused.url.searchParams).error).toBe("login_required");
  expect(once((await send(hinted, { id_token_hint: id_token })).url.searchParams)).toHaveProperty("code");
});
