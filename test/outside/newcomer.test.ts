import { expect, inject, it } from "vitest";
import { starter } from "../../scripts/start/starter-realm.mjs";
import { admin, originOf, port } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";

const chromium = useChromium();
const partner = (): string => `http://partner.daily-demo.localhost:${Number(port()) + 1}`;

it("a newcomer signs up, signs in to the partner application, sees the tokens and signs out", async () => {
  const context = await chromium.context();
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });

  await page.goto(`${originOf("auth.daily.localhost")}/`);
  await page.click("#sign-up-link");
  await page.fill("#name", "Nora Newcomer");
  await page.fill("#email", "nora@example.com");
  await page.fill("#password", "crimson-orchard-fable-26");
  await page.click("#sign-up-button");
  await page.waitForSelector("#sign-out-button");
  expect(await page.textContent("#user-label")).toBe("Nora Newcomer");

  await page.goto(`${partner()}/`);
  await page.click("#sign-in");
  await page.waitForSelector("#consent-form");
  expect(await page.textContent("main")).toContain("Demo partner application");
  await page.click("#consent-allow");
  await page.waitForURL(`${partner()}/**`);
  const shown = await page.textContent("body");
  expect(shown).toContain("Nora Newcomer");
  expect(shown).toContain(`http://auth.daily.localhost:${port()}`);

  await page.click("#refresh");
  await page.waitForSelector("#sign-out");
  await page.click("#sign-out");
  await page.waitForSelector("#sign-in");
  await page.goto(`${originOf("auth.daily.localhost")}/`);
  await page.waitForSelector("#sign-in-link");
  expect(refused).toEqual([]);
  await context.close();
});

it("the same works with a keyboard alone and without JavaScript, on a phone", async () => {
  const context = await chromium.context({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.goto(`${originOf("auth.daily.localhost")}/sign-up`);
  await page.focus("#name");
  await page.keyboard.type("Kit Keyboard");
  await page.keyboard.press("Tab");
  await page.keyboard.type("kit@example.com");
  await page.keyboard.press("Tab");
  await page.keyboard.type("cobalt-meadow-riddle-93");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sign-out-button");

  await page.goto(`${partner()}/`);
  await page.focus("#sign-in");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#consent-allow");
  await page.focus("#consent-allow");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${partner()}/**`);
  expect(await page.textContent("body")).toContain("Kit Keyboard");
  await context.close();
});

it("what the start command seeded can be entered", async () => {
  const response = await fetch(`${inject("baseUrl")}/admin/v1/realms`, {
    headers: { authorization: `Bearer ${inject("adminToken")}` },
  });
  const { realms } = (await response.json()) as { realms: { name: string; domains: string[] }[] };
  expect(realms.find((realm) => realm.name === "daily")?.domains.toSorted()).toEqual([
    "auth.daily.localhost",
    "news.daily-news.localhost",
    "sport.daily-sport.localhost",
  ]);
});

it("the starter realm has something to show: an application in use, a connected account, sign-ins of both kinds", async () => {
  const daily = `/realms/${starter.realm}`;
  const { users } = await admin<{ users: { id: number }[] }>("GET", `${daily}/users?q=${starter.reader}`);
  const reader = `${daily}/users/${users[0]?.id}`;
  const { consents } = await admin<{ consents: object[] }>("GET", `${reader}/consents`);
  expect(consents).toContainEqual(expect.objectContaining({ client_name: "Evening Crossword" }));
  const { connections } = await admin<{ connections: object[] }>("GET", `${reader}/connections`);
  expect(connections).toContainEqual(expect.objectContaining({ provider: "maps", status: "active" }));
  await expect
    .poll(async () => (await admin<{ days: object[] }>("GET", `${daily}/statistics`)).days.at(-1))
    .toMatchObject({ failures_by_reason: { "password-wrong": expect.any(Number) }, sign_ups: expect.any(Number) });
});
