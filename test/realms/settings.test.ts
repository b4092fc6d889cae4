import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultRealmSettings } from "../../src/config/default-realm-settings.ts";
import { realmSettingsSchema } from "../../src/config/realm-settings.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import {
  cookiesOf,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
  tokensFor,
} from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** As an operator's change does it: the database first, then this isolate forgets. */
async function changeSettings(context: RealmContext, settings: Record<string, unknown>): Promise<void> {
  const { id, version } = context.realm;
  expect(
    await new RealmStore(databasesOf(env)).update(id, version, { settings }, { added: [], removed: [] }, Date.now()),
  ).toBe("updated");
  forgetHosts(context.realm.hosts);
}

const logIn = (context: RealmContext, email: string | null): Promise<Response> =>
  request(`${context.realm.issuer}/api/auth/v1/login`, jsonBody({ email, password: goodPassword }));

describe("realm settings (contract §7)", () => {
  it("have the contract's names, and defaults that are safe", () => {
    expect(defaultRealmSettings).toMatchObject({
      cookie_name: "qt-auth",
      embedding: false,
      tfa: "optional",
      max_sessions: 0,
      session_limit_policy: "reject",
      session_idle_seconds: 30 * 86_400,
      session_absolute_seconds: 90 * 86_400,
      access_token_ttl_seconds: 900,
      refresh_token_ttl_seconds: 30 * 86_400,
      sso_token_ttl_seconds: 300,
      password_min_length: 8,
      registration: "closed",
      reveal_unknown_user: false,
      theme: {},
      languages: [],
    });
    for (const name of Object.keys(defaultRealmSettings.rate_limits))
      expect(name).toMatch(/_per_(?:minute|hour|day)$|_seconds$|_before_delay$/);
  });

  it.each([
    ["cookie_name", "qt auth"],
    ["cookie_name", "a;b"],
    ["cookie_name", ""],
    ["cookie_name", `__Host-${"x".repeat(41)}`],
    ["password_min_length", 7],
    ["password_min_length", 8.5],
    ["max_sessions", -1],
    ["max_sessions", 201],
    ["session_limit_policy", "evict"],
    ["session_idle_seconds", 0],
    ["session_idle_seconds", Number.POSITIVE_INFINITY],
    ["access_token_ttl_seconds", 901],
    ["sso_token_ttl_seconds", 901],
    ["registration", "yes"],
    ["reveal_unknown_user", "false"],
    ["embedding", 1],
    ["languages", ["en", "<script>"]],
    ["scopes", { 'a"b': "x" }],
    ["scopes", { "a b": "x" }],
    ["theme", { accent_color: "red;}" }],
    ["theme", { logo_url: "javascript:alert(1)" }],
    ["theme", { css: "x" }],
    ["theme", { logo_url: "data:text/html;base64,PHNjcmlwdD4=" }],
    ["theme", { logo_url: `data:image/png;base64,${"A".repeat(12_000)}` }],
    ["theme", { logo_url: 'https://img.test/"onerror=' }],
    ["theme", { site_name: "two\nlines" }],
    ["theme", { terms_url: "javascript:alert(1)" }],
    ["theme", { font: "Comic Sans; } body { display: none" }],
    ["page_texts", { en: { sign_in_title: "x".repeat(81) } }],
    ["page_texts", { en: { password: "Tell us" } }],
    ["page_texts", { "<b>": {} }],
    ["rate_limits", { password_failures_before_delay: 100 }],
    ["rate_limits", { password_longest_delay_seconds: 0 }],
    ["no_such_setting", true],
  ])("refuse %s = %j", (name, value) => {
    expect(realmSettingsSchema.safeParse({ [name]: value }).success).toBe(false);
  });

  it("MR-06 hold for the very next request of this isolate after a change", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    expect(Object.keys(cookiesOf(await logIn(context, user.email)))).toEqual(["qt-auth", "__Host-gatehouse-browser"]);
    await changeSettings(context, { cookie_name: "__Host-sid", max_sessions: 1 });
    expect((await logIn(context, user.email)).headers.get("x-error-code")).toBe("session-limit-reached");
    const newcomer = await makeUser(context);
    expect(Object.keys(cookiesOf(await logIn(context, newcomer.email)))).toEqual([
      "__Host-sid",
      "__Host-gatehouse-browser",
    ]);
  });

  it("do not lengthen or shorten a session that is open", async () => {
    const context = await makeRealm({ session_idle_seconds: 1000 });
    const cookie = await signIn(context, await makeUser(context));
    await changeSettings(context, { session_idle_seconds: 10 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 900_000 });
    const me = await request(`${context.realm.issuer}/api/auth/v1/users/me`, {
      headers: { cookie: `qt-auth=${cookie}` },
    });
    expect(me.status).toBe(200);
  });

  it("set the lifetime of access and ID tokens", async () => {
    const context = await makeRealm({ access_token_ttl_seconds: 60 });
    const { tokens } = await tokensFor(context, await makeClient(context));
    expect(tokens.expires_in).toBe(60);
    for (const token of [tokens.access_token, tokens.id_token]) {
      const claims = JSON.parse(atob(token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")) as {
        iat: number;
        exp: number;
      };
      expect(claims.exp - claims.iat).toBe(60);
    }
  });

  it("give the pages their colour, logo and language", async () => {
    const context = await makeRealm({
      theme: { accent_color: "#AA3366", logo_url: "https://img.test/l.png" },
      languages: ["fr"],
    });
    const page = await request(`${context.realm.issuer}/sign-in`, { headers: { "accept-language": "en" } });
    const html = await page.text();
    expect(page.headers.get("content-language")).toBe("fr");
    expect(html.toLowerCase()).toContain("#aa3366");
    expect(html).toContain('src="https://img.test/l.png"');
  });
});
