import axe from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { type Outcome, runCli } from "./support/run-cli.ts";

const chromium = useChromium();
const env = { GATEHOUSE_URL: inject("baseUrl"), ADMIN_TOKEN: inject("adminToken") };
let site: Site;
let clientId: string;
beforeAll(async () => {
  site = await makeSite("mappings");
  await makeUser(site, "operator@example.com", { roles: ["user", "admin", "sysadmin"], name: "Oona Operator" });
  const body = { name: "Photo prints", redirect_uris: ["https://prints.example.com/back"] };
  clientId = (await admin<{ client_id: string }>("POST", `/realms/${site.realmId}/clients`, body)).client_id;
});

const gatehouse = (stdin: string, ...args: string[]) => runCli(args, env, stdin);
const succeeded = (outcome: Outcome): string => {
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  return outcome.stdout;
};

const photos = (select: string) =>
  JSON.stringify({
    interface: { drive: { url: "https://api.drive.example/files", queryString: { limit: "{{limit}}" }, select } },
    input: { type: "object", properties: { limit: { type: "integer", default: 10 } } },
  });

describe("mappings in operators' hands", () => {
  it("are written over a provider with settings of the token vault, tried, shown and deleted on the command line", async () => {
    const provider = [
      ...["--type", "oauth2", "--purpose", "vault", "--client-id", "ours", "--client-secret-stdin"],
      ...["--authorize-url", "https://drive.example/authorize", "--token-url", "https://drive.example/token"],
      ...["--api-host", "api.drive.example", "--vault-scope", "files.read", "files.write", "--scope-separator", ","],
      ...["--no-pkce", "--authorize-parameters", '{"access_type":"offline"}', "--revoke-style", "bearer"],
    ];
    succeeded(await gatehouse("a secret of theirs", "provider", "set", site.realmId, "drive", ...provider));
    const set = JSON.parse(succeeded(await gatehouse("", "provider", "show", site.realmId, "drive", "--json")));
    expect(set).toMatchObject({
      api_hosts: ["api.drive.example"],
      vault_scopes: ["files.read", "files.write"],
      scope_separator: ",",
      pkce: false,
      authorize_parameters: { access_type: "offline" },
      revoke_style: "bearer",
    });

    const where = [site.realmId, clientId, "GetPhotos"];
    succeeded(await gatehouse(photos("files[].name"), "mapping", "set", ...where, "--file", "-", "--if-version", "0"));
    const again = await gatehouse(photos("x"), "mapping", "set", ...where, "--file", "-", "--if-version", "0");
    expect([again.exitCode, again.stderr.includes("version-outdated")]).toEqual([1, true]);
    expect(succeeded(await gatehouse("", "mapping", "list", site.realmId, clientId))).toContain("GetPhotos");
    const sample = ["--arguments", '{"limit":3}', "--answer", '{"files":[{"name":"A.jpg"}]}'];
    const tried = JSON.parse(succeeded(await gatehouse("", "mapping", "try", ...where, ...sample, "--json")));
    expect(tried).toMatchObject({
      request: { method: "GET", url: "https://api.drive.example/files?limit=3" },
      result: ["A.jpg"],
    });
    const other = await gatehouse(photos("files["), "mapping", "try", ...where, "--file", "-");
    expect([other.exitCode, other.stderr.includes("mapping.interface.drive.select")]).toEqual([1, true]);
    expect((await gatehouse("{", "mapping", "set", ...where, "--file", "-")).exitCode).toBe(2);
    expect((await gatehouse("", "mapping", "delete", ...where)).exitCode).toBe(2);
    succeeded(await gatehouse("", "mapping", "delete", ...where, "--yes"));
    expect((await gatehouse("", "mapping", "show", ...where)).exitCode).toBe(1);
  });

  it.each([
    ["with JavaScript", true],
    ["without JavaScript", false],
  ])("WB-10 are written, mended, tried and deleted in the console %s", async (_, javaScriptEnabled) => {
    const context = await chromium.context({ javaScriptEnabled, reducedMotion: "reduce" });
    const page = await context.newPage();
    const list = `${site.issuer}/console/realms/${site.realmId}/calls/mappings`;
    await page.goto(list);
    await fillSignIn(page, "operator@example.com", password);
    await page.waitForURL(list);
    await page.locator("#add-link").click();
    await page.locator("#new-form-client").fill(clientId);
    await page.locator("#new-form-name").fill("InTheConsole");
    await page
      .locator("#new-form-definition")
      .fill('{\n  "interface": {\n    "drive": {\n      "url": "https://evil.example/"\n    }\n  }\n}');
    await page.locator("#new-form-button").click();
    expect(await page.locator("#faults li").allInnerTexts()).toEqual([
      "Line 4, interface.drive.url: is not on a host of the provider",
    ]);
    expect(await page.locator("#new-form-definition").inputValue()).toContain("https://evil.example/");
    if (javaScriptEnabled) await expectFine(page);

    await page.locator("#new-form-definition").fill(photos("{photos: files[].name}"));
    await page.locator("#new-form-answer").fill('{"files": [{"name": "A.jpg"}]}');
    await page.locator("#new-form-try").click();
    expect(await page.locator("#tried-request").textContent()).toBe("GET https://api.drive.example/files?limit=10");
    expect(JSON.parse((await page.locator("#tried-result").textContent()) ?? "")).toEqual({ photos: ["A.jpg"] });
    if (javaScriptEnabled) await expectFine(page);
    await page.locator("#new-form-button").click();
    await page.waitForURL(`${list}/${clientId}/InTheConsole?done=created`);

    page.on("dialog", (dialog) => void dialog.accept());
    await page.locator("#delete-form-confirmation").fill("InTheConsole");
    await page.locator("#delete-form-button").click();
    await page.waitForURL(`${list}?done=removed`);
    await context.close();
  });
});

async function expectFine(page: Page): Promise<void> {
  for (const [width, colorScheme] of [
    [320, "light"],
    [1280, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect([width, await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)]).toEqual([
      width,
      0,
    ]);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}
