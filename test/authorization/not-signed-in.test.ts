import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import {
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
  type TestClient,
} from "../support/world.ts";
import { answerAt, authorize, authorizeParameters, authorizeUrl, once } from "./requests.ts";

const callback = "https://partner.test/callback";
const failed = "https://partner.test/login?from=gatehouse";

const clientWithErrorUri = (context: RealmContext): Promise<TestClient> =>
  makeClient(context, { error_uris: [failed] });

describe("/authorize for somebody who is not signed in (contract §1)", () => {
  it("sends to a registered error_uri with error, state and iss", async () => {
    const context = await makeRealm({}, { authenticationUrl: "https://news.elsewhere.test/login" });
    const response = await authorize(context, await clientWithErrorUri(context), { error_uri: failed });
    expect(response.status).toBe(302);
    expect(once(answerAt(response, failed))).toEqual({
      error: "login_required",
      error_description: expect.any(String),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
  });

  it("sends to error_uri in the query, whatever the response_mode of the answer", async () => {
    const context = await makeRealm();
    const client = await clientWithErrorUri(context);
    for (const response_mode of ["fragment", "form_post"]) {
      const response = await authorize(context, client, { error_uri: failed, response_mode });
      expect(response.status).toBe(302);
      expect(once(answerAt(response, failed)).error).toBe("login_required");
    }
  });

  it("uses error_uri for nothing else: not for a signed-in user, not for other errors", async () => {
    const context = await makeRealm();
    const client = await clientWithErrorUri(context);
    const cookie = await signIn(context, await makeUser(context));
    const answer = await authorize(context, client, { error_uri: failed }, cookie);
    expect(once(answerAt(answer, callback))).toHaveProperty("code");
    for (const changes of [{ response_type: "token" }, { prompt: "none" }, { scope: "nothing" }]) {
      const response = await authorize(context, client, { error_uri: failed, ...changes });
      expect(once(answerAt(response, callback))).toHaveProperty("error");
    }
  });

  it.each([
    "https://evil.test/login",
    `${failed}&x=1`,
    "https://partner.test/login",
    "https://partner.test/login?from=gatehouse#",
    "https://PARTNER.test/login?from=gatehouse",
    callback,
    "javascript:alert(1)",
    "//evil.test",
  ])("RU-10 answers an unregistered error_uri %s with 400 and no redirect (contract §0)", async (error_uri) => {
    const context = await makeRealm();
    const client = await clientWithErrorUri(context);
    const cookie = await signIn(context, await makeUser(context));
    for (const session of [undefined, cookie]) {
      const response = await authorize(context, client, { error_uri }, session);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
      expect(response.headers.get("x-error-code")).toBe("redirect-not-allowed");
    }
  });

  it("RU-10 sends nobody to an error_uri that comes twice", async () => {
    const context = await makeRealm();
    const client = await clientWithErrorUri(context);
    for (const second of ["https://evil.test/login", failed]) {
      const query = authorizeParameters(client, { error_uri: failed });
      query.append("error_uri", second);
      const response = await request(`${context.realm.issuer}/authorize?${query}`);
      expect(once(answerAt(response, callback)).error).toBe("invalid_request");
    }
  });

  it("does not send back to error_uri a user who has begun to sign in", async () => {
    const context = await makeRealm();
    const client = await clientWithErrorUri(context);
    const cookie = await signIn(context, await makeUser(context));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const again = await authorize(context, client, { error_uri: failed, prompt: "login" }, cookie);
    expect(again.headers.get("location")).toMatch(/^https:\/\/auth\.[^/]+\/sign-in\?interaction=/);
  });

  it("sends to the realm's authentication_url, with the way back in redirect-url", async () => {
    const context = await makeRealm({}, { authenticationUrl: "https://news.elsewhere.test/login?theme=dark" });
    const response = await authorize(context, await makeClient(context));
    expect(response.status).toBe(302);
    const page = new URL(response.headers.get("location") ?? "");
    expect(page.origin + page.pathname).toBe("https://news.elsewhere.test/login");
    expect(page.searchParams.get("theme")).toBe("dark");
    const back = new URL(page.searchParams.get("redirect-url") ?? "");
    expect(back.origin + back.pathname).toBe(`${context.realm.issuer}/authorize/resume`);
    expect(back.searchParams.get("interaction")).toMatch(/^[\w-]+\.[\w-]{50,}$/);
  });

  it.each([0, 1])(
    "finishes after the site's own page at authentication_url has signed the user in (domain %i)",
    async (index) => {
      const context = await makeRealm({}, { authenticationUrl: "https://news.elsewhere.test/login" });
      const user = await makeUser(context);
      const host = context.realm.hosts[index] ?? "";
      const browser = new Browser(context.realm.hosts);
      const page = await browser.open(`https://${host}/authorize?${authorizeParameters(await makeClient(context))}`);
      expect(page.url.hostname).toBe("news.elsewhere.test");
      const back = page.url.searchParams.get("redirect-url") ?? "";
      expect((await browser.open(back, "cross-site")).url.hostname).toBe("news.elsewhere.test");

      const signedIn = await request(
        `https://${host}/api/auth/v1/login`,
        jsonBody({ email: user.email, password: goodPassword }, { "x-qt-auth": "dummy" }),
      );
      browser.plant(host, "qt-auth", signedIn.headers.get("x-qt-auth") ?? "");
      const done = await browser.open(back, "cross-site");
      expect(done.url.origin + done.url.pathname).toBe(callback);
      expect(once(done.url.searchParams)).toMatchObject({ code: expect.any(String), state: "af0ifjsldkj" });
    },
  );

  it("shows the hosted page where there is neither", async () => {
    const context = await makeRealm();
    const page = await new Browser(context.realm.hosts).open(
      authorizeUrl(context, await makeClient(context)),
      "cross-site",
    );
    expect([page.status, page.url.pathname]).toEqual([200, "/sign-in"]);
    expect(page.html).toContain("Partner");
  });

  it("answers on every mount alike (contract §1)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    for (const mount of ["/v1", "/api/auth/v1/oauth"]) {
      const page = await new Browser(context.realm.hosts).open(
        `${context.realm.issuer}${mount}/authorize?${authorizeParameters(client)}`,
      );
      expect([page.status, page.url.pathname]).toEqual([200, "/sign-in"]);
    }
  });

  it("knows a client by its integration id too (contract §0)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const cookie = await signIn(context, await makeUser(context));
    const response = await authorize(context, client, { client_id: String(client.integrationId) }, cookie);
    expect(once(answerAt(response, callback))).toHaveProperty("code");
  });
});
