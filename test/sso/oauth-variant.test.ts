import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  cookiesOf,
  makeClient,
  makeRealm,
  makeUser,
  pkce,
  request,
  signIn,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let [auth, news] = ["", ""];
const base = "/api/auth/v1/oauth";

beforeAll(async () => {
  context = await makeRealm();
  [auth, news] = context.realm.hosts.map((host) => `https://${host}`) as [string, string];
  client = await makeClient(context, { redirect_uris: [`${news}${base}/token`] });
});

/** The address as the public client writes it: nothing is encoded. */
const address = (path: string, callback: string, more = ""): string =>
  `${auth}${base}${path}?client_id=${client.integrationId}&redirect_uri=${news}${base}/token&callback_uri=${callback}&response_type=code${more}`;

async function signedIn(): Promise<RequestInit> {
  return { headers: { cookie: `qt-auth=${await signIn(context, await makeUser(context))}` } };
}

describe("Bridgekeeper's variant of /authorize (S2.48, S2.49)", () => {
  it("takes a signed-in browser by a code to another domain, and on to callback_uri", async () => {
    const init = await signedIn();
    const first = await request(address("/authorize", `${news}/article?id=7&tag=a`), init);
    const hop = new URL(first.headers.get("location") ?? "");
    expect([first.status, hop.origin + hop.pathname]).toEqual([302, `${news}${base}/token`]);
    expect(hop.searchParams.get("code")).toMatch(/^[0-9a-f-]{36}-[0-9]{13}$/);
    const second = await request(hop.href);
    expect([second.status, second.headers.get("location")]).toEqual([302, `${news}/article?id=7&tag=a`]);
    const cookie = cookiesOf(second)["qt-auth"] ?? "";
    expect((await request(`${news}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${cookie}` } })).status).toBe(
      200,
    );
    expect((await request(hop.href)).status).toBe(403);
  });

  it("CODE-02 gives codes that say when they expire, within a minute", async () => {
    const first = await request(address("/authorize", `${news}/`), await signedIn());
    const expiresAt = Number(/-([0-9]{13})&/.exec(first.headers.get("location") ?? "")?.[1]);
    expect(expiresAt).toBeGreaterThan(Date.now() + 30_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it("leads to callback_uri as it was written, a slash more or less", async () => {
    for (const callback of [news, `${news}/`, `${news}/a?b=%C3%A9`]) {
      const first = await request(address("/authorize", callback), await signedIn());
      const second = await request(first.headers.get("location") ?? "");
      expect([second.status, second.headers.get("location")]).toEqual([302, callback]);
    }
  });

  it("answers allow_ajax with the address in JSON", async () => {
    const response = await request(address("/authorize", `${news}/`, "&allow_ajax=true"), await signedIn());
    const answer = await response.json<{ redirect_uri: string; redirect_url: string }>();
    expect(response.status).toBe(200);
    expect(answer.redirect_uri).toBe(answer.redirect_url);
    expect(answer.redirect_uri).toContain(`${news}${base}/token?code=`);
    const stranger = await request(address("/authorize", `${news}/`, "&allow_ajax=true"));
    expect([stranger.status, stranger.headers.get("x-error-code")]).toEqual([403, "session-required"]);
    const message = "Could not find qt-auth cookie or X-QT-AUTH header, please Login.";
    expect(await stranger.json()).toEqual({ error: "session-required", error_description: message, message });
  });

  it("asks a stranger to sign in; auto-sso sends them back with logged_in=false", async () => {
    const asked = await request(address("/authorize", `${news}/`));
    expect(asked.headers.get("location")).toContain(`${auth}/sign-in?`);
    const auto = await request(address("/auto-sso/authorize", `${news}/x?y=1`));
    expect([auto.status, auto.headers.get("location")]).toEqual([302, `${news}/x?y=1&logged_in=false`]);
    const known = await request(address("/auto-sso/authorize", `${news}/`), await signedIn());
    expect(known.headers.get("location")).toContain(`${news}${base}/token?code=`);
  });

  it("CODE-14 gives codes that cannot be exchanged for tokens, and takes no other code", async () => {
    const hop = new URL(
      (await request(address("/authorize", `${news}/`), await signedIn())).headers.get("location") ?? "",
    );
    const exchanged = await tokenRequest(context, client, {
      grant_type: "authorization_code",
      code: hop.searchParams.get("code") ?? "",
      redirect_uri: `${news}${base}/token`,
    });
    expect([exchanged.status, (await exchanged.json<{ error: string }>()).error]).toEqual([400, "invalid_grant"]);
    const invented = new URL(hop);
    invented.searchParams.set("code", `${crypto.randomUUID()}-${Date.now() + 60_000}`);
    expect((await request(invented.href)).status).toBe(403);
  });

  it("RU-01 refuses addresses that are not registered, partner clients, and foreign callbacks, without redirecting", async () => {
    const init = await signedIn();
    const partner = await makeClient(context, { redirect_uris: [`${news}${base}/token`] }, { firstParty: false });
    const attempts = [
      address("/authorize", "https://evil.test/"),
      address("/authorize", `${news}/`).replace(
        `redirect_uri=${news}${base}/token`,
        "redirect_uri=https://evil.test/cb",
      ),
      address("/authorize", `${news}/`).replace(
        `redirect_uri=${news}${base}/token`,
        `redirect_uri=${auth}${base}/token`,
      ),
      address("/authorize", `${news}/`).replace(
        `client_id=${client.integrationId}`,
        `client_id=${partner.integrationId}`,
      ),
      address("/auto-sso/authorize", "//evil.test/"),
    ];
    for (const attempt of attempts) {
      const response = await request(attempt, init);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    }
  });
});

describe("the same address with an ordinary redirect_uri", () => {
  const callback = "https://partner.test/callback";
  let partner: TestClient;
  beforeAll(async () => {
    partner = await makeClient(context, { redirect_uris: [callback] }, { firstParty: false });
  });

  async function ask(path: string, about: Record<string, string>, init: RequestInit, who = client) {
    const { verifier, challenge } = await pkce();
    const query = new URLSearchParams({
      ...{ response_type: "code", client_id: who.clientId, redirect_uri: callback, scope: "openid", state: "s" },
      ...{ code_challenge: challenge, code_challenge_method: "S256", ...about },
    });
    return { verifier, response: await request(`${auth}${base}${path}?${query}`, init) };
  }

  it.each([
    ["/authorize", {}],
    ["/authorize", { callback_uri: "/article?id=7" }],
    ["/authorize", { allow_ajax: "true" }],
    ["/auto-sso/authorize", { callback_uri: "/article", allow_ajax: "true" }],
  ] as const)("%s with %o gives a code of Bridgekeeper's form that is exchanged for tokens", async (path, about) => {
    const own = await makeClient(context, { redirect_uris: [callback] });
    const { verifier, response } = await ask(path, about, await signedIn(), own);
    const isAjax = "allow_ajax" in about;
    expect([response.status, response.headers.has("location")]).toEqual([isAjax ? 200 : 302, !isAjax]);
    const location = isAjax
      ? (await response.json<{ redirect_url: string }>()).redirect_url
      : (response.headers.get("location") ?? "");
    const answer = new URL(location).searchParams;
    expect([...answer.keys()]).toEqual(["code", "state", "iss"]);
    expect(answer.get("code")).toMatch(/^[0-9a-f-]{36}-[0-9]{13}$/);
    expect(Number(answer.get("code")?.slice(37))).toBeLessThanOrEqual(Date.now() + 60_000);
    const exchanged = await tokenRequest(context, own, {
      ...{ grant_type: "authorization_code", code: answer.get("code") ?? "", redirect_uri: callback },
      code_verifier: verifier,
    });
    expect(exchanged.status).toBe(200);
  });

  it("tells a script where the browser has to ask itself, what was refused, and that nobody is signed in", async () => {
    const init = await signedIn();
    const ajax = { allow_ajax: "true" };
    const consent = (await ask("/authorize", ajax, init, partner)).response;
    expect(consent.headers.get("content-type")).toBe("application/json");
    const { redirect_url } = await consent.json<{ redirect_url: string }>();
    const page = await request(redirect_url, init);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const refused = (await ask("/authorize", { ...ajax, scope: "none" }, init, partner)).response;
    expect((await refused.json<{ redirect_uri: string }>()).redirect_uri).toMatch(
      /^https:\/\/partner\.test.*error=invalid_scope/,
    );
    const nobody = (await ask("/authorize", ajax, {}, partner)).response;
    expect([nobody.status, nobody.headers.get("x-error-code")]).toEqual([403, "session-required"]);
  });

  it("RU-01 takes a callback_uri of the realm or of the client's own sites, and no other", async () => {
    const back = { callback_uri: "https://partner.test/page" };
    const away = (await ask("/auto-sso/authorize", back, {}, partner)).response;
    expect(away.headers.get("location")).toBe("https://partner.test/page?logged_in=false");
    for (const path of ["/authorize", "/auto-sso/authorize"]) {
      const { response } = await ask(path, { callback_uri: "https://evil.test/" }, await signedIn(), partner);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    }
    const disabled = await makeClient(context, { redirect_uris: [callback] }, { firstParty: false, disabled: true });
    const { response } = await ask("/auto-sso/authorize", back, {}, disabled);
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
  });
});
