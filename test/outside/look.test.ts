import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
const email = "designer@example.com";
let site: Site;

beforeAll(async () => {
  site = await makeSite("dressed");
  await makeUser(site, email, { roles: ["user", "sysadmin"] });
});

/** The page of the look, and what its browser complained of. */
async function openLook(javaScriptEnabled: boolean): Promise<{ page: Page; complaints: string[] }> {
  const context = await chromium.context({ javaScriptEnabled, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/favicon/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${site.issuer}/console`);
  await fillSignIn(page, email, password);
  await page.getByRole("link", { name: "Look", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Look" }).waitFor();
  return { page, complaints };
}

const colorOf = (page: Page, selector: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => getComputedStyle(element).backgroundColor);
const themeNow = async () =>
  (await admin<{ settings: { theme: Record<string, string> } }>("GET", `/realms/${site.realmId}`)).settings.theme;

/** A picture of noise, far too large for an address: 600 by 400. */
const noise = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 400 });
    const pen = canvas.getContext("2d");
    for (let x = 0; x < 600; x += 4)
      for (let y = 0; y < 400; y += 4) {
        if (pen !== null) pen.fillStyle = `rgb(${(x * y) % 256} ${(x * 7) % 256} ${(y * 13) % 256})`;
        pen?.fillRect(x, y, 4, 4);
      }
    return canvas.toDataURL("image/png");
  });

describe("a realm's look, tried on", () => {
  it("follows each letter with JavaScript, draws a logo smaller, and stands on the sign-in page once it is saved", async () => {
    const { page, complaints } = await openLook(true);
    await page.getByLabel("Accent", { exact: true }).fill("#8c1d40");
    await expect.poll(() => colorOf(page, ".scene .primary")).toBe("rgb(140, 29, 64)");
    expect(await page.locator("#look-form-theme-accent_color + input").inputValue()).toBe("#8c1d40");

    await page.getByLabel("Background, light", { exact: true }).fill("#777777");
    await page.getByText("Something cannot be read well enough").waitFor();
    await page.getByRole("button", { name: /^Take #/ }).click();
    await page.getByText("Everything can be read.").waitFor();
    expect(await page.getByLabel("Background, light", { exact: true }).inputValue()).toMatch(/^#(?!777777)/);

    const picture = Buffer.from((await noise(page)).split(",")[1] ?? "", "base64");
    expect(picture.byteLength).toBeGreaterThan(12_000);
    const file = { name: "logo.png", mimeType: "image/png", buffer: picture };
    await page.locator("#look-form-theme-logo_url + input").setInputFiles(file);
    await page.locator('.scene img[src^="data:image/webp"]').first().waitFor();
    expect(await themeNow()).toEqual({});

    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    const { accent_color, logo_url = "" } = await themeNow();
    expect([accent_color, logo_url.length <= 12_000]).toEqual(["#8c1d40", true]);
    expect(complaints).toEqual([]);

    const reader = await (await chromium.context()).newPage();
    const dressed = async () => {
      await reader.goto(`${site.issuer}/sign-in`);
      return colorOf(reader, "#sign-in-button");
    };
    await expect.poll(dressed, { interval: 500 }).toBe("rgb(140, 29, 64)");
    expect(await reader.locator("header img").getAttribute("src")).toBe(logo_url);
  });

  it("shows itself at the press of a button without JavaScript, and goes back to ours", async () => {
    const { page, complaints } = await openLook(false);
    await page.getByLabel("Accent", { exact: true }).fill("#123456");
    await page.getByRole("button", { name: "Show" }).click();
    expect(new URL(page.url()).hash).toBe("#sample");
    expect(await colorOf(page, ".scene .primary")).toBe("rgb(18, 52, 86)");
    expect((await themeNow()).accent_color).not.toBe("#123456");
    expect(await page.locator("input[type=color], input[type=file]").filter({ visible: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Take it all away" }).click();
    await page.getByText("Back to the default.").waitFor();
    expect(await themeNow()).toEqual({});
    expect(complaints).toEqual([]);
  });
});
