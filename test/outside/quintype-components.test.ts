import { build } from "esbuild";
import { jwtVerify } from "jose";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { makeClient, makeSite, makeUser, originOf, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";

const chromium = useChromium();
let site: Site;
let integration: { integration_id: number; client_secret: string };
let bundle = "";

beforeAll(async () => {
  site = await makeSite("components");
  integration = (await makeClient(site, { redirect_uris: ["https://accesstype.example/cb"] })) as never;
  await makeUser(site, "mem@example.com");
  const built = await build({
    entryPoints: [`${import.meta.dirname}/support/quintype-page.jsx`],
    bundle: true,
    write: false,
    format: "iife",
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  bundle = built.outputFiles[0]?.text ?? "";
});

/** The site's page with the components mounted. */
async function mount(page: Page): Promise<void> {
  await page.goto(`${originOf(site.hosts[1] ?? "")}/`);
  await page.addScriptTag({ content: bundle });
  await page.evaluate(
    (id) => (globalThis as unknown as { mount: (id: number) => void }).mount(id),
    integration.integration_id,
  );
}

it("@quintype/components, unmodified: WithMember knows the member and signs out, AccessType gets its token", async () => {
  const context = await chromium.context({ bypassCSP: true });
  const page = await context.newPage();
  await mount(page);
  await expect.poll(() => page.textContent("#member")).toBe("nobody");

  await page.goto(`${originOf(site.hosts[1] ?? "")}/sign-in`);
  await fillSignIn(page, "mem@example.com", password);
  await page.waitForSelector("#sign-out-button");
  await mount(page);
  await expect.poll(() => page.textContent("#member")).toBe("Olive Outside");

  await page.click("#access");
  await page.waitForFunction(() => "accessTypeUser" in globalThis);
  const given = await page.evaluate(
    () => (globalThis as unknown as { accessTypeUser: { accesstypeJwt: string } }).accessTypeUser,
  );
  const { payload } = await jwtVerify(given.accesstypeJwt, new TextEncoder().encode(integration.client_secret));
  expect(payload).toMatchObject({ email: "mem@example.com", name: "Olive Outside" });

  await page.click("#out");
  await expect.poll(() => page.textContent("#member")).toBe("nobody");
  expect((await page.goto(`${originOf(site.hosts[1] ?? "")}/api/auth/v1/users/me`))?.status()).toBe(403);
  await context.close();
});
