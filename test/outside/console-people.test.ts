import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

interface Heard {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const chromium = useChromium();
let site: Site;
let server: Server;
let url: string;
const heard: Heard[] = [];

beforeAll(async () => {
  site = await makeSite("people");
  await makeUser(site, "operator@example.com", { roles: ["user", "admin", "sysadmin"], name: "Oona Operator" });
  server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    heard.push({ path: incoming.url ?? "", headers: Object.fromEntries(headers), body });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const press = (page: Page, name: string) => page.getByRole("button", { name }).first().click();
const follow = (page: Page, name: string) => page.getByRole("link", { name, exact: true }).first().click();
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

async function signedIn(context: BrowserContext, path: string, email: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site.issuer}${path}`);
  await fillSignIn(page, email, password);
  await page.waitForURL(`**${path}*`);
  return page;
}

/** What the browser refused for the page's policy, and what its scripts stumbled over. */
function watch(page: Page): string[] {
  const reports: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/favicon/.test(message.text())) reports.push(message.text());
  });
  page.on("pageerror", (error) => reports.push(String(error)));
  return reports;
}

/** Looks again until it is there: what people do is in the log some seconds later. */
async function findInLog(page: Page, type: string): Promise<void> {
  await follow(page, "Audit log");
  await heading(page, "Audit log");
  await page.getByLabel("What").selectOption(type);
  await press(page, "Show");
  const row = page.locator("#events tbody tr", { hasText: type });
  for (let waitedMs = 0; waitedMs < 15_000 && (await row.count()) === 0; waitedMs += 500) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  expect([type, (await row.count()) > 0]).toEqual([type, true]);
}

describe("an operator among people", () => {
  it.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])(
    "adds a webhook that hears, kicks somebody who sees it at once, and finds both in the log, %s",
    async (_, javaScriptEnabled) => {
      const email = `kicked-${javaScriptEnabled}@example.com`;
      const { id } = await makeUser(site, email, { name: "Kit Kicked" });
      const [office, home] = [await chromium.context({ javaScriptEnabled }), await chromium.context()];
      const page = await signedIn(office, `/console/realms/${site.realmId}`, "operator@example.com");
      const reports = watch(page);
      page.on("dialog", (dialog) => dialog.accept());

      await follow(page, "Webhooks");
      await follow(page, "New webhook");
      const own = `${url}/${id}`;
      await page.getByLabel("Address").fill(own);
      await page.getByLabel("All events").uncheck();
      await page.getByLabel("session.created").check();
      await press(page, "Create webhook");
      const secret = (await page.textContent("#webhook-secret")) ?? "";
      await follow(page, "Go on to the webhook");
      await heading(page, new URL(url).host);
      const deliveries = `${page.url()}/deliveries`;
      const told = () => heard.filter(({ path }) => path === new URL(own).pathname);

      const tab = await signedIn(home, "/account", email);
      const listens = tab.waitForEvent("websocket");
      await tab.reload();
      await listens;
      await expect.poll(() => told().length, { timeout: 15_000 }).toBeGreaterThan(0);
      const [first] = told();
      if (first === undefined) throw new Error("nothing was heard");
      expect(new Webhook(secret).verify(first.body, first.headers)).toMatchObject({ type: "session.created" });
      await page.goto(deliveries);
      await expect
        .poll(async () => {
          await page.reload();
          return page.locator("#delivery-0").textContent();
        })
        .toMatch(/session\.created.*delivered/s);

      await follow(page, "Users");
      await page.getByRole("searchbox").fill("kicked-");
      await press(page, "Search");
      await page.locator(`#user-${id} a`).click();
      await heading(page, "Kit Kicked");
      expect(await page.locator("#sessions tbody tr").count()).toBe(1);
      const left = tab.waitForURL(/\/account\/ended$/, { timeout: 5_000 });
      await page.locator("#kick-form-0-button").click();
      const pressedAt = Date.now();
      await left;
      expect(Date.now() - pressedAt).toBeLessThan(1_000);
      await page.getByText("The session has ended.").waitFor();
      await page.getByText("Nobody is signed in as this user.").waitFor();

      await findInLog(page, "webhook.created");
      await findInLog(page, "user.kicked");
      await findInLog(page, "user.signed_in");
      expect(reports).toEqual([]);
      await office.close();
      await home.close();
    },
  );

