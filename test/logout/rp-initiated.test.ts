import { beforeAll, describe, expect, it } from "vitest";
import { signJwt } from "../../src/crypto/jwt.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { answerAt, authorize, once } from "../authorization/requests.ts";
import { Browser, type Page } from "../support/browser.ts";
import { changeAs, issued } from "../support/token-side.ts";
import {
  formBody,
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  type TestClient,
} from "../support/world.ts";

const goodbye = "https://partner.test/bye";
const callback = "https://partner.test/callback";

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { post_logout_redirect_uris: [goodbye] });
});

const base64Url = (value: unknown): string =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const endSessionUrl = (parameters: Record<string, string>): string =>
  `${context.realm.issuer}/end-session?${new URLSearchParams(parameters)}`;

/** Somebody who signed in with the hosted page, and the ID token that the client got. */
async function signedIn() {
  const user = await makeUser(context);
  const browser = new Browser(context.realm.hosts);
  const typed = { identifier: user.email ?? "", password: goodPassword };
  await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
  const cookie = (): string => browser.cookie(context.realm.authDomain, "qt-auth") ?? "";
  const { code, verifier } = await obtainCode(context, client, cookie());
  const { id_token: hint } = await redeem(context, client, code, verifier);
  return { user, browser, cookie, first: cookie(), hint };
}

const isAlive = async (cookie: string): Promise<boolean> =>
  "code" in once(answerAt(await authorize(context, client, { prompt: "none" }, cookie), callback));

const isQuestion = (page: Page): boolean => page.forms.some((form) => form.id === "sign-out-form");

