import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { type MainProduct, type Person, startMainProduct } from "./support/main-product.ts";

const chromium = useChromium();
let site: Site;
let product: MainProduct;
let apiKey: string;

beforeAll(async () => {
  site = await makeSite("hand-over");
  product = await startMainProduct(site);
  const path = `/realms/${site.realmId}/sources/${product.name}/api-keys`;
  apiKey = (await admin<{ api_key: string }>("POST", path, {})).api_key;
});
afterAll(() => product.stop());

const json = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>;

async function arriveBy(
  context: BrowserContext,
  person: Person,
  options: { origin?: string; token?: string } = {},
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(product.pageFor(person, options));
  await page.click("#go");
  return page;
}

/** The id of whoever is signed in in this browser; null when nobody is. */
async function whoIs(context: BrowserContext): Promise<number | null> {
  const cookies = await context.cookies(site.issuer);
  const cookie = cookies.find(({ name }) => name === "qt-auth");
  if (cookie === undefined) return null;
  const answer = await localFetch(`${site.issuer}/api/auth/v1/users/me`, {
    headers: { cookie: `qt-auth=${cookie.value}` },
  });
  return answer.status === 200 ? ((await json(answer)).user as { id: number }).id : null;
}

const linksOf = async (userId: number): Promise<unknown> => {
  const headers = { "x-api-key": apiKey };
  return (await json(await localFetch(`${site.issuer}/api/v1/users/qp_${userId}/accounts`, { headers })))
    .linked_accounts;
};

const arrived = (page: Page): Promise<void> => page.waitForURL(`${site.issuer}/?handed=over`);

describe("a main product on another site hands its users over (contract §5)", () => {
  it.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])(
    "S0.17–S0.22 S0.36–S0.39 by a form, %s: a new account, and the same one the next time",
    async (_, javaScriptEnabled) => {
      const person = {
        id: `form-${javaScriptEnabled}`,
        email: `form-${javaScriptEnabled}@example.com`,
        name: "Fay Form",
      };
      const ids: (number | null)[] = [];
      for (const _visit of ["first", "second"]) {
        const context = await chromium.context({ javaScriptEnabled });
        const page = await arriveBy(context, person);
        await arrived(page);
        expect(await page.textContent("main")).toContain("Fay Form");
        ids.push(await whoIs(context));
        await context.close();
      }
      expect(ids[0]).toBeGreaterThan(0);
      expect(ids[1]).toBe(ids[0]);
      expect(await linksOf(ids[0] ?? 0)).toMatchObject([
        { source: "main_product", source_id: person.id, status: "active" },
      ]);
    },
  );

  it("SE-09 a form on a foreign page signs nobody in: a page says so", async () => {
    const context = await chromium.context();
    const page = await arriveBy(context, { id: "1" }, { origin: product.evilOrigin });
    await page.waitForURL(`${site.issuer}/api/v1/auth/jwt`);
    expect(await page.textContent("main")).toContain("came from another site");
    expect(await whoIs(context)).toBeNull();
    await context.close();
  });

  it("a form that is sent again signs nobody in: the token has been used", async () => {
    const token = product.token({ id: "twice" });
    const first = await chromium.context();
    await arrived(await arriveBy(first, { id: "twice" }, { token }));
    await first.close();
    const second = await chromium.context();
    const page = await arriveBy(second, { id: "twice" }, { token });
    await page.waitForURL(`${site.issuer}/api/v1/auth/jwt`);
    expect(await page.textContent("main")).toContain("token-consumed");
    expect(await whoIs(second)).toBeNull();
    await second.close();
  });
});

