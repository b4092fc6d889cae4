import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admin, makeSite, originOf, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { type ScriptedNetwork, serveScripts } from "./support/network-scripts.ts";
import { appOf, type Network, type SocialNetworks, startSocialNetworks } from "./support/social-networks.ts";

const chromium = useChromium();
let site: Site;
let networks: SocialNetworks;
let frontEnd = "";

beforeAll(async () => {
  [site, networks] = await Promise.all([makeSite("quintype-social"), startSocialNetworks()]);
  for (const [name, settings] of Object.entries(networks.settings))
    await admin("PUT", `/realms/${site.realmId}/providers/${name}`, settings);
  const built = await build({
    entryPoints: [`${import.meta.dirname}/support/quintype-social-page.jsx`],
    bundle: true,
    write: false,
    format: "iife",
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  frontEnd = built.outputFiles[0]?.text ?? "";
});
afterAll(() => networks.stop());

const home = (): string => originOf(site.hosts[1] ?? "");
/** As front ends write it into the address: not encoded. */
const redirectUrl = (): string => `${home()}/?edition=night`;

/** The publisher's story page, on one of the realm's sites, with the sign-in links and buttons. */
async function openStory(page: Page): Promise<void> {
  const address = `${home()}/story`;
  await page.route(address, (route) =>
    route.fulfill({ contentType: "text/html", body: "<body><h1>Story</h1></body>" }),
  );
  await page.goto(address);
  await page.addScriptTag({ content: frontEnd });
  const apps = { facebook: appOf("facebook"), google: appOf("google"), linkedin: appOf("linkedin") };
  await page.evaluate((given) => (globalThis as unknown as { mount: (given: object) => void }).mount(given), {
    apps,
    redirectUrl: redirectUrl(),
  });
}

const member = (page: Page): Promise<string | null> => page.textContent("#member");

interface Me {
  user: { email: string; name: string; "verification-status": string | null };
}

async function me(context: BrowserContext): Promise<Me["user"] | null> {
  const tab = await context.newPage();
  const answer = await tab.goto(`${home()}/api/auth/v1/users/me`);
  const user = answer?.status() === 200 ? ((await answer.json()) as Me).user : null;
  await tab.close();
  return user;
}

const linked: [kind: "components" | "functions", network: Network, verified: string | null][] = [
  ["components", "facebook", null],
  ["components", "google", "email"],
  ["components", "linkedin", "email"],
  ["functions", "facebook", null],
  ["functions", "google", "email"],
  ["functions", "linkedin", "email"],
  ["functions", "apple", "email"],
];

describe("S2.38 serverSideLoginPath of @quintype/components and bridgekeeper-js, unmodified", () => {
  it.each(linked)("%s, %s: there, signed in there, and back as a member", async (kind, network, verified) => {
    const context = await chromium.context();
    await serveScripts(context, {});
    const page = await context.newPage();
    await openStory(page);
    await expect.poll(() => member(page)).toBe("nobody");

    await page.click(`#${kind}-${network}-link`);
    await page.waitForURL(`${networks.origin}/${network}/authorize?**`);
    const person = `${kind}-${network}`;
    await page.fill('input[name="person"]', person);
    await page.click("button");
    await page.waitForURL(redirectUrl());

    expect(await me(context)).toMatchObject({
      name: `${person} Sociable`,
      email: `${person}@example.com`,
      "verification-status": verified,
    });
    await openStory(page);
    await expect.poll(() => member(page)).toBe(`${person} Sociable`);
    await context.close();
  });
});

const scripted: [kind: "components" | "functions", network: ScriptedNetwork][] = [
  ["components", "facebook"],
  ["components", "google"],
  ["functions", "facebook"],
  ["functions", "google"],
  ["components", "linkedin"],
  ["functions", "linkedin"],
];

const sdk = { facebook: "FB", google: "gapi", linkedin: "IN" } as const;

describe("S2.39 login() of @quintype/components and bridgekeeper-js, unmodified", () => {
  it.each(scripted)(
    "%s, %s: the token of the network's script makes a member without leaving the page",
    async (kind, network) => {
      const context = await chromium.context();
      const person = `script-${kind}-${network}`;
      await serveScripts(context, { [network]: networks.scriptToken(network, appOf(network), person) });
      const page = await context.newPage();
      await openStory(page);
      await expect.poll(() => member(page)).toBe("nobody");
      await page.waitForFunction((name) => name in globalThis, sdk[network]);
      await page.click(`#${kind}-${network}-button`);
      await expect.poll(() => member(page)).toBe(`${person} Sociable`);
      expect(page.url()).toBe(`${home()}/story`);
      expect((await me(context))?.email).toBe(`${person}@example.com`);
      await context.close();
    },
  );

  it.each(scripted)("%s, %s: refuses a token that another application was given", async (kind, network) => {
    const context = await chromium.context();
    await serveScripts(context, { [network]: networks.scriptToken(network, "somebody-elses-app", "victim") });
    const page = await context.newPage();
    await openStory(page);
    await page.waitForFunction((name) => name in globalThis, sdk[network]);
    await page.click(`#${kind}-${network}-button`);
    await page.waitForFunction(() => "refusal" in globalThis);
    expect(await page.evaluate(() => (globalThis as unknown as { refusal: unknown }).refusal)).toBe(401);
    expect(await me(context)).toBeNull();
    await context.close();
  });
});