  it("SE-07 sees sessions come and go without a hand on the page", async () => {
    const { id } = await makeUser(site, "coming@example.com");
    const [office, home] = [await chromium.context(), await chromium.context()];
    const page = await signedIn(office, `/console/realms/${site.realmId}/users/${id}`, "operator@example.com");
    const reports = watch(page);
    await page.getByText("Nobody is signed in as this user.").waitFor();
    await signedIn(home, "/account", "coming@example.com");
    await page.locator("#sessions tbody tr").waitFor({ timeout: 10_000 });
    page.on("dialog", (dialog) => dialog.dismiss());
    await page.locator("#kick-all-form-button").click();
    expect(await page.locator("#sessions tbody tr").count()).toBe(1);
    expect(reports).toEqual([]);
    await office.close();
    await home.close();
  });
});

type View = readonly [width: number, colorScheme: "light" | "dark"];
/** One page in these two, the next in the others: all four are seen of every kind of page. */
const views: readonly (readonly View[])[] = [
  [
    [320, "dark"],
    [1280, "light"],
  ],
  [
    [320, "light"],
    [1280, "dark"],
  ],
];

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  expect(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    page.url(),
  ).toEqual([]);
}

describe("the console's pages about people", () => {
  const ids = { user: "", webhook: "" };
  beforeAll(async () => {
    const api = `/realms/${site.realmId}`;
    const more = { roles: ["user", "admin"], metadata: { plan: "gold" } };
    ids.user = String((await makeUser(site, "looked-at@example.com", more)).id);
    const source = { issuer: "https://product.example.com", algorithm: "HS256", secret: "s".repeat(40) };
    await admin("PUT", `${api}/sources/product`, source);
    await admin("POST", `${api}/sources/product/api-keys`, { note: "Server one" });
    const hook = await admin<{ id: string }>("POST", `${api}/webhooks`, { url, description: "For the till" });
    ids.webhook = hook.id;
    const context = await chromium.context();
    await signedIn(context, "/account", "looked-at@example.com");
    const deliveries = async () =>
      (await admin<{ deliveries: [] }>("GET", `${api}/webhooks/${hook.id}/deliveries`)).deliveries.length;
    await vi.waitFor(async () => expect(await deliveries()).toBeGreaterThan(0), { timeout: 15_000, interval: 250 });
    await context.close();
  });

  it.each([
    ["users", ["/users", "/users/new", "/users/:user", "/users/:user/edit"]],
    ["main products", ["/sources", "/sources/new", "/sources/new?algorithm=ES256", "/sources/product"]],
    ["webhooks", ["/webhooks", "/webhooks/new", "/webhooks/:webhook", "/webhooks/:webhook/deliveries"]],
    ["the audit log and the vault", ["/calls", "/calls/mappings", "/calls/mappings/new", "/events"]],
    ["figures", ["/figures?days=7", "/figures?days=7"]],
  ])("WB-10 are accessible, unfolded, in light and dark, on a phone of 320 px and a desk: %s", async (_, paths) => {
    const context = await chromium.context({ reducedMotion: "reduce" });
    const page = await signedIn(context, `/console/realms/${site.realmId}`, "operator@example.com");
    for (const [index, path] of paths.entries()) {
      const own = path.replace(":user", ids.user).replace(":webhook", ids.webhook);
      const response = await page.goto(`${site.issuer}/console/realms/${site.realmId}${own}`);
      expect([path, response?.status()]).toEqual([path, 200]);
      for (const summary of (await page.locator("main summary").all()).slice(0, 3)) await summary.click();
      for (const [width, colorScheme] of views[index % 2] ?? []) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect([path, width, overflow <= 0]).toEqual([path, width, true]);
        await expectAccessible(page);
      }
    }
    await context.close();
  });
});
