import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { Browser, type Page, parsePage } from "../support/browser.ts";
import { goodPassword, makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";

let context: RealmContext;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  cookie = await signIn(context, await makeUser(context));
});

describe("text that others chose (OWASP ASVS 1.2.1)", () => {
  const payload = `"><img src=x onerror=alert(1)><script>alert(1)</script>'\u202e{{7*7}}</title>`;

  it("WB-04 is inert wherever it is shown: names of realm's user, client and scope, error, hints", async () => {
    const hostile = await makeRealm({ scopes: { "evil:scope": payload } });
    const user = await makeUser(hostile, { name: payload });
    const client = await makeClient(
      hostile,
      { scopes: ["openid", "evil:scope"] },
      { firstParty: false, name: payload },
    );
    const browser = new Browser(hostile.realm.hosts);
    const url = authorizeUrl(hostile, client, { scope: "openid evil:scope", login_hint: payload, ui_locales: payload });
    const start = await browser.open(url);
    const consent = await browser.submit(start, "sign-in-form", {
      identifier: user.email ?? "",
      password: goodPassword,
    });
    const shown: Page[] = [start, consent, await browser.open(`${hostile.realm.issuer}/`)];
    shown.push(await browser.open(`${hostile.realm.issuer}/end-session?client_id=${client.clientId}`));
    shown.push(await browser.open(`${hostile.realm.issuer}/${encodeURIComponent(payload)}`));
    const refused = await browser.submit(await browser.open(`${hostile.realm.issuer}/sign-up`), "sign-up-form", {
      name: payload.replace("\u202e", ""),
      email: payload,
      password: goodPassword,
    });
    shown.push(refused);
    for (const page of shown) {
      expect(page.html).not.toMatch(/<script(?! nonce)/);
      expect(page.html).not.toContain("<img src=x");
      expect(page.html.replaceAll(/ value="[^"]*"/g, "")).not.toContain("\u202e");
      expect(page.html.match(/<title>/g)).toHaveLength(1);
      expect(page.html.match(/<\/title>/g)).toHaveLength(1);
    }
    expect(consent.html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    const { forms } = await parsePage(refused.html);
    expect(forms[0]?.fields.find((field) => field.name === "email")?.value).toBe(payload);
  });

  it("WB-04 links that a client brings are https or not there", async () => {
    const hostile = await makeClient(
      context,
      {
        tos_uri: "https://partner.test/tos?<b>",
        policy_uri: "https://partner.test/privacy",
        logo_uri: "https://partner.test/logo.png",
      },
      { firstParty: false },
    );
    const page = await request(authorizeUrl(context, hostile), { headers: { cookie: `qt-auth=${cookie}` } });
    const html = await page.text();
    expect(html).toContain('href="https://partner.test/privacy"');
    expect(html).toContain("https://partner.test/tos?%3Cb%3E");
    expect(html.match(/rel="noopener noreferrer nofollow"/g)).toHaveLength(2);
  });
});

describe("caches between (OWASP ASVS 14.2.5)", () => {
  it("WB-06 one user's answer is never another's: the same address, by turns and at once", async () => {
    const users = await Promise.all([1, 2, 3].map((index) => makeUser(context, { name: `Person ${index}` })));
    const cookies = await Promise.all(users.map((user) => signIn(context, user)));
    const rounds = Array.from({ length: 30 }, (_, index) => index % 3);
    const seen = await Promise.all(
      rounds.map(async (index) => {
        const headers = { cookie: `qt-auth=${cookies[index]}` };
        const [me, home] = await Promise.all(
          ["/api/auth/v1/users/me", "/"].map((path) => request(context.realm.issuer + path, { headers })),
        );
        return [
          (await me?.json<{ user: { id: number } }>())?.user.id,
          (await home?.text())?.includes(`Person ${index + 1}`),
        ];
      }),
    );
    expect(seen).toEqual(rounds.map((index) => [users[index]?.id, true]));
  });
});
