import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { authorizePath, signedInUser } from "../support/token-side.ts";
import { makeClient, makeRealm, request, type TestClient } from "../support/world.ts";
import { registered } from "./support.ts";

let context: RealmContext;
/** A client that registered itself, and one that an operator did. */
let stranger: TestClient;
let known: TestClient;
beforeAll(async () => {
  context = await makeRealm({ registration: "open" });
  const made = await registered(context, {
    redirect_uris: ["https://notes.example/callback", "com.example.notes:/cb"],
    token_endpoint_auth_method: "none",
  });
  stranger = { ...(await context.clients.find(String(made.client_id))), secret: "" } as TestClient;
  known = await makeClient(context);
});

/** Requests that fail without anybody having done anything but follow a link. */
const failing: [string, Record<string, string>, string][] = [
  ["prompt=none", { prompt: "none" }, "login_required"],
  ["a scope that it cannot have", { scope: "roles" }, "invalid_scope"],
  ["another response type", { response_type: "token" }, "unsupported_response_type"],
  ["no PKCE", { code_challenge: "" }, "invalid_request"],
  ["an unknown resource", { resource: "https://elsewhere.example" }, "invalid_target"],
];

const authorize = async (client: TestClient, parameters: Record<string, string>, cookie?: string) =>
  request(`${context.realm.issuer}${await authorizePath(client, parameters)}`, {
    headers: cookie === undefined ? {} : { cookie: `qt-auth=${cookie}` },
  });

describe("RU-09 errors of a client that registered itself (RFC 9700 §4.11.2)", () => {
  it.each(failing)("%s: people see where the way back leads before they go there", async (_, parameters, error) => {
    for (const state of ["a state", '"><script>alert(1)</script>']) {
      const answer = await authorize(stranger, { ...parameters, state });
      const html = await answer.text();
      expect(answer.status).toBe(400);
      expect(answer.headers.get("location")).toBeNull();
      expect(answer.headers.get("x-error-code")).toBe(error);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(html).toContain('<bdi id="return-host">notes.example</bdi>');
      expect(html).not.toContain("<script>alert");
      expect(html).not.toMatch(/http-equiv|onload|\.submit\(/);
      const href = /<a id="return-link"[^>]+href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
      const back = new URL(href);
      expect(back.origin + back.pathname).toBe("https://notes.example/callback");
      expect(Object.fromEntries(back.searchParams)).toMatchObject({ error, state, iss: context.realm.issuer });
    }
  });

  it.each(failing)("%s: a client of the operator's is told at once", async (_, parameters, error) => {
    const wanted = parameters.scope === undefined ? parameters : { scope: "unknown" };
    const answer = await authorize(known, wanted);
    expect(answer.status).toBe(302);
    expect(new URL(answer.headers.get("location") ?? "").searchParams.get("error")).toBe(error);
  });

  it("by form where the client wants a form, and only by its button", async () => {
    const answer = await authorize(stranger, { prompt: "none", response_mode: "form_post", state: "s" });
    const html = await answer.text();
    expect(answer.status).toBe(400);
    expect(html).toMatch(/<form[^>]+action="https:\/\/notes\.example\/callback"/);
    expect(html).toMatch(/name="error" value="login_required"/);
    expect(html).not.toContain("<script");
    expect(answer.headers.get("content-security-policy")).toContain("form-action 'self' https://notes.example");
  });

  it("RU-10 signing out leads nobody there who was not signed in and has pressed nothing", async () => {
    const goodbye = "https://notes.example/bye";
    const made = await registered(context, { post_logout_redirect_uris: [goodbye] });
    const query = new URLSearchParams({
      client_id: String(made.client_id),
      post_logout_redirect_uri: goodbye,
      state: "s",
    });
    const answer = await request(`${context.realm.issuer}/end-session?${query}`);
    const html = await answer.text();
    expect([answer.status, answer.headers.get("location")]).toEqual([200, null]);
    expect(html).toContain('<bdi id="return-host">notes.example</bdi>');
    expect(html).toMatch(/<a id="continue-link"[^>]+href="https:\/\/notes\.example\/bye\?state=s"/);
    const { authDomain, issuer } = context.realm;
    const browser = new Browser([authDomain]);
    browser.plant(authDomain, "qt-auth", (await signedInUser(context)).cookie);
    const asked = await browser.open(`${issuer}/end-session?${query}`, "cross-site");
    expect((await browser.submit(asked, "sign-out-form")).url.href).toBe(`${goodbye}?state=s`);
  });

  it("an application's own scheme leads to the application that is installed, and nowhere else", async () => {
    const answer = await authorize(stranger, { prompt: "none", redirect_uri: "com.example.notes:/cb" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toMatch(/^com\.example\.notes:\/cb\?error=login_required/);
  });

  it("whoever has said no on our page is taken back without another question", async () => {
    const { cookie } = await signedInUser(context);
    const { authDomain, issuer } = context.realm;
    const browser = new Browser([authDomain]);
    browser.plant(authDomain, "qt-auth", cookie);
    const path = await authorizePath(stranger, { scope: "openid", state: "s" });
    const page = await browser.open(`${issuer}${path}`, "cross-site");
    const answer = await browser.submit(page, "consent-form", {}, "deny");
    expect(answer.left).toBe(true);
    const location = answer.url;
    expect([location.host, location.searchParams.get("error")]).toEqual(["notes.example", "access_denied"]);
  });

  it("FE-01 its own pages may not post people's passwords here, as an operator's client may (contract §3)", async () => {
    const send = (client: TestClient, origin: string) =>
      request(`${context.realm.issuer}/v1/login`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", origin },
        body: new URLSearchParams({
          email: "nobody@example.test",
          password: "wrong",
          client_id: client.clientId,
          response_type: "code",
          redirect_uri: client.metadata.redirect_uris[0] ?? "",
        }).toString(),
      });
    const refused = await send(stranger, "https://notes.example");
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([403, "cross-site-request"]);
    expect((await send(known, "https://partner.test")).status).not.toBe(403);
  });
});