describe("the modules of the certification plan (RP-Initiated Logout §2, §3)", () => {
  it("LO-01 discovery: the endpoint is advertised, back-channel logout too", async () => {
    const metadata = await (await request(`${context.realm.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({
      end_session_endpoint: `${context.realm.issuer}/end-session`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  it("LO-01 the plain one: signed out, sent back with state, and prompt=none finds nobody", async () => {
    const { browser, hint, first } = await signedIn();
    const page = await browser.open(
      endSessionUrl({ id_token_hint: hint, post_logout_redirect_uri: goodbye, state: "s-1" }),
      "cross-site",
    );
    expect([page.left, page.url.href]).toEqual([true, `${goodbye}?state=s-1`]);
    expect(once(answerAt(await authorize(context, client, { prompt: "none" }, first), callback))).toMatchObject({
      error: "login_required",
    });
  });

  it.each<[string, (hint: string) => Record<string, string>]>([
    ["no state", (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: goodbye })],
    ["no post_logout_redirect_uri", (hint) => ({ id_token_hint: hint, state: "s" })],
    ["a hint and nothing else", (hint) => ({ id_token_hint: hint })],
    ["client_id beside the hint", (hint) => ({ id_token_hint: hint, client_id: client.clientId })],
    ["a logout_hint beside it", (hint) => ({ id_token_hint: hint, logout_hint: '"><script>alert(1)</script>' })],
    ["languages nobody speaks", (hint) => ({ id_token_hint: hint, ui_locales: '"><b> tlh' })],
  ])("LO-03 with %s the user is signed out without being asked", async (_, parametersOf) => {
    const { browser, hint, first } = await signedIn();
    const parameters = parametersOf(hint);
    const page = await browser.open(endSessionUrl(parameters), "cross-site");
    if (parameters.post_logout_redirect_uri === undefined) {
      expect([page.status, page.left, isQuestion(page)]).toEqual([200, false, false]);
      expect(page.html).toContain("signed out");
      expect(page.html).not.toMatch(/<script>alert|"><b>/);
    } else expect(page.url.href).toBe(goodbye);
    expect(await isAlive(first)).toBe(false);
  });

  it.each<[string, () => Record<string, string>]>([
    ["no parameters", () => ({})],
    ["only state", () => ({ state: "s" })],
    ["no id_token_hint", () => ({ client_id: client.clientId, post_logout_redirect_uri: goodbye })],
    ["only a logout_hint", () => ({ logout_hint: "somebody@example.test" })],
  ])("LO-03 LO-04 with %s the user is asked, and may stay", async (_, parametersOf) => {
    const { browser, cookie, first } = await signedIn();
    const parameters = parametersOf();
    const page = await browser.open(endSessionUrl(parameters), "cross-site");
    expect([page.status, page.left, isQuestion(page)]).toEqual([200, false, true]);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect([cookie(), await isAlive(first)]).toEqual([first, true]);
    const done = await browser.submit(page, "sign-out-form");
    expect(done.left).toBe(parameters.post_logout_redirect_uri !== undefined);
    expect([cookie(), await isAlive(first)]).toEqual(["", false]);
  });

  it.each<[string, (hint: string) => Record<string, string>]>([
    ["bad-post-logout-redirect-uri", (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${goodbye}/more` })],
    ["query-added", (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${goodbye}?foo=bar` })],
    ["bad-id-token-hint", () => ({ id_token_hint: "bad", post_logout_redirect_uri: goodbye })],
    [
      "modified-id-token-hint, unsigned",
      (hint) => ({
        id_token_hint: `${base64Url({ alg: "none", typ: "JWT" })}.${hint.split(".")[1]}.`,
        post_logout_redirect_uri: goodbye,
      }),
    ],
    [
      "modified-id-token-hint, unsigned with the signature left in place",
      (hint) => {
        const [, payload, signature] = hint.split(".");
        return {
          id_token_hint: `${base64Url({ alg: "none" })}.${payload}.${signature}`,
          post_logout_redirect_uri: goodbye,
        };
      },
    ],
  ])("LO-02 %s: an error page, nobody is sent anywhere, and the session lives", async (_, parametersOf) => {
    const { browser, cookie, first, hint } = await signedIn();
    const page = await browser.open(endSessionUrl(parametersOf(hint)), "cross-site");
    expect([page.status, page.left, page.trail]).toEqual([400, false, []]);
    expect([cookie(), await isAlive(first)]).toEqual([first, true]);
  });

  it("LO-02 takes no other token of this realm for a hint: logout token, access token, another purpose", async () => {
    const { browser, first, hint } = await signedIn();
    const claims = JSON.parse(atob(hint.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")) as Record<
      string,
      unknown
    >;
    const key = await context.realm.keys.signer("ES256");
    for (const type of ["logout+jwt", "at+jwt", "session+jwt"] as const) {
      const page = await browser.open(endSessionUrl({ id_token_hint: await signJwt(type, claims, key) }));
      expect([page.status, page.left]).toEqual([400, false]);
    }
    expect(await isAlive(first)).toBe(true);
  });
});

describe("forms on other sites, which bring no session along (SameSite)", () => {
  it("LO-04 without a hint the user is asked, and not signed out behind their back", async () => {
    const { browser, cookie, first } = await signedIn();
    const fields = { client_id: client.clientId, post_logout_redirect_uri: goodbye, state: "s", logout_hint: "x" };
    const page = await browser.submitFrom("https://partner.test", `${context.realm.issuer}/end-session`, fields);
    expect([page.status, isQuestion(page)]).toEqual([200, true]);
    expect(page.url.searchParams.get("logout_hint")).toBeNull();
    expect([cookie(), await isAlive(first)]).toEqual([first, true]);
    const done = await browser.submit(page, "sign-out-form");
    expect(done.url.href).toBe(`${goodbye}?state=s`);
    expect(await isAlive(first)).toBe(false);
  });

  it("LO-05 with a hint its session ends, and whoever is signed in here by now stays", async () => {
    const earlier = await issued(context, client);
    const { browser, cookie, first } = await signedIn();
    const page = await browser.submitFrom("https://partner.test", `${context.realm.issuer}/end-session`, {
      id_token_hint: earlier.tokens.id_token,
      post_logout_redirect_uri: goodbye,
    });
    expect(page.url.href).toBe(goodbye);
    expect(await isAlive(earlier.cookie)).toBe(false);
    expect([cookie(), await isAlive(first)]).toEqual([first, true]);
  });

  it("LO-02 an address that is not registered is refused before anything else", async () => {
    const { browser, first } = await signedIn();
    const page = await browser.submitFrom("https://evil.test", `${context.realm.issuer}/end-session`, {
      client_id: client.clientId,
      post_logout_redirect_uri: "https://evil.test/",
    });
    expect([page.status, page.left, page.trail]).toEqual([400, false, []]);
    expect(await isAlive(first)).toBe(true);
  });

  it("LO-03 nobody is signed in: it says so", async () => {
    const browser = new Browser(context.realm.hosts);
    const page = await browser.submitFrom("https://partner.test", `${context.realm.issuer}/end-session`, {
      state: "s",
    });
    expect([page.status, isQuestion(page)]).toEqual([200, false]);
    expect(page.html).toContain("signed out");
  });
});

describe("the pages of signing out", () => {
  it("speak the language of ui_locales, the question and the answer (RP-Initiated Logout §2)", async () => {
    const { browser } = await signedIn();
    const page = await browser.open(endSessionUrl({ ui_locales: "fr" }));
    expect(page.headers.get("content-language")).toBe("fr");
    const done = await browser.submit(page, "sign-out-form");
    expect([done.headers.get("content-language"), done.status]).toEqual(["fr", 200]);
  });

  it("LO-09 are kept nowhere, and the cookie from before opens nothing, by the back button or by hand", async () => {
    const { browser, first, hint } = await signedIn();
    const page = await browser.open(endSessionUrl({ id_token_hint: hint }), "cross-site");
    expect(page.headers.get("cache-control")).toBe("no-store");
    for (const path of ["/api/auth/v1/users/me", "/api/auth/v1/sessions"]) {
      const response = await request(`${context.realm.issuer}${path}`, { headers: { cookie: `qt-auth=${first}` } });
      expect(response.status).toBe(403);
    }
    browser.plant(context.realm.authDomain, "qt-auth", first);
    const home = await browser.open(`${context.realm.issuer}/`);
    expect(home.html).not.toContain("Una User");
    const asked = await authorize(context, client, {}, first);
    expect(asked.headers.get("location")).toMatch(/^https:\/\/auth\.[^/]+\/sign-in\?interaction=/);
  });

  it("LO-05 a state of excessive length is refused", async () => {
    const { first, hint } = await signedIn();
    const fields = { id_token_hint: hint, post_logout_redirect_uri: goodbye, state: "s".repeat(3_000) };
    const response = await request(`${context.realm.issuer}/end-session`, formBody(fields));
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    expect(await isAlive(first)).toBe(true);
  });

  it("LO-05 a hint for somebody who has another name by now still ends their session", async () => {
    const { user, hint, first } = await signedIn();
    await changeAs(context, user, { name: "Another Name" });
    expect((await request(endSessionUrl({ id_token_hint: hint }))).status).toBe(200);
    expect(await isAlive(first)).toBe(false);
  });
});
