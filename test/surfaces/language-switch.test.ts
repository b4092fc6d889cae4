import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { newestTo } from "../messages/mailbox.ts";
import { byTag, type ParsedElement, parseHtml, visibleText } from "../pages/parse-html.ts";
import { cookiesOf, formBody, makeClient, makeRealm, makeUser, pkce, request } from "../support/world.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

const cookieName = "__Host-gatehouse-language";
const at = (path: string) => `${context.realm.issuer}${path}`;
const origin = () => ({ origin: context.realm.issuer });

const choose = (fields: Record<string, string>, headers: Record<string, string> = origin()) => {
  const body = formBody(fields);
  return request(at("/language"), { ...body, headers: { ...(body.headers as Record<string, string>), ...headers } });
};

async function pageAt(path: string, headers: Record<string, string> = {}) {
  const response = await request(at(path), { headers });
  const html = await response.text();
  return { response, html, elements: await parseHtml(html) };
}

const returnTo = (elements: readonly ParsedElement[]) =>
  byTag(elements, "input")
    .find(({ attributes }) => attributes.get("name") === "return-to")
    ?.attributes.get("value");

describe("the switch of languages below a page", () => {
  it("offers every language by its own name and marks the one that is spoken", async () => {
    const { elements, html } = await pageAt("/sign-in", { "accept-language": "hi" });
    const buttons = byTag(elements, "button").filter(({ attributes }) => attributes.get("name") === "language");
    expect(buttons.map(({ attributes }) => attributes.get("lang"))).toEqual(["en", "fr", "bn", "hi", "es"]);
    expect(buttons.filter(({ attributes }) => attributes.has("aria-current"))).toHaveLength(1);
    for (const name of ["English", "français", "বাংলা", "हिन्दी", "español"]) expect(visibleText(html)).toContain(name);
  });

  it("is remembered in a cookie, goes before ui_locales and Accept-Language, and leads back to the page", async () => {
    const answer = await choose({ language: "bn", "return-to": "/forgot-password?x=1" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/forgot-password?x=1"]);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^__Host-gatehouse-language=bn; Path=\/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/,
    );
    const cookie = `${cookieName}=${cookiesOf(answer)[cookieName]}`;
    const { response, html } = await pageAt("/sign-in", { cookie, "accept-language": "fr" });
    expect(html).toContain('<html lang="bn" dir="ltr">');
    expect(response.headers.get("content-language")).toBe("bn");
    expect(response.headers.get("vary")).toMatch(/accept-language, cookie/);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("keeps the request that waits behind the page, after a refused form as well", async () => {
    const client = await makeClient(context);
    const { challenge } = await pkce();
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: client.metadata.redirect_uris[0] ?? "",
      scope: "openid",
      ui_locales: "es",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const leaving = await request(at(`/authorize?${query}`));
    const cookie = Object.entries(cookiesOf(leaving))
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const location = (leaving.headers.get("location") ?? "").replace(context.realm.issuer, "");
    const { elements, html } = await pageAt(location, { cookie, "accept-language": "fr" });
    expect(html).toContain('<html lang="es"');
    expect(returnTo(elements)).toBe(location);
    const hidden = (name: string) =>
      byTag(elements, "input")
        .find(({ attributes }) => attributes.get("name") === name)
        ?.attributes.get("value");
    const body = formBody({
      csrf: hidden("csrf"),
      interaction: hidden("interaction"),
      identifier: "nobody@example.com",
      password: "not the password",
    });
    const refused = await request(at("/sign-in"), {
      ...body,
      headers: { ...(body.headers as Record<string, string>), ...origin(), cookie: `${cookie}; ${cookieName}=hi` },
    });
    expect(refused.status).toBe(401);
    const again = await refused.text();
    expect(again).toContain('<html lang="hi"');
    expect(returnTo(await parseHtml(again))).toBe(`/sign-in?interaction=${hidden("interaction")}`);
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    "/.//evil.example",
  ])("MR-02 never leads away from this host: %j", async (address) => {
    const answer = await choose({ language: "fr", "return-to": address });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  });

  it.each(["de", "fr; Domain=evil.example", "__proto__", ""])(
    "remembers nothing but what is offered: %j",
    async (tag) => {
      const answer = await choose({ language: tag, "return-to": "/" });
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([303, null]);
    },
  );

  it("WB-03 is refused from another site", async () => {
    const answer = await choose({ language: "fr", "return-to": "/" }, { origin: "https://evil.example" });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([403, null]);
  });

  it("a planted cookie says nothing", async () => {
    const { html } = await pageAt("/sign-in", { cookie: `${cookieName}=<script>`, "accept-language": "fr" });
    expect(html).toContain('<html lang="fr"');
  });

  it("is not there where there is no choice, nor on errors", async () => {
    const alone = await makeRealm({ languages: ["hi"] });
    const html = await (await request(`${alone.realm.issuer}/sign-in`)).text();
    expect(html).toContain('<html lang="hi"');
    expect(html).not.toContain('name="language"');
    const missing = await pageAt("/no-such-page", { "sec-fetch-mode": "navigate", "accept-language": "hi" });
    expect(missing.html).not.toContain('name="language"');
    expect(visibleText(missing.html)).toContain("इस पते पर कुछ नहीं है।");
  });

  it("counts for mails to people who chose none in their account", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const page = await pageAt("/forgot-password");
    const csrf = byTag(page.elements, "input").find(({ attributes }) => attributes.get("name") === "csrf");
    const cookie = Object.entries(cookiesOf(page.response))
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const body = formBody({ csrf: csrf?.attributes.get("value"), email: user.email ?? "" });
    await request(at("/forgot-password"), {
      ...body,
      headers: { ...(body.headers as Record<string, string>), ...origin(), cookie: `${cookie}; ${cookieName}=es` },
    });
    expect((await newestTo(context, user.email)).subject).toMatch(/^Elija una contraseña nueva/);
  });
});

describe("why something was refused", () => {
  it.each([
    ["fr", "L’application qui vous envoie n’est pas connue sur ce site."],
    ["es", "La aplicación que le envió aquí no se conoce en este sitio."],
    ["hi", "जिस ऐप्लिकेशन ने आपको यहाँ भेजा, उसे यह साइट नहीं जानती।"],
    ["bn", "যে অ্যাপ্লিকেশন আপনাকে এখানে পাঠিয়েছে, এই সাইট তাকে চেনে না।"],
  ])("is said in %s on the page, and in English to programs", async (tag, sentence) => {
    const headers = { "accept-language": tag, "sec-fetch-mode": "navigate" };
    const { html } = await pageAt("/authorize?client_id=nobody&response_type=code", headers);
    expect(visibleText(html)).toContain(sentence);
    expect(html).not.toContain("error-technical");
    const json = await request(at("/authorize?client_id=nobody&response_type=code"), {
      headers: { "accept-language": tag, "sec-fetch-mode": "cors" },
    });
    expect(await json.json()).toEqual({
      error: "invalid_client",
      error_description: "The application that sent you here is not known on this site.",
    });
  });
});
