import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { starter } from "../../scripts/start/starter-realm.mjs";
import { admin, makeUser, originOf, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
let daily: Site;

beforeAll(async () => {
  const { id, domains } = await admin<{ id: string; domains: string[] }>("GET", `/realms/${starter.realm}`);
  daily = { realmId: id, issuer: originOf(starter.authDomain), hosts: domains };
});

async function newOperator(): Promise<string> {
  const email = `operator-${Math.random().toString(36).slice(2, 8)}@daily.localhost`;
  await makeUser(daily, email, { roles: ["user", "admin", "sysadmin"] });
  return email;
}

/** Presses what is called so. */
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();
const follow = (page: Page, name: string | RegExp) => page.getByRole("link", { name }).first().click();
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Signs in at the console, and sets up what lets one see all realms. */
async function enterConsole(page: Page): Promise<void> {
  await page.goto(`${daily.issuer}/console`);
  await fillSignIn(page, await newOperator(), password);
  await heading(page, starter.realm);
  await follow(page, "Set up two-step verification");
  const secret = ((await page.textContent("#totp-secret")) ?? "").replaceAll(/\s/g, "");
  await page
    .getByRole("textbox")
    .first()
    .fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
  await page.locator("form:has(input[autocomplete='one-time-code']) button[type=submit]").click();
  await page.locator("a.primary, button.primary").first().click();
  await heading(page, "Realms");
}

describe("an operator who has never seen the console", () => {
  it.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])(
    "makes a realm, a domain, an application and a provider in it, and tries the application, %s",
    async (_, javaScriptEnabled) => {
      const context = await chromium.context({ javaScriptEnabled });
      const page = await context.newPage();
      const reports: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" && !/favicon|status of 4/.test(message.text())) reports.push(message.text());
      });
      page.on("dialog", (dialog) => dialog.accept());
      await enterConsole(page);

      const name = `tower-${Math.random().toString(36).slice(2, 8)}`;
      await follow(page, "New realm");
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Domains").fill(`auth.${name}.localhost`);
      await press(page, "Create realm");
      await heading(page, "Domains");
      await page.getByLabel("Host name").fill(`news.${name}.localhost`);
      await press(page, "Add domain");
      await page.getByText("The domain belongs to this realm now.").waitFor();
      await press(page, "Check all");
      await page.getByRole("heading", { name: `What a request to news.${name}.localhost met` }).waitFor();
      expect(await page.textContent("#check-1-state")).toBe(`news.${name}.localhost leads to this realm.`);

      await follow(page, "Settings");
      await follow(page, "Sign-in and accounts");
      await page.getByLabel("Password min length").fill("15");
      await press(page, "Save");
      await page.getByText("Saved.").waitFor();

      await follow(page, "Applications");
      await follow(page, "New application");
      await follow(page, /A website with a server of its own/);
      await page.getByLabel("Name").fill("Crossword club");
      await page.getByLabel("Redirect URIs", { exact: true }).fill("https://club.example/callback");
      await press(page, "Create application");
      const secret = (await page.textContent("#client-secret")) ?? "";
      expect(secret).toMatch(/^\S{20,}$/);
      await follow(page, "Go on to the application");
      await heading(page, "Crossword club");
      await follow(page, "Try it out");
      await press(page, "Add the console's address");
      await page.getByLabel("Client secret").fill(secret);
      await press(page, "Build the request");
      await follow(page, "Go to the sign-in");
      await follow(page, "Create an account");
      await page.getByLabel("Name").fill("Tessa Tryer");
      await page.getByLabel("Email").fill(`tessa@${name}.example`);
      await page.getByLabel("Password").fill(password);
      await press(page, "Create account");
      await press(page, "Allow");
      await press(page, "Redeem the code");
      await page.getByText("nonce is the one that was sent.").waitFor();
      await press(page, "Ask who it is");
      await page.getByText(`tessa@${name}.example`).waitFor();
      await press(page, "Refresh");
      await page.getByRole("heading", { name: "Answer: 200" }).waitFor();
      await press(page, "Revoke the refresh token");
      await page.getByRole("heading", { name: "Answer: 200" }).waitFor();

      await follow(page, "Sign-in providers");
      await follow(page, "Add a provider");
      await follow(page, /Google/);
      await page.getByLabel("Client id").fill("our-id-at-google");
      await page.getByLabel("Client secret").fill("our-secret-at-google");
      await press(page, "Add provider");
      await heading(page, "google");
      expect(await page.textContent("#callback-urls")).toContain(`auth.${name}.localhost`);
      expect(await page.content()).not.toContain("our-secret-at-google");

      await follow(page, "Webhooks");
      await follow(page, "New webhook");
      await page.getByLabel("Address").fill(`http://news.${name}.localhost/told`);
      await press(page, "Create webhook");
      expect(await page.textContent("main")).toMatch(/whsec_\S{20,}/);
      await follow(page, "Overview");
      await heading(page, name);
      if (!javaScriptEnabled) await follow(page, "Check now");
      await expect.poll(() => page.textContent("#attention")).toContain("Nothing needs attention.");

      const { realms } = await admin<{ realms: { id: string; domains: string[]; settings: object }[] }>(
        "GET",
        `/realms?q=${name}`,
      );
      expect(realms).toMatchObject([
        { domains: [`auth.${name}.localhost`, `news.${name}.localhost`], settings: { password_min_length: 15 } },
      ]);
      expect(reports).toEqual([]);
      await context.close();
    },
  );
});

describe("the console's pages", () => {
  it("narrow a list down while one types", async () => {
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(`${daily.issuer}/console`);
    await fillSignIn(page, await newOperator(), password);
    await follow(page, "Settings");
    await page.getByLabel("Filter this list").fill("idle");
    await expect.poll(() => page.locator("#settings tbody tr:visible").count()).toBe(1);
    await context.close();
  });
});
