import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type MadeClient, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { exchange, type QiotaPartner, startQiotaPartner } from "./support/qiota-partner.ts";

const chromium = useChromium();
const email = "quentin@example.com";
let site: Site;
let partner: QiotaPartner;
let client: MadeClient;
let userId: number;

beforeAll(async () => {
  site = await makeSite("qiota");
  partner = await startQiotaPartner();
  client = await makeClient(site, {
    type: "confidential",
    first_party: true,
    redirect_uris: [partner.redirectUri],
    error_uris: [partner.errorUri],
    require_pkce: false,
  });
  partner.join(site, client);
  userId = (await makeUser(site, email, { name: "Quentin Qiota", roles: ["user", "admin"] })).id;
});
afterAll(() => partner.stop());

async function send(page: Page, typed: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(typed)) await page.fill(`#${name}`, value);
  await page.click("#send");
}

describe("a partner with Qiota's sign-in form on its own site (contract §3)", () => {
  it.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])(
    "S1.13–S1.18 the whole way, %s: not signed in, wrong password, right password, code, tokens, roles, refresh",
    async (_, javaScriptEnabled) => {
      const context = await chromium.context({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(`${partner.origin}/`);
      await page.click("#enter");
      await page.waitForSelector("#send");
      expect(page.url().startsWith(`${partner.errorUri}&`)).toBe(true);
      expect(await page.textContent("#error")).toBe("login_required");

      await send(page, { email, password: "not the right one" });
      await page.waitForURL(/error=bad_credential/);
      expect(await page.textContent("#error")).toBe("bad_credential");
      expect(new URL(page.url()).searchParams.get("state")).toBe("from the link");
      expect((await context.cookies(site.issuer)).map(({ name }) => name)).not.toContain("qt-auth");

      await send(page, { email, password });
      await page.waitForSelector("#user-name");
      expect(new URL(page.url()).origin + new URL(page.url()).pathname).toBe(partner.redirectUri);
      expect([await page.textContent("#user-name"), await page.textContent("#user-state")]).toEqual([
        "Quentin Qiota",
        "from the link",
      ]);
      const arrival = partner.arrivals.at(-1);
      expect(arrival?.userinfo).toMatchObject({ sub: String(userId), email, roles: ["user", "admin"] });

      // Signed in from now on: the next time there is no form.
      await page.goto(`${partner.origin}/`);
      await page.click("#enter");
      await page.waitForSelector("#user-name");
      expect(page.url().startsWith(`${partner.redirectUri}?code=`)).toBe(true);
      await context.close();

      // The app is launched again later: no browser, no session.
      const first = arrival?.tokens.refresh_token ?? "";
      const answer = await exchange({ site, client }, { grant_type: "refresh_token", refresh_token: first });
      expect(answer.status).toBe(200);
      const renewed = (await answer.json()) as { access_token: string; refresh_token: string };
      expect(renewed.refresh_token).not.toBe(first);
      const info = await localFetch(`${site.issuer}/v1/userinfo`, {
        headers: { authorization: `Bearer ${renewed.access_token}` },
      });
      expect(await info.json()).toMatchObject({ roles: ["user", "admin"] });
    },
  );

  it("S1.8 a newcomer makes an account on the partner's site and comes back signed in", async () => {
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${partner.origin}/join`);
    await send(page, { email: "nadia@example.com", password: "saffron-kettle-orbit-58", name: "Nadia New" });
    await page.waitForURL(`${partner.redirectUri}?**`);
    expect(await page.textContent("#user-name")).toBe("Nadia New");
    expect(partner.arrivals.at(-1)?.userinfo).toMatchObject({ email: "nadia@example.com", roles: ["user"] });
    await context.close();
  });

  it.each([
    ["on a foreign site", () => `${partner.evilOrigin}/login`],
    ["on a page that hides where it is", () => `${partner.origin}/login?hide=1`],
  ])("SE-08 a form %s signs nobody in: a page says so", async (_, at) => {
    const context = await chromium.context();
    const page = await context.newPage();
    const before = partner.arrivals.length;
    await page.goto(at());
    const answered = page.waitForResponse(`${site.issuer}/v1/login`);
    await send(page, { email, password });
    const response = await answered;
    expect([response.status(), response.headers()["x-error-code"]]).toEqual([403, "cross-site-request"]);
    expect(await page.textContent("main")).toContain("came from another site");
    expect((await context.cookies(site.issuer)).map(({ name }) => name)).not.toContain("qt-auth");
    expect(partner.arrivals.length).toBe(before);
    await context.close();
  });

  it("AZ-17 a partner that is none of the house's own: consent is asked on the hosted page, once", async () => {
    const third = await makeClient(site, {
      name: "Third party",
      type: "confidential",
      redirect_uris: [partner.redirectUri],
      error_uris: [partner.errorUri],
      require_pkce: false,
    });
    partner.join(site, third);
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${partner.origin}/login`);
    await send(page, { email, password });
    await page.waitForSelector("#consent-form");
    expect(new URL(page.url()).origin).toBe(site.issuer);
    expect(await page.textContent("main")).toContain("Third party");
    await page.click("#consent-allow");
    await page.waitForURL(`${partner.redirectUri}?**`);
    expect(await page.textContent("#user-name")).toBe("Quentin Qiota");
    await page.goto(`${partner.origin}/login`);
    await send(page, { email, password });
    await page.waitForURL(`${partner.redirectUri}?**`);
    await context.close();
    partner.join(site, client);
  });
});
