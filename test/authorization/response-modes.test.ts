import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, parsePage } from "../support/browser.ts";
import { goodPassword, makeClient, makeRealm, makeUser, signIn, type TestClient } from "../support/world.ts";
import { answerAt, authorize, authorizeUrl, once } from "./requests.ts";

const callback = "https://partner.test/callback";
const hostile = `"><script>alert(1)</script><!-- ' </form>`;

let context: RealmContext;
let client: TestClient;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  cookie = await signIn(context, await makeUser(context));
});

/** The form of a form_post answer, after checking that the page is what the standard and our policy want. */
async function postedForm(response: Response, action: string): Promise<Record<string, string>> {
  expect(response.status).toBe(200);
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const policy = response.headers.get("content-security-policy") ?? "";
  const nonce = /script-src 'nonce-([\w-]{20,})'/.exec(policy)?.[1];
  expect(nonce).toBeDefined();
  expect(policy).toContain(`form-action 'self' ${new URL(action).origin};`);
  expect(policy).not.toContain("unsafe");
  const html = await response.text();
  expect([...html.matchAll(/<script/g)]).toHaveLength(1);
  expect(html).toContain(`<script nonce="${nonce}">`);
  expect(html).not.toContain("alert(1)</script>");
  const { forms } = await parsePage(html);
  expect(forms).toHaveLength(1);
  const [form] = forms;
  expect([form?.method, form?.action]).toEqual(["post", action]);
  return once(
    new URLSearchParams(
      form?.fields.filter((field) => field.type === "hidden").map((field) => [field.name, field.value]),
    ),
  );
}

describe("response_mode (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2)", () => {
  it("AZ-20 query is what a code comes by", async () => {
    for (const response_mode of [undefined, "query"]) {
      const response = await authorize(context, client, { response_mode }, cookie);
      expect(response.status).toBe(302);
      expect(once(answerAt(response, callback))).toMatchObject({ code: expect.any(String), state: "af0ifjsldkj" });
    }
  });

  it("AZ-20 fragment carries the answer behind # and nothing in the query", async () => {
    for (const [changes, session] of [
      [{}, cookie],
      [{ prompt: "none" }, undefined],
    ] as const) {
      const response = await authorize(context, client, { ...changes, response_mode: "fragment" }, session);
      expect(response.status).toBe(302);
      const url = new URL(response.headers.get("location") ?? "");
      expect([url.origin + url.pathname, url.search]).toEqual([callback, ""]);
      const answer = once(new URLSearchParams(url.hash.slice(1)));
      expect(answer).toMatchObject({ state: "af0ifjsldkj", iss: context.realm.issuer });
      expect("code" in answer).toBe(session !== undefined);
    }
  });

  it("AZ-20 form_post answers a page that posts code, state and iss to the registered URI", async () => {
    const response = await authorize(context, client, { response_mode: "form_post" }, cookie);
    expect(await postedForm(response, callback)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
  });

  it("AZ-20 form_post escapes a state that tries to break out of its field", async () => {
    for (const [changes, session] of [
      [{}, cookie],
      [{ prompt: "none" }, undefined],
    ] as const) {
      const response = await authorize(
        context,
        client,
        { ...changes, response_mode: "form_post", state: hostile },
        session,
      );
      expect((await postedForm(response, callback)).state).toBe(hostile);
    }
  });

  it("AZ-20 form_post carries errors as it carries codes", async () => {
    const response = await authorize(context, client, { response_mode: "form_post", response_type: "token" });
    expect(await postedForm(response, callback)).toEqual({
      error: "unsupported_response_type",
      error_description: expect.any(String),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
  });

  it("AZ-20 form_post keeps a registered query in the form's address", async () => {
    const uri = "https://partner.test/cb?tenant=7&x=%26";
    const tenant = await makeClient(context, { redirect_uris: [uri] });
    const response = await authorize(context, tenant, { response_mode: "form_post" }, cookie);
    expect(await postedForm(response, uri)).toMatchObject({ code: expect.any(String) });
  });

  it("AZ-20 posts nothing to an unregistered or a script address", async () => {
    for (const redirect_uri of ["https://evil.test/cb", "javascript:alert(1)"]) {
      const response = await authorize(context, client, { response_mode: "form_post", redirect_uri }, cookie);
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain("<form");
    }
  });

  it("AZ-20 refuses form_post to a native app's own scheme, which no form can be posted to", async () => {
    const uri = "com.example.app:/cb";
    const native = await makeClient(context, { redirect_uris: [uri] }, { type: "public" });
    for (const changes of [{}, { prompt: "none" }, { response_type: "token" }]) {
      const response = await authorize(context, native, { ...changes, response_mode: "form_post" }, cookie);
      expect(response.status).toBe(302);
      expect(once(answerAt(response, uri))).toMatchObject({ error: expect.any(String), iss: context.realm.issuer });
    }
    expect(once(answerAt(await authorize(context, native, {}, cookie), uri))).toHaveProperty("code");
  });

  it("AZ-20 form_post works after a sign-in without JavaScript", async () => {
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(authorizeUrl(context, client, { response_mode: "form_post", state: hostile }));
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const answer = await browser.submit(page, "sign-in-form", typed);
    expect(answer.left).toBe(false);
    const fields = Object.fromEntries(answer.forms[0]?.fields.map((field) => [field.name, field.value]) ?? []);
    expect(fields).toMatchObject({ code: expect.any(String), state: hostile });
    expect((await browser.submit(answer, "form-post")).url.href).toBe(callback);
  });
});