describe("the page that connects two accounts", () => {
  it("S0.38 by keyboard alone, without JavaScript: a wrong password, then the right one", async () => {
    const email = "kay@example.com";
    const { id } = await makeUser(site, email, { name: "Kay Keys" });
    const context = await chromium.context({ javaScriptEnabled: false });
    const page = await arriveBy(context, { id: "kay-there", email, name: "Kay There" });
    await page.waitForSelector("#link-password-form");
    expect(await page.textContent("#link-person")).toBe("Kay There");
    expect(page.url()).not.toMatch(/token|eyJ/);
    await page.keyboard.type("not the right one");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#link-notice");
    expect(await page.getAttribute("#password", "aria-describedby")).toBe("link-notice");
    expect(await whoIs(context)).toBeNull();
    expect(await linksOf(id)).toEqual([]);
    await page.keyboard.type(password);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await arrived(page);
    expect(await whoIs(context)).toBe(id);
    expect(await linksOf(id)).toMatchObject([{ source_id: "kay-there" }]);
    await context.close();
  });

  it("by a code from the mailbox, and S0.40 signing in in any other way afterwards", async () => {
    const email = "cody@example.com";
    const { id } = await makeUser(site, email);
    const context = await chromium.context();
    const page = await arriveBy(context, { id: "cody-there", email });
    await page.click("#link-send-button");
    await page.waitForSelector("#link-code-form");
    const box = await localFetch(`${site.issuer}/dev/mailbox?to=${email}`, { headers: { accept: "application/json" } });
    const [message] = (await json(box)).messages as { text: string }[];
    await page.fill("#code", /(?<!\d)\d{6}(?!\d)/.exec(message?.text ?? "")?.[0] ?? "");
    await page.keyboard.press("Enter");
    await arrived(page);
    expect(await whoIs(context)).toBe(id);
    await context.close();
    const login = await localFetch(`${site.issuer}/api/auth/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    expect([login.status, ((await json(login)).user as { id: number }).id]).toEqual([200, id]);
    const again = await chromium.context();
    await arrived(await arriveBy(again, { id: "cody-there", email }));
    expect(await whoIs(again)).toBe(id);
    await again.close();
  });

  it("a new account instead, when that is what one wants", async () => {
    const email = "nell@example.com";
    const { id } = await makeUser(site, email);
    const context = await chromium.context({ javaScriptEnabled: false });
    const page = await arriveBy(context, { id: "nell-there", email, name: "Nell" });
    await page.click("#link-fresh-button");
    await arrived(page);
    expect(await whoIs(context)).not.toBe(id);
    expect(await linksOf(id)).toEqual([]);
    await context.close();
  });
});

describe("the seed's calls", () => {
  it("S0.31–S0.35 POST /api/v1/users/accounts by the server of the product", async () => {
    const { id } = await makeUser(site, "seed@example.com");
    const call = (changes: Record<string, unknown> = {}) =>
      localFetch(`${site.issuer}/api/v1/users/accounts`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": apiKey },
        body: JSON.stringify({
          quickpass_user_id: `qp_${id}`,
          source: "main_product",
          source_id: "12345",
          verification_token: product.token({ id: "12345" }),
          ...changes,
        }),
      });
    const made = await call();
    expect([made.status, await json(made)]).toEqual([
      201,
      {
        quickpass_user_id: `qp_${id}`,
        linked_accounts: [
          {
            source: "main_product",
            source_id: "12345",
            linked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            status: "active",
          },
        ],
      },
    ]);
    expect((await call()).status).toBe(200);
    expect((await call({ quickpass_user_id: "qp_67890" })).status).toBe(404);
    expect((await call({ source_id: "54321" })).status).toBe(403);
    const other = await makeUser(site, "seed-other@example.com");
    expect((await call({ quickpass_user_id: `qp_${other.id}` })).status).toBe(409);
    const there = await localFetch(`${site.issuer}/api/v1/auth/jwt`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: product.token({ id: 12345 }) }),
    });
    expect([there.status, (await json(there)).user]).toMatchObject([
      200,
      { quickpass_user_id: `qp_${id}`, source: "main_product" },
    ]);
  });
});
