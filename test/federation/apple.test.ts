import { decodeProtectedHeader, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { putProvider } from "../../src/domain/federation/change-provider.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { type Idp, makeIdp, stubInternet } from "../support/upstream.ts";
import { cookiesOf, formBody, makeRealm, request } from "../support/world.ts";
import { countUsers, get, type UserAnswer } from "../surfaces/session-api.ts";
import { startUrl } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
let publicKey: CryptoKey;
beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm(), await makeIdp()];
  const pair = await generateKeyPair("ES256", { extractable: true });
  publicKey = pair.publicKey;
  await putProvider(context, "apple", null, {
    preset: null,
    type: null,
    purposes: ["sign-in"],
    clientId: "com.example.web",
    clientSecret: await exportPKCS8(pair.privateKey),
    disabled: false,
    settings: { issuer: idp.issuer, team_id: "TEAM123456", key_id: "KEY1234567" },
  });
});

interface Away {
  readonly url: URL;
  readonly cookie: string;
  readonly line: string;
}

async function depart(query: Record<string, string> = {}): Promise<Away> {
  const answer = await request(startUrl(context, { "auth-provider": "apple", ...query }));
  expect(answer.status).toBe(302);
  const [line = ""] = answer.headers.getSetCookie();
  return { url: new URL(answer.headers.get("location") ?? ""), cookie: line.split(";")[0] ?? "", line };
}

/** The form that Apple's page posts: from another site, with the cookies that may come along. */
async function comeBack({ url, cookie }: Away, person: Record<string, unknown>, more: Record<string, string> = {}) {
  const back = idp.answer(url, { sub: "apple-1", ...person });
  const init = formBody({ ...Object.fromEntries(back.searchParams), ...more });
  const headers = {
    ...init.headers,
    cookie,
    origin: "https://appleid.apple.com",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    accept: "text/html",
  };
  return request(back.origin + back.pathname, { ...init, headers });
}

describe("Apple's ways", () => {
  it("asks for a form, and gives the browser a cookie that comes with it from another site", async () => {
    const { url, line } = await depart();
    expect(url.searchParams.get("response_mode")).toBe("form_post");
    expect(url.searchParams.get("scope")).toBe("name email");
    expect(line).toMatch(/^__Host-gatehouse-social-0=[^;]+; Path=\/; Max-Age=900; HttpOnly; Secure; SameSite=None$/);
  });

  it("signs in by the form: 302 to redirect-url, the name from the form, email_verified as a text", async () => {
    const away = await depart();
    const user = JSON.stringify({ name: { firstName: "Tim", lastName: "Apple" }, email: "evil@example.test" });
    const answer = await comeBack(away, { email: "tim@example.test", email_verified: "true" }, { user });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${context.realm.issuer}/done`]);
    const cookies = cookiesOf(answer);
    expect(cookies["__Host-gatehouse-social-0"]).toBe("");
    const me = await (await get(context, "/users/me", cookies["qt-auth"])).json<UserAnswer>();
    expect(me.user).toMatchObject({
      name: "Tim Apple",
      "first-name": "Tim",
      "last-name": "Apple",
      email: "tim@example.test",
      "verification-status": "email",
    });
  });

  it("sends a client secret signed for this one request, with the team's key (RFC 7523 §3 in spirit)", async () => {
    await comeBack(await depart(), {});
    const secret = idp.redeemed.at(-1)?.get("client_secret") ?? "";
    expect(decodeProtectedHeader(secret)).toEqual({ alg: "ES256", kid: "KEY1234567" });
    const { payload } = await jwtVerify(secret, publicKey, {
      issuer: "TEAM123456",
      subject: "com.example.web",
      audience: idp.issuer,
      maxTokenAge: 60,
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a name that is none", '{"name":"x"}'],
    ["names that are none", '{"name":{"firstName":{},"lastName":7}}'],
    ["names with control characters", '{"name":{"firstName":"a\\u0000b","lastName":"c\\r\\nd"}}'],
    ["endless names", JSON.stringify({ name: { firstName: "x".repeat(5_000), lastName: "" } })],
  ])("goes without a name when the form brings %s", async (_, user) => {
    const sub = `apple-${crypto.randomUUID()}`;
    const answer = await comeBack(await depart(), { sub }, { user });
    expect(answer.status).toBe(302);
    const { user: made } = (await context.linkedAccounts.find("apple", sub)) ?? {};
    expect([made?.firstName, made?.lastName]).toEqual([null, null]);
  });

  it("FE-01 a form without the browser's cookie signs nobody in", async () => {
    const before = await countUsers(context);
    const answer = await comeBack({ ...(await depart()), cookie: "" }, { sub: "apple-9" });
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([400, "interaction-expired"]);
    expect([answer.headers.getSetCookie().length, await countUsers(context)]).toEqual([0, before]);
  });

  it("a refusal comes back by 302 too", async () => {
    const away = await depart({ "login-failure-redirect-url": "/no" });
    const answer = await comeBack(away, {}, { error: "user_cancelled_authorize", code: "" });
    expect([answer.status, answer.headers.get("location")]).toEqual([
      302,
      `${context.realm.issuer}/no?error=provider-refused`,
    ]);
  });

  it("FZ-06 another type of content is refused", async () => {
    const { url, cookie } = await depart();
    const back = idp.answer(url, { sub: "apple-1" });
    for (const type of ["text/plain", "application/json", "multipart/form-data; boundary=x"]) {
      const answer = await request(back.origin + back.pathname, {
        method: "POST",
        headers: { "content-type": type, cookie },
        body: back.searchParams.toString(),
      });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []]);
    }
  });
});
